"""What a dealer does with a raw order that waits: submit it, correct it, give it up (W-132, W-137)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.fast import Statement, inserting, run, updating
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw_with_ids
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict, DomainError, FieldProblem, Invalid, NotFound
from platform_core.kernel.words import noop
from tenant_apps.orders.commands.place import accepted, auto_reviewed, check_reference, prepare, sound_draft
from tenant_apps.orders.marks import marks_of, reason_of
from tenant_apps.orders.models import RawOrder, RawOrderLine, RawOrderStep, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.drafts import Draft
from tenant_apps.orders.queries.orders import raw_orders_visible_to
from tenant_apps.orders.queries.parties import buyer_of, carrier_of, in_name_of, warehouses_for
from tenant_apps.orders.queries.raw import locked_raw, raw_lines, wanted_of_raw
from tenant_apps.orders.rules import Wanted, nickname_of, storable_problems, trimmed
from tenant_apps.orders.states import RAW_ORDER_FLOW, RawOrderState

_LINE_SKUS = (
    "UPDATE orders_raworderline AS t SET sku_id = r.sku_id"
    " FROM jsonb_to_recordset(%s) AS r(id bigint, sku_id bigint) WHERE t.id = r.id"
)
_PARTY_GONE = {
    "/shop": noop("The shop {name} is disabled or no longer yours. Choose another."),
    "/carrier": noop("There is no carrier {name} in use. Choose another, or leave it blank."),
    "/warehouse": noop("There is no warehouse {name} in use. Choose another, or leave it blank."),
}


def _refused(error: DomainError, *, raw_id: str, actor: Actor, **_: Any) -> None:
    """A refused submit leaves the raw order waiting, with marks that say why (W-134, W-135)."""
    raw = locked(RawOrder.objects.filter(public_id=raw_id).select_related("dealer")).first()
    if raw is not None and raw.state == RawOrderState.PENDING:
        keep_marks(error, actor=actor, raw=raw)


def keep_marks(error: DomainError, *, actor: Actor, raw: RawOrder) -> None:
    """Leave the marks and a line of history on a locked raw order; the state stays."""
    raw.marks = marks_of(error, names_warehouse=bool(raw.warehouse_code))
    raw.save(update_fields=["marks", "updated_at"])
    step = _step(raw, "submit_failed", actor, reason=reason_of(error))
    step.after = {"marks": raw.marks}
    run(inserting([step]))


@command(OrderPermission.PLACE, moves=True, on_refusal=_refused)
def submit_raw_order(*, actor: Actor, operation_id: UUID, raw_id: str) -> SalesOrder:
    """Every check of placing; then its sales order appears in the same transaction (W-132, W-133).

    Raises StepRefused, NotFound, and whatever placing raises: the raw order then waits with marks.
    """
    return submitted(actor, operation_id, locked_raw(raw_orders_visible_to(actor), raw_id))


@command(OrderPermission.PLACE, moves=True, on_refusal=_refused)
def submit_taken(*, actor: Actor, operation_id: UUID, raw_id: str) -> SalesOrder:
    """The first submit of a raw order by whoever took it, also the supplier's people who cannot see it."""
    return submitted(actor, operation_id, locked_raw(RawOrder.objects.filter(actor_id=actor.id), raw_id))


def submitted(actor: Actor, operation_id: UUID, raw: RawOrder) -> SalesOrder:
    """Submit a locked raw order, inside the caller's transaction."""
    raw.state = RAW_ORDER_FLOW.target(raw.state, "submit")
    lines = raw_lines(raw)
    draft = _draft(actor, wanted_of_raw(raw, lines))
    actor = in_name_of(actor, draft.dealer)
    prepare(draft)
    raw.warehouse, raw.carrier, raw.marks = draft.warehouse, draft.carrier, []
    raw.cycle = draft.cycle.day if draft.cycle else None
    raw.version += 1
    number, ids = draw_with_ids("SO", len(draft.orders))
    orders = accepted(actor, draft, raw, number, ids, updating(raw), _found(lines, draft))
    return auto_reviewed(actor, operation_id, orders, draft)


def _draft(actor: Actor, wanted: Wanted) -> Draft:
    """As `sound_draft`; a shop, carrier or warehouse that is gone is a wrong entry, not a missing page."""
    try:
        return sound_draft(actor, wanted, is_kept=True)
    except NotFound as error:
        raise Invalid(problems=_parties_gone(actor, wanted)) from error


