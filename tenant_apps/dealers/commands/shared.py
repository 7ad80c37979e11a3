"""What the verbs of dealers share: the locked row, what the log says of it, how it is switched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, record
from platform_core.db.editing import current, store
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from tenant_apps.dealers import queries, rules
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerGroup, DealerLevel, Shop

Switched = TypeVar("Switched", Dealer, Shop)


def assign(row: DealerLevel | DealerGroup | Shop | DealerAddress, values: Mapping[str, Any]) -> None:
    """Write checked values into a row; a blank external id is none."""
    for name, value in values.items():
        setattr(row, name, (value or None) if name == "external_id" else value)


def locked_dealer(actor: Actor, public_id: str, version: int | None) -> Dealer:
    """The visible dealer under its lock. Raises NotFound, Conflict."""
    rows = locked(queries.dealers_visible_to(actor))
    return current(rows.filter(public_id=public_id), _("dealer"), version)


def switched(actor: Actor, row: Switched, *, enabled: bool) -> Switched:
    """The row, enabled or disabled; one that is so already is left alone."""
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        note(actor, row, "enabled" if enabled else "disabled", {}, {})
    return row


_FACTS: dict[type, tuple[str, ...]] = {
    Dealer: (*rules.DEALER_TEXTS, "service_fee_minor", "level", "group"),
    DealerLevel: ("name", "external_id", "stock_percent"),
    DealerGroup: ("name", "external_id"),
    Shop: ("code", "name", "external_id", "auto_review"),
    DealerAddress: (*rules.ADDRESS_TEXTS, "is_default"),
}
_KINDS: dict[type, str] = {Dealer: "dealer", DealerLevel: "dealer_level", DealerGroup: "dealer_group"}


def facts(row: Any) -> dict[str, Any]:
    """What the log says of a row."""
    values = {name: getattr(row, name) for name in _FACTS[type(row)]}
    named = (DealerLevel, DealerGroup)
    return {name: value.name if isinstance(value, named) else value for name, value in values.items()}


def note(actor: Actor, row: Any, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """One line in the log; what happens to a shop or an address stands in its dealer's."""
    if kind := _KINDS.get(type(row)):
        record(actor, [Change(kind, row.public_id, verb, before, after)])
        return
    noun, name = ("shop", row.code) if isinstance(row, Shop) else ("address", row.label or row.line1)
    record(actor, [Change("dealer", row.dealer.public_id, f"{noun}_{verb}", before, {noun: name, **after})])
