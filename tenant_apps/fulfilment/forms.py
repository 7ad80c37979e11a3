"""Shape of what the ship form sends; the rules stand in the command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.quantity import plain
from tenant_apps.inventory.models import StockOutLine


class ShipForm(forms.Form):
    """Carrier, tracking number and how much of each open line leaves; the rest stays."""

    carrier = forms.ChoiceField(label=_("Carrier"), required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), required=False)
    note = forms.CharField(label=_("Note for the dealer"), required=False)

    def __init__(
        self, *args: Any, carriers: list[tuple[str, str]], lines: Sequence[StockOutLine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [("", _("none")), *carriers]  # type: ignore[attr-defined]
        self.lines = lines
        for place, line in enumerate(lines):
            self.fields[f"lines_{place}_quantity"] = _quantity(line)

    def rows(self) -> Iterator[tuple[StockOutLine, BoundField]]:
        """Each line with its field."""
        for place, line in enumerate(self.lines):
            yield line, self[f"lines_{place}_quantity"]

    def values(self) -> dict[str, Any]:
        """What the command asks for; an empty quantity is none."""
        data = self.cleaned_data
        return {
            "carrier": data["carrier"],
            "tracking_number": data["tracking_number"],
            "note": data["note"],
            "quantities": {
                line.position: data[f"lines_{place}_quantity"] or Decimal(0)
                for place, line in enumerate(self.lines)
            },
        }


def _quantity(line: StockOutLine) -> forms.DecimalField:
    name = gettext("%(code)s: ship now") % {"code": line.merchant_code}
    attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num", "aria-label": name}
    return forms.DecimalField(
        label=line.merchant_code,
        required=False,
        max_digits=18,
        decimal_places=3,
        initial=plain(line.quantity - line.shipped),
        widget=forms.TextInput(attrs=attrs),
    )
