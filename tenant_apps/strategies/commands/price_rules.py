"""What a person may ask of price rules (WK-13, MO-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store as files
from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Table
from tenant_apps.access import queries as access
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import price_rules as queries
from tenant_apps.strategies.queries import price_rules_sheet as sheet

KIND = "price_rule"
_EXISTS = noop(
    "There is a rule for the same dealer or level, SKU, quantity and first day."
    " Change that one, or choose another quantity or day."
)


@command(StrategyPermission.MANAGE)
def add_price_rule(*, actor: Actor, values: Mapping[str, Any]) -> PriceRule:
    """A price rule.

    `values` names `dealer` or `level` (public id, code or name), perhaps `sku` (public id or merchant
    code; none: every SKU), has `fixed` or `rate`, and perhaps `from_quantity`, `valid_from`,
    `valid_until`, `external_id`. Raises Invalid with each problem at its field.
    """
    row = PriceRule()
    refuse(queries.filled(row, values, queries.named(actor, [values]), access.settings()))
    refuse(_conflict(row))
    with uniquely("rule", "external_id"):
        row.save(force_insert=True)
    record(actor, [Change(KIND, row.public_id, "created", {}, _facts(row))])
    return row


@command(StrategyPermission.MANAGE)
def change_price_rule(
    *, actor: Actor, rule_id: str, changes: Mapping[str, Any], version: int | None = None
) -> PriceRule:
    """Change the named parts; the whole is checked. Raises NotFound, Conflict, Invalid."""
    row = _locked(actor, rule_id, version)
    before = _facts(row)
    refuse(queries.filled(row, changes, queries.named(actor, [changes]), access.settings()))
    refuse(_conflict(row))
    store(row, "rule", "external_id")
    changed = difference(before, _facts(row))
    if changed[1]:
        record(actor, [Change(KIND, row.public_id, "changed", *changed)])
    return row


@command(StrategyPermission.MANAGE)
def delete_price_rule(*, actor: Actor, rule_id: str) -> None:
    """Delete a price rule; orders that were placed keep their prices until review. Raises NotFound."""
    row = _locked(actor, rule_id)
    record(actor, [Change(KIND, row.public_id, "deleted", _facts(row), {})])
    row.delete()


@command(StrategyPermission.MANAGE)
def put_price_rules(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Update the rules that are there, add the missing ones, all or none; same statements for any count.

    A rule is the same when dealer or level, SKU, quantity and first day are. Gives how many were `added`,
    `updated` and `unchanged`. Raises Invalid with a problem per wrong row.
    """
    named, settings = queries.named(actor, rows), access.settings()
    held = {sheet.key_of(row): row for row in queries.rules_for(named)}
    added, changed, problems, log = list[PriceRule](), list[PriceRule](), list[FieldProblem](), list[Change]()
    for place, values in enumerate(rows):
        new = PriceRule()
        wrong = queries.filled(new, values, named, settings)
        if wrong:
            problems += [FieldProblem(f"/rows/{place}{p.pointer}", p.code, p.message, p.facts) for p in wrong]
            continue
        old = held.get(sheet.key_of(new))
        if old is None:
            added.append(new)
            log.append(Change(KIND, new.public_id, "created", {}, _facts(new)))
            held[sheet.key_of(new)] = new
        elif (old.fixed, old.rate, old.valid_until) != (new.fixed, new.rate, new.valid_until):
            before = _priced(old)
            old.fixed, old.rate, old.valid_until = new.fixed, new.rate, new.valid_until
            old.version, old.updated_at = old.version + 1, clock.now()
            changed.append(old)
            log.append(Change(KIND, old.public_id, "changed", *difference(before, _priced(old))))
    refuse(problems)
    PriceRule.objects.bulk_create(added)
    PriceRule.objects.bulk_update(changed, ["fixed", "rate", "valid_until", "version", "updated_at"])
    if log:
        record(actor, log)
    done = {"added": len(added), "updated": len(changed)}
    return {**done, "unchanged": len(rows) - len(added) - len(changed)}


@command(StrategyPermission.MANAGE)
def upload_price_rules(*, actor: Actor, file: File, table: Table | None = None) -> Import:  # type: ignore[type-arg]
    """Keep a workbook until it is confirmed; stores no rule. Raises FileRefused."""
    return operations.keep(actor=actor, kind=sheet.IMPORT, file=file, table=table)


@command(StrategyPermission.MANAGE)
def import_price_rules(*, actor: Actor, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook that was uploaded and looked at; checked again. Raises NotFound, Invalid."""
    row = sheet.rules_file_for(actor, file_id, lock=True)
    with files.open_file(file_of(row)) as file:
        preview = sheet.rules_preview(actor, file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    done: dict[str, int] = put_price_rules.run(actor=actor, rows=sheet.rows_of(preview.table))
    operations.finish(row, done)
    return done


def _locked(actor: Actor, rule_id: str, version: int | None = None) -> PriceRule:
    rows = queries.price_rules_visible_to(actor).filter(public_id=rule_id)
    return current(locked(rows), _("price rule"), version)


def _conflict(row: PriceRule) -> list[FieldProblem]:
    same = PriceRule.objects.filter(
        dealer=row.dealer,
        level=row.level,
        sku=row.sku,
        from_quantity=row.from_quantity,
        valid_from=row.valid_from,
    )
    taken = same.exclude(pk=row.pk).exists()
    return [FieldProblem("/from_quantity", "price_rule_exists", _EXISTS)] if taken else []


def _priced(row: PriceRule) -> dict[str, Any]:
    return {name: _told(getattr(row, name)) for name in ("fixed", "rate", "valid_until")}


def _facts(row: PriceRule) -> dict[str, Any]:
    return {
        "dealer": row.dealer and row.dealer.code,
        "level": row.level and row.level.name,
        "sku": row.sku and row.sku.merchant_code,
        "external_id": row.external_id,
        **{name: _told(getattr(row, name)) for name in queries.FIELDS},
    }


def _told(value: Any) -> str | None:
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else str(value)
