"""Warehouses and carriers that an actor may see, and what an order's warehouse asks of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Money
from platform_core.kernel.words import Sentence
from platform_core.workbooks.writing import Sheet
from tenant_apps.logistics import rules
from tenant_apps.logistics.models import Carrier, FinanceCondition, MemoRule, Warehouse

Listed = TypeVar("Listed", Warehouse, Carrier)
SORTS = {"code": "code", "name": "name", "created": "created_at", "enabled": "enabled"}


def warehouses_visible_to(actor: Actor) -> QuerySet[Warehouse]:
    """The warehouses of the actor's data scope (W-024); a dealer's people see the enabled ones."""
    rows = Warehouse.objects.all()
    if actor.dealer_id is not None:
        rows = rows.filter(enabled=True)
    if actor.warehouse_ids is not None:
        rows = rows.filter(pk__in=actor.warehouse_ids)
    return rows


def warehouse_for(actor: Actor, public_id: str) -> Warehouse:
    """One visible warehouse with its conditions at hand. Raises NotFound."""
    rows = warehouses_visible_to(actor).prefetch_related("finance_conditions__carrier")
    return current(rows.filter(public_id=public_id), _("warehouse"))


def carriers_visible_to(actor: Actor) -> QuerySet[Carrier]:
    """All carriers for the supplier's people, the enabled ones for a dealer's (W-040)."""
    rows = Carrier.objects.all()
    return rows if actor.dealer_id is None else rows.filter(enabled=True)


def carrier_for(actor: Actor, public_id: str) -> Carrier:
    """One visible carrier. Raises NotFound."""
    return current(carriers_visible_to(actor).filter(public_id=public_id), _("carrier"))


def carrier_codes(actor: Actor) -> Sheet:
    """The visible carriers as a sheet of a template in which their codes are looked up (W-040).

    What is the supplier's own (the ID in its ERP, and who is out of use) a dealer's people do not get.
    """
    columns = rules.CARRIER_CODE_COLUMNS
    if actor.dealer_id is not None:
        columns = tuple(one for one in columns if one.key not in {"known_erp_id", "known_enabled"})
    names = ("code", "name", "external_id", "free_shipping", "is_default", "enabled")
    keys = [column.key for column in rules.CARRIER_CODE_COLUMNS]
    found = carriers_visible_to(actor).order_by("code").values_list(*names)
    return Sheet(str(_("Carrier codes")), columns, [dict(zip(keys, row, strict=True)) for row in found])


def default_warehouse() -> Warehouse | None:
    """The warehouse that orders go to when nobody chose; None before the first one exists."""
    return Warehouse.objects.filter(is_default=True, enabled=True).first()


def default_carrier() -> Carrier | None:
    """The carrier that orders get when nobody chose (W-042)."""
    return Carrier.objects.filter(is_default=True, enabled=True).first()


def conditions_of(warehouse: Warehouse) -> list[FinanceCondition]:
    """What narrows the finance review of a warehouse; empty: every order."""
    return sorted(warehouse.finance_conditions.all(), key=lambda one: one.pk)


def finance_reasons(
    *, warehouse: Warehouse, carrier_id: int | None, address: rules.Place, freight: Money
) -> list[str]:
    """Why an order of the warehouse goes to finance review: `rules.REASON_SENTENCES` says each.

    Empty when the warehouse has no finance review or no condition is met (W-034, W-035, G-37).
    """
    if not warehouse.finance_review:
        return []
    conditions = [
        rules.Condition(one.kind, one.carrier_id, one.region1, one.region2)
        for one in conditions_of(warehouse)
    ]
    return rules.finance_reasons(conditions, carrier_id, address, freight)


def finance_reason_sentences() -> dict[str, Sentence]:
    """What each reason of `finance_reasons` means, for people."""
    return dict(rules.REASON_SENTENCES)


def matching(rows: QuerySet[Warehouse], q: str, enabled: str, kind: str) -> QuerySet[Warehouse]:
    """Warehouses narrowed by code or name, by state (`yes`, `no`) and by kind."""
    if q := q.strip():
        rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q) | Q(region1__icontains=q))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(enabled=enabled == "yes") if enabled else rows


def carriers_matching(rows: QuerySet[Carrier], q: str, enabled: str) -> QuerySet[Carrier]:
    """Carriers narrowed by code or name and by state (`yes`, `no`)."""
    if q := q.strip():
        rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q))
    return rows.filter(enabled=enabled == "yes") if enabled else rows


def sorted_by(rows: QuerySet[Listed], sort: str) -> QuerySet[Listed]:
    """Ordered by a column of the list; an unknown one orders by code."""
    name = SORTS.get(sort.lstrip("-"), "code")
    return rows.order_by(f"-{name}" if sort.startswith("-") else name, "id")


# The enabled memo rules as one value, for a SELECT that is there anyway.
MEMO_RULES = """(SELECT json_agg(json_build_array(m.target, m.keyword, m.carrier_id, m.position))
FROM logistics_memorule m JOIN logistics_carrier mc ON mc.id = m.carrier_id AND mc.enabled WHERE m.enabled)"""


def memo_rule_met(found: str | Sequence[Any] | None, *, memo: str, service_memo: str) -> MemoRule | None:
    """The rule that sets the carrier, of those that `MEMO_RULES` brought; None when none is met."""
    rows: Sequence[Any] = json.loads(found) if isinstance(found, str) else found or ()
    every = [
        MemoRule(target=target, keyword=keyword, carrier_id=carrier, position=position)
        for target, keyword, carrier, position in rows
    ]
    return rules.rule_for(every, memo=memo, service_memo=service_memo)


def with_memo_reading(rows: QuerySet[Carrier]) -> Any:
    """The same carriers, each with `reads_memo`: whether any rule may choose one by an order's memos."""
    return rows.annotate(reads_memo=Exists(MemoRule.objects.filter(enabled=True, carrier__enabled=True)))


def memo_rules_visible_to(actor: Actor) -> QuerySet[MemoRule]:
    """The rules of memo extraction in their order; they are the supplier's alone."""
    rows = MemoRule.objects.select_related("carrier").order_by("position", "id")
    return rows if actor.dealer_id is None else rows.none()


def memo_rule_for(actor: Actor, public_id: str) -> MemoRule:
    """One rule. Raises NotFound."""
    return current(memo_rules_visible_to(actor).filter(public_id=public_id), _("memo rule"))


def memo_rules_matching(rows: QuerySet[MemoRule], q: str, enabled: str, target: str) -> QuerySet[MemoRule]:
    """Rules narrowed by keyword or carrier, by state (`yes`, `no`) and by the memo they read."""
    if q := q.strip():
        rows = rows.filter(
            Q(keyword__icontains=q) | Q(carrier__name__icontains=q) | Q(carrier__code__icontains=q)
        )
    if target:
        rows = rows.filter(target=target)
    return rows.filter(enabled=enabled == "yes") if enabled else rows
