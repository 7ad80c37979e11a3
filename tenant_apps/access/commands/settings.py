"""The supplier's own choices (W-010, decisions.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import Sentence, noop
from tenant_apps.access import rules
from tenant_apps.access.errors import TaxModeFixed
from tenant_apps.access.models import SupplierSettings
from tenant_apps.access.permissions import AccessPermission

SUBJECT = ("settings", "1")
CHANGEABLE = (
    "country",
    "prices_include_tax",
    "freight_tax_rate",
    "fee_tax_rate",
    "quantity_precision",
    "unit_price_precision",
    "stock_sync_percent",
    "carrier_required",
    "show_stock",
    "complete_after_days",
    "stale_after_days",
)
STOCK_SHOWN = ("exact", "never")
_BOUNDS: dict[str, tuple[int, int, Sentence]] = {
    "freight_tax_rate": (0, 100, noop("From 0 to 100 percent.")),
    "fee_tax_rate": (0, 100, noop("From 0 to 100 percent.")),
    "quantity_precision": (0, 3, noop("From 0 to 3 decimals.")),
    "unit_price_precision": (0, 6, noop("From 0 to 6 decimals.")),
    "stock_sync_percent": (0, 100, noop("From 0 to 100 percent.")),
    "complete_after_days": (1, 365, noop("From 1 to 365 days.")),
    "stale_after_days": (1, 365, noop("From 1 to 365 days.")),
}


@command(AccessPermission.MANAGE_SETTINGS)
def change_settings(
    *, actor: Actor, values: Mapping[str, Any], version: int | None = None
) -> SupplierSettings:
    """Change the named settings; the others stay. Raises Conflict, Invalid, TaxModeFixed."""
    row = current(locked(SupplierSettings.objects.filter(pk=1)), _("settings"), version)
    asked = {name: values[name] for name in CHANGEABLE if name in values}
    refuse(_problems(asked))
    before = facts_of(row)
    if (
        row.tax_mode_fixed
        and asked.get("prices_include_tax", row.prices_include_tax) != row.prices_include_tax
    ):
        raise TaxModeFixed
    for name, value in asked.items():
        setattr(row, name, value)
    store(row)
    changed = difference(before, facts_of(row))
    if changed[1]:
        record(actor, [Change(*SUBJECT, "changed", *changed)])
    return row


def facts_of(row: SupplierSettings) -> dict[str, Any]:
    """The changeable settings, decimals without idle zeros."""
    values = {name: getattr(row, name) for name in CHANGEABLE}
    return {
        name: format(value.normalize(), "f") if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _problems(asked: Mapping[str, Any]) -> list[FieldProblem]:
    problems = [
        FieldProblem(f"/{name}", "out_of_range", sentence)
        for name, (low, high, sentence) in _BOUNDS.items()
        if name in asked and not low <= asked[name] <= high
    ]
    if "country" in asked and not rules.is_country(asked["country"]):
        problems.append(FieldProblem("/country", "unknown", noop("Give a two-letter code like CN or DE.")))
    if "show_stock" in asked and asked["show_stock"] not in STOCK_SHOWN:
        problems.append(FieldProblem("/show_stock", "unknown", noop("Choose one of the listed.")))
    return problems
