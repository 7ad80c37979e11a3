"""The worker's doors: imports of orders from a workbook or a pasted table, and the clock that voids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from platform_core.db.router import shard_alias
from platform_core.idempotency.keys import operation_id
from platform_core.imports import operations
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.imports.operations import RowDone
from platform_core.imports.states import RowOutcome
from platform_core.jobs.base import control_task, supplier_task, wake_in_turn
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Row
from tenant_apps.orders.commands.board_rows import import_shares
from tenant_apps.orders.commands.raw import submit_taken
from tenant_apps.orders.commands.raw_many import one_of_many
from tenant_apps.orders.commands.saved import void_saved
from tenant_apps.orders.commands.substitutes import import_substitutes
from tenant_apps.orders.commands.taking import take_import
from tenant_apps.orders.marks import reason_of
from tenant_apps.orders.models import RawOrder, RawOrderSource
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.board_sheet import IMPORT as SHARES_IMPORT
from tenant_apps.orders.queries.boards import boards_visible_to
from tenant_apps.orders.queries.orders import numbers_together, raw_orders_visible_to
from tenant_apps.orders.queries.raw_many import CANCEL, NAMES, SET, SUBMIT, asked_of
from tenant_apps.orders.queries.saved import saved_past_their_cut_off
from tenant_apps.orders.queries.substitutes import IMPORT as SUBSTITUTES_IMPORT
from tenant_apps.orders.queries.taking import IMPORT, PASTE
from tenant_apps.orders.states import RawOrderState

log = structlog.get_logger(__name__)


def _store(actor: Actor, row: Import, *, source: str) -> None:
    """Take all orders at once, then submit each by itself: what waits has its marks, and stops no other."""
    take_import(actor=actor, row=row, source=source, locale=get_language() or "en")
    batch = RawOrder.objects.filter(batch=row.public_id).order_by("batch_row")
    taken = {raw.batch_row or 0: raw for raw in batch}
    rows = [Row(place, {"code": raw.client_ref or raw.number}) for place, raw in taken.items()]

    def act(one: Row) -> RowDone:
        return _submit(actor, row, taken[one.number])

    if operations.each_row(row, rows, act):
        outcomes = list(row.lines.values_list("outcome", flat=True))
        submitted, waits = outcomes.count(RowOutcome.CREATED), outcomes.count(RowOutcome.WAITS)
        result = {"orders": len(outcomes), "submitted": submitted, "waits": waits}
        with transaction.atomic(using=shard_alias()):
            operations.finish(row, {**result, "staff": actor.dealer_id is None})


def _submit(actor: Actor, row: Import, raw: RawOrder) -> RowDone:
    code, name = raw.client_ref or raw.number, raw.consignee
    key = operation_id(row.public_id, "submit", str(raw.batch_row))
    try:
        order = submit_taken(actor=actor, operation_id=key, raw_id=raw.public_id)
    except DomainError as error:
        return RowDone(code, name, RowOutcome.WAITS, raw.public_id, reason_of(error))
    return RowDone(code, name, RowOutcome.CREATED, raw.public_id, numbers_together(order))


def _said(result: Mapping[str, Any]) -> str:
    said = _("{orders} orders taken: {submitted} submitted, {waits} wait with a mark.")
    return said.format(**grouped(result))


def _home(row: Import) -> str:
    """The dealer's waiting raw orders of this file; the supplier's people see only what was submitted."""
    if row.result.get("staff"):
        return reverse("orders:list")
    return f"{reverse('orders:raw_list')}?batch={row.public_id}"


def _own(actor: Actor) -> QuerySet[Any]:
    """Everybody sees their own imports of orders: raw orders are no business of others (W-136)."""
    return get_user_model()._default_manager.filter(public_id=actor.id)


_kind = partial(
    Kind,
    permission=OrderPermission.PLACE,
    said=_said,
    start=lambda _row: reverse("orders:import"),
    home=_home,
    home_name=noop("To the orders"),
    subjects=_own,
)
ORDERS = _kind(key=IMPORT, name=noop("Orders"), work=partial(_store, source=RawOrderSource.EXCEL.value))
PASTED = _kind(key=PASTE, name=noop("Pasted orders"), work=partial(_store, source=RawOrderSource.PASTE.value))


def _store_substitutes(actor: Actor, row: Import) -> None:
    import_substitutes(actor=actor, file_id=row.public_id, locale=get_language() or "en")


def _said_of_substitutes(result: Mapping[str, Any]) -> str:
    said = _(
        "Lists of substitutes: {added} added, {updated} updated, {removed} removed, {unchanged} unchanged."
    )
    return said.format(**grouped(result))


SUBSTITUTES = Kind(
    key=SUBSTITUTES_IMPORT,
    name=noop("Substitutes"),
    permission=OrderPermission.MANAGE_CALENDARS,
    work=_store_substitutes,
    said=_said_of_substitutes,
    start=lambda _row: reverse("orders:substitute_import"),
    home=lambda _row: reverse("orders:substitutes"),
    home_name=noop("To the substitutes"),
)


def _many(actor: Actor, row: Import) -> None:
    """One step for many raw orders, each by itself; what was refused says why and stops no other."""
    asked = asked_of(row)
    seen = raw_orders_visible_to(actor).select_related("dealer", "shop").prefetch_related("lines")
    rows = [Row(place, {"code": raw_id}) for place, raw_id in enumerate(asked.ids, 1)]

    def act(one: Row) -> RowDone:
        raw_id = str(one.values["code"])
        raw = seen.filter(public_id=raw_id).first()
        if raw is None:
            raise NotFound(noun=_("raw order"))
        key = operation_id(row.public_id, row.kind, raw_id)
        return _stepped(actor, row.kind, raw, key, asked.fields)

    if operations.each_row(row, rows, act):
        counts = Counter(row.lines.values_list("outcome", flat=True))
        with transaction.atomic(using=shard_alias()):
            result = {str(name): counts[name] for name in RowOutcome}
            operations.finish(row, {**result, "orders": len(rows), "step": row.kind})


def _stepped(actor: Actor, kind: str, raw: RawOrder, key: UUID, fields: Mapping[str, str]) -> RowDone:
    code, name = raw.client_ref or raw.number, raw.consignee
    try:
        done = one_of_many(actor=actor, operation_id=key, kind=kind, raw=raw, fields=fields)
    except DomainError as error:
        raw.refresh_from_db(fields=["state"])
        waits = kind != CANCEL and raw.state == RawOrderState.PENDING
        outcome = RowOutcome.WAITS if waits else RowOutcome.FAILED
        return RowDone(code, name, outcome, raw.public_id, reason_of(error))
    if isinstance(done, RawOrder):
        return RowDone(code, name, RowOutcome.CHANGED, raw.public_id, str(done.get_state_display()))
    return RowDone(code, name, RowOutcome.CREATED, raw.public_id, numbers_together(done))


def _many_said(result: Mapping[str, Any]) -> str:
    if result["step"] == CANCEL:
        said = _("{orders} raw orders: {changed} cancelled, {failed} left as they are.")
    else:
        said = _("{orders} raw orders: {created} submitted, {waits} wait with a mark, {failed} refused.")
    return said.format(**grouped(result))


def _raw_orders(_row: Import) -> str:
    return reverse("orders:raw_list")


_many_kind = partial(
    Kind,
    work=_many,
    said=_many_said,
    start=_raw_orders,
    home=_raw_orders,
    home_name=noop("To the raw orders"),
    subjects=_own,
    is_file=False,
)
MANY_SUBMITTED = _many_kind(key=SUBMIT, name=NAMES[SUBMIT], permission=OrderPermission.PLACE)
MANY_CANCELLED = _many_kind(key=CANCEL, name=NAMES[CANCEL], permission=OrderPermission.CANCEL)
MANY_SET = _many_kind(key=SET, name=NAMES[SET], permission=OrderPermission.PLACE)


def _store_shares(actor: Actor, row: Import) -> None:
    import_shares(actor=actor, board_id=row.subject, file_id=row.public_id, locale=get_language() or "en")


def _said_of_shares(result: Mapping[str, Any]) -> str:
    return _("{shares} shares of {skus} SKUs stored.").format(**grouped(result))


SHARES = Kind(
    key=SHARES_IMPORT,
    name=noop("Shares of a supply board"),
    permission=OrderPermission.MANAGE_CALENDARS,
    work=_store_shares,
    said=_said_of_shares,
    start=lambda row: reverse("orders:supply_import", args=[row.subject]),
    home=lambda row: reverse("orders:supply_board", args=[row.subject]),
    home_name=noop("To the supply board"),
    subjects=boards_visible_to,
)


VOID = "tenant_apps.orders.tasks.void_lapsed"
_VOIDS = frozenset({str(OrderPermission.CANCEL)})


@supplier_task(name=VOID)
def void_lapsed() -> int:
    """Void the saved orders whose cut-off has passed (TB-07, G-58); how many."""
    actor = Actor.system("cut-off", _VOIDS)
    done = 0
    for raw in saved_past_their_cut_off():
        key = operation_id("system", "cut-off", raw.public_id)
        try:
            void_saved(actor=actor, operation_id=key, raw_id=raw.public_id)
            done += 1
        except DomainError as error:
            log.warning("void_refused", raw_order=raw.number, code=error.code)
    return done


@control_task(name="tenant_apps.orders.tasks.wake_void")
def wake_void() -> int:
    """Ask each active supplier once in ten minutes; how many were asked."""
    return wake_in_turn(VOID, period_seconds=600, tick_seconds=60)
