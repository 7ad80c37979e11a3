"""Shapes of what the stock pages send; the rules stand in the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AdjustForm(forms.Form):
    """A new number for one SKU, and why."""

    on_hand = forms.CharField(
        label=_("On hand"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    reason = forms.CharField(label=_("Reason"), help_text=_("Shown in the movements, for everybody."))
    operation = forms.CharField(widget=forms.HiddenInput, required=False)


class CountsForm(forms.Form):
    """A filled workbook of a stock take."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("xlsx or csv, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class StockTakeForm(forms.Form):
    """What is counted: a whole own warehouse, or a part of its goods."""

    warehouse = forms.ChoiceField(label=_("Warehouse"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    q = forms.CharField(
        label=_("Words"), required=False, help_text=_("Only goods with these words in code or name.")
    )
    codes = forms.CharField(
        label=_("Pasted lines"),
        required=False,
        help_text=_("A merchant code in each line."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "code"}),
    )
    note = forms.CharField(label=_("Note"), required=False)
    operation = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        warehouses: list[tuple[str, str]],
        categories: list[tuple[str, str]],
        brands: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        self.fields["warehouse"].choices = warehouses  # type: ignore[attr-defined]
        self.fields["category"].choices = [*every, *categories]  # type: ignore[attr-defined]
        self.fields["brand"].choices = [*every, *brands]  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    """From where to where, and what of it is pasted: a merchant code and a quantity in each line."""

    origin = forms.ChoiceField(label=pgettext_lazy("stock transfer", "From"))
    destination = forms.ChoiceField(label=pgettext_lazy("stock transfer", "To"))
    lines = forms.CharField(
        label=_("Pasted lines"),
        required=False,
        help_text=_("A merchant code and a quantity in each line, typed or pasted from a sheet."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "code"}),
    )
    note = forms.CharField(label=_("Note"), required=False)
    operation = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, warehouses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["origin"].choices = warehouses  # type: ignore[attr-defined]
        self.fields["destination"].choices = [("", _("Choose")), *warehouses]  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    """A workbook and the warehouse it counts."""

    warehouse = forms.ChoiceField(label=_("Warehouse"))
    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("xlsx or csv, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, warehouses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = warehouses  # type: ignore[attr-defined]