def _parties_gone(actor: Actor, wanted: Wanted) -> list[FieldProblem]:
    found = []
    asks = (
        ("/shop", buyer_of, wanted.shop),
        ("/carrier", carrier_of, wanted.carrier),
        ("/warehouse", partial(warehouses_for, takes_default=True), wanted.warehouse),
    )
    for pointer, ask, name in asks:
        try:
            ask(actor, name)  # type: ignore[operator]
        except NotFound:
            found.append(FieldProblem(pointer, "not_in_use", _PARTY_GONE[pointer], {"name": name}))
    return found


def _found(lines: Sequence[RawOrderLine], draft: Draft) -> Statement:
    """What notes on each line which SKU was found for its code; a bundle's line stays without one."""
    skus = [
        {"id": lines[one.index].pk, "sku_id": one.sku.pk}
        for one in draft.lines
        if not one.is_gift and one.wanted is draft.wanted.lines[one.index]
    ]
    return _LINE_SKUS, [json.dumps(skus)]


@command(OrderPermission.EDIT, moves=True)
def edit_raw_order(
    *, actor: Actor, operation_id: UUID, raw_id: str, wanted: Wanted, version: int | None = None
) -> RawOrder:
    """Replace what a waiting raw order says; its marks stay until it is submitted again.

    Only what could not be stored is refused here; submitting checks the rest. Raises StepRefused,
    Conflict (another version), Invalid, ReferenceTaken, NotFound.
    """
    raw = locked_raw(raw_orders_visible_to(actor), raw_id)
    RAW_ORDER_FLOW.check(raw.state, "edit")
    if version is not None and version != raw.version:
        raise Conflict
    wanted = trimmed(wanted)
    refuse(storable_problems(wanted))
    shop = buyer_of(actor, wanted.shop or raw.shop.public_id).shop
    check_reference(raw.dealer_id, wanted.client_ref, beside=raw.pk)
    write_wanted(raw, replace(wanted, shop=shop.public_id))
    raw.shop = shop
    raw.version += 1
    RawOrderLine.objects.filter(raw_order=raw)._raw_delete(shard_alias())
    run(updating(raw), inserting(lines_as_typed(raw, wanted)), inserting([_step(raw, "edit", actor)]))
    return raw


def write_wanted(raw: RawOrder, wanted: Wanted) -> None:
    """Put a trimmed request onto a raw order as it was typed; needs its dealer."""
    raw.client_ref = wanted.client_ref or None
    raw.carrier_code, raw.warehouse_code = wanted.carrier, wanted.warehouse
    raw.nickname = wanted.nickname or nickname_of(raw.dealer.name, wanted.address.consignee)
    raw.coupon_code = wanted.coupon
    raw.memo, raw.service_memo, raw.invoice_kind = wanted.memo, wanted.service_memo, wanted.invoice_kind
    for name, value in wanted.address.columns().items():
        setattr(raw, name, value)


def lines_as_typed(raw: RawOrder, wanted: Wanted) -> list[RawOrderLine]:
    """The lines of a request, their SKUs not yet looked for."""
    return [
        RawOrderLine(
            raw_order=raw,
            position=place,
            merchant_code=line.sku,
            quantity=line.quantity,
            pack=line.pack,
            sales_price=line.sales_price,
            note=line.note,
        )
        for place, line in enumerate(wanted.lines, 1)
    ]


@command(OrderPermission.CANCEL, moves=True)
def cancel_raw_order(*, actor: Actor, operation_id: UUID, raw_id: str, reason: str = "") -> RawOrder:
    """Give a waiting raw order up; its reference is free again. Raises StepRefused, NotFound."""
    raw = locked_raw(raw_orders_visible_to(actor), raw_id)
    step = _step(raw, "cancel", actor, RAW_ORDER_FLOW.target(raw.state, "cancel"), reason[:500])
    raw.state, raw.marks = RawOrderState.CANCELLED, []
    raw.version += 1
    run(updating(raw), inserting([step]))
    return raw


def _step(raw: RawOrder, name: str, actor: Actor, target: str = "", reason: str = "") -> RawOrderStep:
    return RawOrderStep(
        raw_order=raw,
        name=name,
        source=raw.state,
        target=target or raw.state,
        at=clock.now(),
        reason=reason[:500],
        **actor_columns(in_name_of(actor, raw.dealer)),
    )
