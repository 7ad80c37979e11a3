"""The shape of what is typed to share a supply out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.orders.forms import pasted_lines

EQUALLY, ORDERED = "equally", "ordered"
SPLITS = ((EQUALLY, _("equally")), (ORDERED, _("by what each dealer ordered of late")))


class BoardForm(forms.Form):
    """What there is for a group on one order day, a SKU per line."""

    group = forms.ChoiceField(label=_("Dealer group"))
    day = forms.DateField(label=_("Order day"), widget=forms.DateInput(attrs={"type": "date"}))
    items = forms.CharField(
        required=False,
        label=_("Merchant code and what there is"),
        help_text=_(
            "One SKU per line: its merchant code, then the total in base units. SKUs can be added afterwards."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "class": "textarea code", "spellcheck": "false"}),
    )
    split = forms.ChoiceField(label=_("Share out"), choices=SPLITS, initial=EQUALLY)
    weeks = forms.IntegerField(label=_("Weeks to look back"), initial=4, min_value=1, required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, groups: list[tuple[str, str]], **kwargs: Any) -> None:
        """`groups` are those that may be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = groups  # type: ignore[attr-defined]

    @property
    def totals(self) -> list[tuple[str, Decimal]]:
        """The typed lines; NaN for what is no number, which the rules refuse."""
        return [
            (line.code, Decimal("NaN") if line.pack else line.quantity)
            for line in pasted_lines(self.cleaned_data["items"])
        ]

    @property
    def weeks_asked(self) -> int | None:
        """How many weeks of orders decide, None for equal parts."""
        return self.cleaned_data["weeks"] or 4 if self.cleaned_data["split"] == ORDERED else None
