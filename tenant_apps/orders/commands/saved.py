"""Orders in two phases: save, change, decide to buy, discard; the undecided are void (TB-04…TB-07)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError
from psycopg import errors as pg

from platform_core.commands import command
from platform_core.db.fast import inserting, run, updating
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw_with_ids
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.errors import Conflict
from tenant_apps.orders.commands.place import (
    accepted,
    auto_reviewed,
    check_reference,
    prepare,
    raw_lines_of,
    raw_order_of,
    sound_draft,
)
from tenant_apps.orders.commands.raw import write_wanted
from tenant_apps.orders.errors import NotTwoPhase, SavedAlready
from tenant_apps.orders.models import RawOrder, RawOrderLine, RawOrderStep, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.drafts import Draft
from tenant_apps.orders.queries.orders import raw_orders_visible_to
from tenant_apps.orders.queries.raw import locked_raw, raw_lines, wanted_of_raw
from tenant_apps.orders.rules import Wanted
from tenant_apps.orders.states import RAW_ORDER_FLOW, RawOrderState


@command(OrderPermission.PLACE, moves=True)
def save_order(*, actor: Actor, operation_id: UUID, wanted: Wanted, source: str) -> RawOrder:
    """Keep a checked request that its dealer may change, buy or discard until the cut-off (TB-04, TB-05).

    Every check of placing, the balance too; nothing is reserved or charged, and the supplier does not see
    it. Raises NotTwoPhase, SavedAlready, CycleTaken, InsufficientBalance, Invalid, ReferenceTaken.
    """
    draft = sound_draft(actor, replace(wanted, order="", part=0))
    if draft.cycle is None or not draft.cycle.calendar.two_phase or actor.dealer_id is None:
        raise NotTwoPhase
    check_reference(draft.dealer.pk, draft.wanted.client_ref)
    prepare(draft)
    saved = RawOrder.objects.filter(dealer=draft.dealer, cycle=draft.day, state=RawOrderState.SAVED)
    if known := saved.only("number").first():
        raise SavedAlready(day=str(draft.day), number=known.number)
    number, (raw_id,) = draw_with_ids("SO", 1)
    raw = raw_order_of(actor, draft, source, raw_id, number.replace("SO", "D", 1))
    _fill(raw, draft)
    raw.state = RawOrderState.SAVED
    with _once(draft):
        run(
            inserting([raw]),
            inserting(raw_lines_of(raw, draft)),
            inserting([_step(raw, "save", actor, source="", target=RawOrderState.SAVED)]),
        )
    return raw


@command(OrderPermission.PLACE, moves=True)
def change_saved(
    *, actor: Actor, operation_id: UUID, raw_id: str, wanted: Wanted, version: int | None = None
) -> RawOrder:
    """Replace what a saved order asks for, until the cut-off (TB-05): every check runs again.

    Raises StepRefused, Conflict (another version), NotFound, and whatever placing raises.
    """
    raw = locked_raw(raw_orders_visible_to(actor), raw_id)
    RAW_ORDER_FLOW.check(raw.state, "change")
    if version is not None and version != raw.version:
        raise Conflict
    draft = sound_draft(actor, replace(wanted, shop=raw.shop.public_id, order=""), raw.cycle)
    check_reference(raw.dealer_id, draft.wanted.client_ref, beside=raw.pk)
    _fill(raw, draft)
    raw.version += 1
    RawOrderLine.objects.filter(raw_order=raw)._raw_delete(shard_alias())
    run(updating(raw), inserting(raw_lines_of(raw, draft)), inserting([_step(raw, "change", actor)]))
    return raw


@command(OrderPermission.PLACE, moves=True)
def commit_saved(*, actor: Actor, operation_id: UUID, raw_id: str, version: int | None = None) -> SalesOrder:
    """Decide to buy: the saved order becomes a sales order that its dealer changes no more (TB-05).

    Every check runs again. After the cut-off it is refused, whether or not the clock has voided it yet.
    Raises StepRefused, Conflict (another version), NotFound, and whatever placing raises.
    """
    raw = locked_raw(raw_orders_visible_to(actor), raw_id)
    raw.state = RAW_ORDER_FLOW.target(raw.state, "commit")
    if version is not None and version != raw.version:
        raise Conflict
    draft = sound_draft(actor, wanted_of_raw(raw, raw_lines(raw)), raw.cycle)
    prepare(draft)
    raw.warehouse, raw.carrier = draft.warehouse, draft.carrier
    raw.version += 1
    number, ids = draw_with_ids("SO", len(draft.orders))
    orders = accepted(actor, draft, raw, number, ids, updating(raw), step="commit")
    return auto_reviewed(actor, operation_id, orders, draft)


@command(OrderPermission.CANCEL, moves=True)
def void_saved(*, actor: Actor, operation_id: UUID, raw_id: str) -> RawOrder:
    """Discard a saved order; the clock does so in the system's name at the cut-off (TB-07, G-58).

    Raises StepRefused, NotFound.
    """
    is_system = actor.kind is ActorKind.SYSTEM
    raw = locked_raw(RawOrder.objects.all() if is_system else raw_orders_visible_to(actor), raw_id)
    step = _step(raw, "void", actor, target=RAW_ORDER_FLOW.target(raw.state, "void"))
    raw.state = RawOrderState.VOIDED
    raw.version += 1
    run(updating(raw), inserting([step]))
    return raw


def _fill(raw: RawOrder, draft: Draft) -> None:
    """The request onto the raw order, with the carrier and warehouse that were asked for, not those found."""
    raw.warehouse, raw.carrier = draft.warehouse, draft.carrier
    write_wanted(raw, draft.wanted)


@contextmanager
def _once(draft: Draft) -> Iterator[None]:
    """Two saved for one order day at the same moment: the database keeps one."""
    try:
        yield
    except IntegrityError as error:
        cause = error.__cause__
        name = cause.diag.constraint_name if isinstance(cause, pg.UniqueViolation) else None
        if name == "one_saved_order_per_cycle":
            raise SavedAlready(day=str(draft.day), number="…") from error
        raise


def _step(
    raw: RawOrder, name: str, actor: Actor, *, source: str | None = None, target: str = ""
) -> RawOrderStep:
    return RawOrderStep(
        raw_order=raw,
        name=name,
        source=raw.state if source is None else source,
        target=target or raw.state,
        at=clock.now(),
        **actor_columns(actor),
    )
