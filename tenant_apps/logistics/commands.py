"""What a person may ask of warehouses and carriers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F, Max, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.texts import trimmed
from platform_core.kernel.words import noop
from tenant_apps.logistics import queries, rules
from tenant_apps.logistics.errors import DefaultMustBeEnabled, DefaultStays, ReviewIsOff
from tenant_apps.logistics.models import Carrier, FinanceCondition, MemoRule, Warehouse, WarehouseKind
from tenant_apps.logistics.permissions import LogisticsPermission

_UNKNOWN_CARRIER = noop("Choose one of the carriers.")
_KINDS = {Warehouse: "warehouse", Carrier: "carrier", MemoRule: "memo_rule"}
_FLAGS = ("finance_review", "after_sales_review")
Place = TypeVar("Place", Warehouse, Carrier)


@command(LogisticsPermission.MANAGE)
def add_warehouse(*, actor: Actor, values: Mapping[str, Any]) -> Warehouse:
    """A warehouse (W-030); the first one becomes the default. `values` as in `change_warehouse`."""
    row = Warehouse()
    conditions = _fill_warehouse(row, values)
    row.is_default = not Warehouse.objects.filter(is_default=True).exists()
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    _lay_conditions(actor, row, conditions or ())
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(LogisticsPermission.MANAGE)
def change_warehouse(
    *, actor: Actor, warehouse_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Warehouse:
    """Change the named fields of a warehouse; the others stay.

    `conditions`, when given, replaces what narrows its finance review: mappings with `kind`
    (`carrier`, `region`, `freight_zero`), `carrier` (public id), `region1`, `region2` (W-035).
    Raises NotFound, Conflict, Invalid.
    """
    row = _locked_warehouse(actor, warehouse_id, version)
    before = _facts(row)
    conditions = _fill_warehouse(row, changes)
    store(row, "code", "external_id")
    if conditions is not None:
        _lay_conditions(actor, row, conditions)
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(LogisticsPermission.MANAGE)
def apply_conditions_everywhere(*, actor: Actor, warehouse_id: str) -> list[Warehouse]:
    """Copy a warehouse's conditions to every other enabled one with finance review (W-036).

    Returns the warehouses that got them; as many statements however many there are.
    """
    row = _locked_warehouse(actor, warehouse_id, None)
    if not row.finance_review:
        raise ReviewIsOff(name=row.name)
    conditions = queries.conditions_of(row)
    others = queries.warehouses_visible_to(actor).filter(enabled=True, finance_review=True)
    targets = list(locked(others.exclude(pk=row.pk)))
    Warehouse.objects.filter(pk__in=[target.pk for target in targets]).update(
        version=F("version") + 1, updated_at=clock.now()
    )
    FinanceCondition.objects.filter(warehouse__in=targets).delete()
    FinanceCondition.objects.bulk_create(
        [
            FinanceCondition(
                warehouse=target,
                kind=one.kind,
                carrier_id=one.carrier_id,
                region1=one.region1,
                region2=one.region2,
            )
            for target in targets
            for one in conditions
        ]
    )
    said = {"conditions": _told(conditions), "copied_from": row.name}
    record(actor, [Change("warehouse", target.public_id, "changed", {}, said) for target in targets])
    return targets


@command(LogisticsPermission.MANAGE)
def enable_warehouse(*, actor: Actor, warehouse_id: str, version: int | None = None) -> Warehouse:
    """Let orders go to a warehouse again."""
    return _switched(actor, _locked_warehouse(actor, warehouse_id, version), enabled=True)


@command(LogisticsPermission.MANAGE)
def disable_warehouse(*, actor: Actor, warehouse_id: str, version: int | None = None) -> Warehouse:
    """Send no new orders to a warehouse; it is never deleted. Raises DefaultStays."""
    return _switched(actor, _locked_warehouse(actor, warehouse_id, version), enabled=False)


@command(LogisticsPermission.MANAGE)
def make_default_warehouse(*, actor: Actor, warehouse_id: str) -> Warehouse:
    """Send orders without a choice to this warehouse. Raises DefaultMustBeEnabled."""
    return _made_default(actor, _locked_warehouse(actor, warehouse_id, None), Warehouse.objects.all())


@command(LogisticsPermission.MANAGE)
def add_carrier(*, actor: Actor, values: Mapping[str, Any]) -> Carrier:
    """A carrier (W-040) with `code`, `name` and perhaps `free_shipping` (W-043)."""
    row = Carrier()
    asked = _carrier_values(values)
    refuse(rules.carrier_problems({"code": "", "name": "", **asked}))
    _assign(row, asked)
    row.is_default = not Carrier.objects.filter(is_default=True).exists()
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(LogisticsPermission.MANAGE)
def change_carrier(
    *, actor: Actor, carrier_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Carrier:
    """Change the named fields of a carrier. Raises NotFound, Conflict, Invalid."""
    row = _locked_carrier(actor, carrier_id, version)
    before, asked = _facts(row), _carrier_values(changes)
    refuse(rules.carrier_problems(asked))
    _assign(row, asked)
    store(row, "code", "external_id")
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(LogisticsPermission.MANAGE)
def enable_carrier(*, actor: Actor, carrier_id: str, version: int | None = None) -> Carrier:
    """Offer a carrier again."""
    return _switched(actor, _locked_carrier(actor, carrier_id, version), enabled=True)


@command(LogisticsPermission.MANAGE)
def disable_carrier(*, actor: Actor, carrier_id: str, version: int | None = None) -> Carrier:
    """Offer a carrier no longer; orders that name it keep it. Raises DefaultStays."""
    return _switched(actor, _locked_carrier(actor, carrier_id, version), enabled=False)


@command(LogisticsPermission.MANAGE)
def make_default_carrier(*, actor: Actor, carrier_id: str) -> Carrier:
    """Give orders without a choice this carrier (W-042). Raises DefaultMustBeEnabled."""
    return _made_default(actor, _locked_carrier(actor, carrier_id, None), Carrier.objects.all())


@command(LogisticsPermission.MANAGE)
def import_carriers(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Add carriers and change those whose code exists; how many of each (W-040).

    All or nothing, the same number of statements for one row and for a thousand. A field that is
    absent from a row stays as it is.
    """
    asked = [_carrier_values(row) for row in rows]
    refuse(_row_problems(asked))
    known = {row.code: row for row in locked(Carrier.objects.filter(code__in=[one["code"] for one in asked]))}
    added, changed, lines = [], [], []
    for values in asked:
        row = known.get(values["code"]) or Carrier(code=values["code"])
        before = _facts(row)
        _assign(row, values)
        if row.pk is None:
            added.append(row)
            lines.append(Change("carrier", row.public_id, "created", {}, _facts(row)))
        elif before != _facts(row):
            row.version, row.updated_at = row.version + 1, clock.now()
            changed.append(row)
            lines.append(Change("carrier", row.public_id, "changed", *difference(before, _facts(row))))
    with uniquely("code", "external_id"):
        Carrier.objects.bulk_create(added)
        names = ["name", "free_shipping", "external_id", "version", "updated_at"]
        Carrier.objects.bulk_update(changed, names)
    record(actor, lines)
    return len(added), len(changed)


