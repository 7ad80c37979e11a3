"""Shapes of what the stock pages send; the rules stand in the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AdjustForm(forms.Form):
    """A new number for one SKU, and why."""

    on_hand = forms.CharField(
        label=_("On hand"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    reason = forms.CharField(label=_("Reason"), help_text=_("Shown in the movements, for everybody."))
    operation = forms.CharField(widget=forms.HiddenInput, required=False)


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
