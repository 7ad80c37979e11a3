"""Shape of what the receipt form sends; the rules stand in the command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.quantity import plain
from tenant_apps.aftersales.rules import ReceivedLine
from tenant_apps.fulfilment.models import ShipmentLine


class ReceiptForm(forms.Form):
    """What arrived of each line, whether the missing shall be sent, and a note."""

    note = forms.CharField(
        label=pgettext_lazy("shipment", "Note"),
        required=False,
        help_text=_("What was missing or damaged, for the supplier."),
    )

    def __init__(self, *args: Any, lines: Sequence[ShipmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for place, line in enumerate(lines):
            self.fields[f"lines_{place}_received"] = _received(line)
            self.fields[f"lines_{place}_replenish"] = forms.BooleanField(
                label=_("Send what is missing"), required=False
            )

    def rows(self) -> Iterator[tuple[ShipmentLine, BoundField, BoundField]]:
        """Each line with its two fields."""
        for place, line in enumerate(self.lines):
            yield line, self[f"lines_{place}_received"], self[f"lines_{place}_replenish"]

    def values(self) -> dict[str, Any]:
        """What the command asks for."""
        data = self.cleaned_data
        return {
            "note": data["note"],
            "lines": tuple(
                ReceivedLine(
                    line.stock_out_line.position,
                    data[f"lines_{place}_received"],
                    data[f"lines_{place}_replenish"],
                )
                for place, line in enumerate(self.lines)
            ),
        }


def _received(line: ShipmentLine) -> forms.DecimalField:
    name = gettext("%(code)s: arrived") % {"code": line.stock_out_line.merchant_code}
    attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num", "aria-label": name}
    return forms.DecimalField(
        label=line.stock_out_line.merchant_code,
        max_digits=18,
        decimal_places=3,
        initial=plain(line.quantity),
        widget=forms.TextInput(attrs=attrs),
    )