@command(LogisticsPermission.MANAGE)
def add_memo_rule(*, actor: Actor, values: Mapping[str, Any]) -> MemoRule:
    """A rule of memo extraction (W-044): `target`, `keyword`, `carrier` (public id or code).

    Also `enabled`, and `position`: the next one without. Raises Invalid.
    """
    row = MemoRule(position=values.get("position") or _next_position())
    _fill_memo_rules([(row, values)])
    with uniquely("keyword"):
        row.save(force_insert=True)
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(LogisticsPermission.MANAGE)
def change_memo_rule(
    *, actor: Actor, rule_id: str, changes: Mapping[str, Any], version: int | None = None
) -> MemoRule:
    """Change the named fields of a rule. Raises NotFound, Conflict, Invalid."""
    row = _locked_memo_rule(actor, rule_id, version)
    before = _facts(row)
    _fill_memo_rules([(row, changes)])
    store(row, "keyword")
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(LogisticsPermission.MANAGE)
def delete_memo_rule(*, actor: Actor, rule_id: str) -> None:
    """Forget a rule; orders keep the carrier it gave them. Raises NotFound."""
    row = _locked_memo_rule(actor, rule_id, None)
    _note(actor, row, "deleted", _facts(row), {})
    row.delete()


@command(LogisticsPermission.MANAGE)
def import_memo_rules(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Add rules and change those whose memo and keyword exist; how many of each. All or nothing."""
    known = {(one.target, one.keyword.lower()): one for one in locked(MemoRule.objects.all())}
    refuse(rules.repeated_rules(rows))
    place, pairs = _next_position(), []
    for values in rows:
        row = known.get((values["target"], values["keyword"].lower()))
        if row is None:
            row, place = MemoRule(position=place), place + 1
        pairs.append((row, values))
    _fill_memo_rules(pairs, base="/rows/{}")
    added = [row for row, _values in pairs if row.pk is None]
    changed = [row for row, _values in pairs if row.pk is not None]
    for row in changed:
        row.version, row.updated_at = row.version + 1, clock.now()
    with uniquely("keyword"):
        MemoRule.objects.bulk_create(added)
    MemoRule.objects.bulk_update(changed, ["carrier", "enabled", "position", "version", "updated_at"])
    verbs = [("created", added), ("changed", changed)]
    record(
        actor, [Change("memo_rule", x.public_id, verb, {}, _facts(x)) for verb, some in verbs for x in some]
    )
    return len(added), len(changed)


def _fill_memo_rules(pairs: Sequence[tuple[MemoRule, Mapping[str, Any]]], base: str = "") -> None:
    """Write checked values into rules; a field that is absent stays. Raises Invalid for all of them."""
    asked = [trimmed(values) for _row, values in pairs]
    named = {one["carrier"] for one in asked if one.get("carrier")}
    found = Carrier.objects.filter(Q(public_id__in=named) | Q(code__in=named))
    carriers = {name: one for one in found for name in (one.public_id, one.code)}
    problems: list[FieldProblem] = []
    for index, ((row, _values), one) in enumerate(zip(pairs, asked, strict=True)):
        for name in ("target", "keyword", "enabled", "position"):
            if one.get(name) is not None:
                setattr(row, name, one[name])
        if one.get("carrier") in carriers:
            row.carrier = carriers[one["carrier"]]
        wrong = rules.memo_rule_problems(
            {"target": row.target, "keyword": row.keyword, "position": row.position}
        )
        if row.carrier_id is None or ("carrier" in one and one["carrier"] not in carriers):
            wrong.append(FieldProblem("/carrier", "carrier_unknown", _UNKNOWN_CARRIER))
        problems += [problem.below(base.format(index)) for problem in wrong]
    refuse(problems)


def _next_position() -> int:
    last: int | None = MemoRule.objects.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _locked_memo_rule(actor: Actor, public_id: str, version: int | None) -> MemoRule:
    rows = queries.memo_rules_visible_to(actor).filter(public_id=public_id)
    return current(locked(rows), _("memo rule"), version)


def _fill_warehouse(row: Warehouse, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
    """Write checked values into a warehouse; the asked conditions, or None when none were named."""
    asked = trimmed(values)
    conditions: Sequence[Mapping[str, Any]] | None = asked.pop("conditions", None)
    if "country" in asked:
        asked["country"] = asked["country"].upper()
    _assign(row, {name: asked[name] for name in asked if name in (*rules.WAREHOUSE_TEXTS, "kind", *_FLAGS)})
    whole = {name: getattr(row, name) for name in (*rules.WAREHOUSE_TEXTS, "kind")}
    refuse(
        rules.warehouse_problems(whole, WarehouseKind.values)
        + rules.condition_problems(conditions or (), row.country)
    )
    return conditions


def _lay_conditions(actor: Actor, row: Warehouse, conditions: Sequence[Mapping[str, Any]]) -> None:
    """Replace the conditions of a warehouse. Raises Invalid for a carrier that is not the supplier's."""
    wanted = {one["carrier"] for one in conditions if one.get("kind") == rules.CARRIER and one.get("carrier")}
    found = queries.carriers_visible_to(actor).filter(public_id__in=wanted)
    carriers = {carrier.public_id: carrier for carrier in found}
    refuse(
        [
            FieldProblem(f"/conditions/{index}/carrier", "carrier_unknown", _UNKNOWN_CARRIER)
            for index, one in enumerate(conditions)
            if one["kind"] == rules.CARRIER and one.get("carrier") not in carriers
        ]
    )
    rows = [
        FinanceCondition(
            warehouse=row,
            kind=one["kind"],
            carrier=carriers.get(one.get("carrier") or "") if one["kind"] == rules.CARRIER else None,
            region1=(one.get("region1") or "").strip() if one["kind"] == rules.REGION else "",
            region2=(one.get("region2") or "").strip() if one["kind"] == rules.REGION else "",
        )
        for one in conditions
    ]
    FinanceCondition.objects.filter(warehouse=row).delete()
    FinanceCondition.objects.bulk_create(rows)
    vars(row).pop("_prefetched_objects_cache", None)
    prefetch_related_objects([row], "finance_conditions__carrier")


def _carrier_values(values: Mapping[str, Any]) -> dict[str, Any]:
    asked = trimmed(values)
    return {name: asked[name] for name in asked if name in (*rules.CARRIER_TEXTS, "free_shipping")}


def _row_problems(rows: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    return [
        one.below(f"/rows/{index}")
        for index, row in enumerate(rows)
        for one in rules.carrier_problems({"code": "", **row})
    ]


def _assign(row: Warehouse | Carrier, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, (value or None) if name == "external_id" else value)


def _locked_warehouse(actor: Actor, public_id: str, version: int | None) -> Warehouse:
    rows = locked(queries.warehouses_visible_to(actor).prefetch_related("finance_conditions__carrier"))
    return current(rows.filter(public_id=public_id), _("warehouse"), version)


def _locked_carrier(actor: Actor, public_id: str, version: int | None) -> Carrier:
    rows = locked(queries.carriers_visible_to(actor))
    return current(rows.filter(public_id=public_id), _("carrier"), version)


def _switched(actor: Actor, row: Place, *, enabled: bool) -> Place:
    if row.is_default and not enabled:
        raise DefaultStays(name=row.name)
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        _note(actor, row, "enabled" if enabled else "disabled", {}, {})
    return row


def _made_default(actor: Actor, row: Place, rows: QuerySet[Place]) -> Place:
    if not row.enabled:
        raise DefaultMustBeEnabled(name=row.name)
    if not row.is_default:
        # One statement locks and clears the old one; the partial unique index forbids two.
        rows.filter(is_default=True).update(
            is_default=False, version=F("version") + 1, updated_at=clock.now()
        )
        row.is_default = True
        store(row)
        _note(actor, row, "made_default", {}, {})
    return row


def _facts(row: Warehouse | Carrier | MemoRule) -> dict[str, Any]:
    if isinstance(row, MemoRule):
        facts = {name: getattr(row, name) for name in ("target", "keyword", "enabled", "position")}
        return {**facts, "carrier": row.carrier.code}
    if isinstance(row, Carrier):
        return {name: getattr(row, name) for name in (*rules.CARRIER_TEXTS, "free_shipping")}
    facts = {name: getattr(row, name) for name in (*rules.WAREHOUSE_TEXTS, "kind", *_FLAGS)}
    return {**facts, "conditions": _told(queries.conditions_of(row))}


def _told(conditions: Iterable[FinanceCondition]) -> str:
    """Conditions as one text for the log: `carrier SF; region 浙江省 杭州市; freight_zero`."""
    parts = [
        f"{one.kind} {one.carrier.code if one.carrier else ''} {one.region1} {one.region2}"
        for one in conditions
    ]
    return "; ".join(" ".join(part.split()) for part in parts)


def _note(actor: Actor, row: Any, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    record(actor, [Change(_KINDS[type(row)], row.public_id, verb, before, after)])
