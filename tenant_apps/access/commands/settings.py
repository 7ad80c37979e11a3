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
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import QUANTITY_MAX
from platform_core.kernel.words import Sentence, noop
from tenant_apps.access import queries, rules
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
    "check_stock_at_submit",
    "check_balance_at_submit",
    "complete_after_days",
    "stale_after_days",
    "allocation",
    "may_split",
    "show_own_codes",
    "public_catalogue",
    "public_price",
    "public_strategy",
    "balance_warning",
    "stock_warning",
)
STOCK_SHOWN = ("exact", "yes_no", "never")
ALLOCATIONS = ("first", "cheapest", "most_stock", "nearest")
PUBLIC_PRICES = ("none", "retail", "strategy")
_CHOICES = {"show_stock": STOCK_SHOWN, "allocation": ALLOCATIONS, "public_price": PUBLIC_PRICES}
_NOT_LISTED = noop("Choose one of the listed.")
_AMOUNT = noop("From 0, with the decimals of the currency; 0 warns of nobody.")
_NO_STRATEGY = noop("Choose the goods strategy whose prices strangers may see.")
_AMOUNT_MAX = Decimal(10) ** 12
_BOUNDS: dict[str, tuple[int, int, Sentence]] = {
    "freight_tax_rate": (0, 100, noop("From 0 to 100 percent.")),
    "fee_tax_rate": (0, 100, noop("From 0 to 100 percent.")),
    "quantity_precision": (0, 3, noop("From 0 to 3 decimals.")),
    "unit_price_precision": (0, 6, noop("From 0 to 6 decimals.")),
    "stock_sync_percent": (0, 100, noop("From 0 to 100 percent.")),
    "complete_after_days": (1, 365, noop("From 1 to 365 days.")),
    "stale_after_days": (1, 365, noop("From 1 to 365 days.")),
    "stock_warning": (0, int(QUANTITY_MAX), noop("From 0 to 1,000,000,000; 0 warns of nothing.")),
}


@command(AccessPermission.MANAGE_SETTINGS)
def change_settings(
    *, actor: Actor, values: Mapping[str, Any], version: int | None = None
) -> SupplierSettings:
    """Change the named settings; the others stay. Raises Conflict, Invalid, TaxModeFixed.

    `balance_warning` is an amount in major units. `public_strategy` is the public id of a goods strategy.
    """
    row = current(locked(SupplierSettings.objects.filter(pk=1)), _("settings"), version)
    asked = {name: values[name] for name in CHANGEABLE if name in values}
    refuse([*_problems(asked, Currency(row.currency)), *_public_problems(actor, row, asked)])
    before = facts_of(row)
    if (
        row.tax_mode_fixed
        and asked.get("prices_include_tax", row.prices_include_tax) != row.prices_include_tax
    ):
        raise TaxModeFixed
    for name, value in asked.items():
        is_amount = name == "balance_warning"
        setattr(row, name, Money.rounded(value, Currency(row.currency)) if is_amount else value)
    store(row)
    changed = difference(before, facts_of(row))
    if changed[1]:
        record(actor, [Change(*SUBJECT, "changed", *changed)])
    return row


def facts_of(row: SupplierSettings) -> dict[str, Any]:
    """The changeable settings, decimals without idle zeros, amounts in major units."""
    return {name: _fact(getattr(row, name)) for name in CHANGEABLE}


def _fact(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value.amount)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _problems(asked: Mapping[str, Any], currency: Currency) -> list[FieldProblem]:
    problems = [
        FieldProblem(f"/{name}", "out_of_range", sentence)
        for name, (low, high, sentence) in _BOUNDS.items()
        if name in asked and not low <= asked[name] <= high
    ]
    if "country" in asked and not rules.is_country(asked["country"]):
        problems.append(FieldProblem("/country", "unknown", noop("Give a two-letter code like CN or DE.")))
    problems += [
        FieldProblem(f"/{name}", "unknown", _NOT_LISTED)
        for name, known in _CHOICES.items()
        if name in asked and asked[name] not in known
    ]
    if "balance_warning" in asked and not _is_amount(asked["balance_warning"], currency):
        problems.append(FieldProblem("/balance_warning", "amount_wrong", _AMOUNT))
    return problems


def _is_amount(value: Decimal, currency: Currency) -> bool:
    return 0 <= value <= _AMOUNT_MAX and Money.rounded(value, currency).amount == value


def _public_problems(actor: Actor, row: SupplierSettings, asked: Mapping[str, Any]) -> list[FieldProblem]:
    """Whoever shows a strategy's prices to strangers says which, of those that there are (MO-04)."""
    if not {"public_price", "public_strategy"} & set(asked):
        return []
    chosen = asked.get("public_strategy", row.public_strategy)
    is_needed = asked.get("public_price", row.public_price) == "strategy"
    known = {public_id for public_id, _name in queries.price_lists(actor)}
    if (chosen or is_needed) and chosen not in known:
        return [FieldProblem("/public_strategy", "unknown" if chosen else "required", _NO_STRATEGY)]
    return []
