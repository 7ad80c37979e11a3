"""Place an order: the raw order and, as all checks passed, its sales order in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg import errors as pg

from platform_core.commands import command
from platform_core.db.fast import Statement, inserting, run
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw_with_ids
from platform_core.db.router import shard_alias
from platform_core.idempotency.keys import part_of
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import TaxMode
from platform_core.kernel.errors import DomainError
from tenant_apps.access import operations as access
from tenant_apps.catalog import queries as catalog
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.orders.approval import is_above
from tenant_apps.orders.commands.review import keep_mark, reviewed
from tenant_apps.orders.errors import CycleTaken, DealerDisabled, ReferenceTaken
from tenant_apps.orders.models import (
    RawOrder,
    RawOrderLine,
    RawOrderStep,
    SalesOrder,
    SalesOrderLine,
)
from tenant_apps.orders.operations import Before, telling
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.drafts import Draft, draft_of
from tenant_apps.orders.queries.parties import in_name_of
from tenant_apps.orders.queries.supply import demands_of, lock_shares
from tenant_apps.orders.rules import Wanted, nickname_of
from tenant_apps.orders.states import GIVEN_UP, OrderState, RawOrderState
from tenant_apps.strategies import operations as strategies


@command(OrderPermission.PLACE, moves=True)
def place_order(*, actor: Actor, operation_id: UUID, wanted: Wanted, source: str) -> SalesOrder:
    """Store a request as raw order and sales order (W-130…W-133); a shop may review it at once (W-104).

    Checks goods, quantities, stock, freight and the available balance; nothing is reserved or
    charged before the review. Raises Invalid with a problem per wrong field, DealerDisabled,
    InsufficientBalance, ReferenceTaken, NotFound.
    """
    draft = sound_draft(actor, replace(wanted, order=""))
    actor = in_name_of(actor, draft.dealer)
    check_reference(draft.dealer.pk, draft.wanted.client_ref)
    prepare(draft)
    order = _stored(actor, draft, source)
    return auto_reviewed(actor, operation_id, order, draft) if draft.shop.auto_review else order


def prepare(draft: Draft) -> None:
    """What must hold, and be fixed, before an order is written. Raises CycleTaken."""
    _check_cycle(draft)
    if not draft.settings.tax_mode_fixed:
        access.fix_tax_mode()


def sound_draft(
    actor: Actor, wanted: Wanted, kept_cycle: date | None = None, *, is_kept: bool = False
) -> Draft:
    """A request that may be stored: the checks of every path (W-133, W-151).

    Stock and balance are left to the review when the supplier chose so (W-010).

    `kept_cycle` is the order day of an order that is edited; `is_kept` as `draft_of` says.

    Raises Invalid with a problem per wrong field, DealerDisabled, InsufficientBalance, NotFound.
    """
    draft = draft_of(actor, wanted, kept_cycle, is_kept=is_kept)
    if draft.left and draft.day is not None:
        # Who draws on the same share at this moment waits; then what is left is read anew (G-60).
        lock_shares(draft.dealer, draft.day, draft.left)
        draft = draft_of(actor, wanted, kept_cycle)
    if not draft.dealer.enabled:
        raise DealerDisabled(dealer=draft.dealer.name)
    draft.require_sound()
    assert draft.amounts is not None
    if draft.settings.check_balance_at_submit and draft.available < draft.amounts.total:
        raise InsufficientBalance(
            available=str(draft.available.amount),
            missing=str((draft.amounts.total - draft.available).amount),
            currency=draft.currency.value,
        )
    return draft


def check_reference(dealer_id: int, reference: str, *, beside: int | None = None) -> None:
    """The dealer's own reference is on no other raw order that was not given up. Raises ReferenceTaken.

    `beside` is the raw order that may have it.
    """
    if not reference:
        return
    rows = RawOrder.objects.filter(dealer=dealer_id, client_ref=reference).exclude(state__in=GIVEN_UP)
    others = rows if beside is None else rows.exclude(pk=beside)
    taken = others.values_list("sales_order__number", "number").first()
    if taken is not None:
        raise ReferenceTaken(reference=reference, number=taken[0] or taken[1])


def _check_cycle(draft: Draft) -> None:
    """Where the calendar allows one order for each order day, there is none yet (SX-06)."""
    cycle = draft.cycle
    if cycle is None or not cycle.calendar.one_per_cycle:
        return
    orders = SalesOrder.objects.filter(dealer=draft.dealer, cycle=draft.day, only_of_cycle=True)
    taken = orders.exclude(state=OrderState.CANCELLED).only("number").first()
    if taken is not None:
        raise CycleTaken(day=str(draft.day), number=taken.number)


@contextmanager
def _once(draft: Draft) -> Iterator[None]:
    """Two orders with one reference, or of one cycle, at the same moment: the database keeps one."""
    try:
        yield
    except IntegrityError as error:
        cause = error.__cause__
        name = cause.diag.constraint_name if isinstance(cause, pg.UniqueViolation) else None
        if name == "dealer_reference_once":
            raise ReferenceTaken(reference=draft.wanted.client_ref, number="…") from error
        if name == "one_order_per_cycle" and draft.cycle is not None:
            raise CycleTaken(day=str(draft.day), number="…") from error
        raise


def _stored(actor: Actor, draft: Draft, source: str) -> SalesOrder:
    """Write raw order and order under ids drawn beforehand."""
    number, (raw_id, order_id) = draw_with_ids("SO", 2)
    raw = raw_order_of(actor, draft, source, raw_id, number.replace("SO", "D", 1))
    return accepted(
        actor, draft, raw, number, order_id, inserting([raw]), inserting(raw_lines_of(raw, draft))
    )


def accepted(
    actor: Actor,
    draft: Draft,
    raw: RawOrder,
    number: str,
    order_id: int,
    *written: Statement,
    step: str = "submit",
) -> SalesOrder:
    """Write the sales order of a raw order with its lines and both steps, all in one round trip.

    `written` is what stores the raw order itself, `step` how it left its state. Raises ReferenceTaken,
    CycleTaken.
    """
    order = SalesOrder(
        id=order_id,
        number=number,
        raw_order=raw,
        client_ref=raw.client_ref,
        dealer=draft.dealer,
        shop=draft.shop,
        nickname=raw.nickname,
        cycle=raw.cycle,
        only_of_cycle=draft.cycle is not None and draft.cycle.calendar.one_per_cycle,
        is_bought=draft.cycle is not None and draft.cycle.calendar.two_phase,
    )
    write_draft(order, draft)
    take_coupon_of(order, draft)
    submitted = RawOrderStep(
        raw_order=raw,
        name=step,
        source=RawOrderState.SAVED if step == "commit" else RawOrderState.PENDING,
        target=RawOrderState.SUBMITTED,
        at=clock.now(),
        **actor_columns(actor),
    )
    with _once(draft):
        run(
            *written,
            inserting([submitted]),
            inserting([order]),
            inserting(lines_of(order, draft)),
            *telling(order, "submit", actor, Before("", {})),
        )
    return order


def raw_order_of(actor: Actor, draft: Draft, source: str, id_: int, number: str) -> RawOrder:
    """A sound draft as the raw order that it was asked with, submitted, not yet stored."""
    wanted = draft.wanted
    return RawOrder(
        id=id_,
        number=number,
        dealer=draft.dealer,
        shop=draft.shop,
        source=source,
        client_ref=wanted.client_ref or None,
        state=RawOrderState.SUBMITTED,
        warehouse=draft.warehouse,
        carrier=draft.carrier,
        nickname=wanted.nickname or nickname_of(draft.dealer.name, wanted.address.consignee),
        invoice_kind=wanted.invoice_kind,
        coupon_code=wanted.coupon,
        memo=wanted.memo,
        service_memo=wanted.service_memo,
        cycle=draft.cycle.day if draft.cycle else None,
        **wanted.address.columns(),
        **actor_columns(actor),
    )


def raw_lines_of(raw: RawOrder, draft: Draft) -> list[RawOrderLine]:
    """What was asked: as it was typed where bundles were opened, else as it was understood."""
    if draft.has_bundles:
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
            for place, line in enumerate(draft.wanted.lines, 1)
        ]
    return [
        RawOrderLine(
            raw_order=raw,
            position=place,
            merchant_code=line.sku.merchant_code,
            sku=line.sku,
            quantity=line.quantity,
            sales_price=line.wanted.sales_price,
            note=line.wanted.note,
        )
        for place, line in enumerate(demands_of(draft), 1)
    ]


def write_draft(order: SalesOrder, draft: Draft) -> None:
    """Put a sound draft's facts onto the order: what was asked, and what it comes to."""
    wanted, amounts = draft.wanted, draft.amounts
    assert amounts is not None
    assert draft.warehouse is not None
    order.warehouse, order.carrier, order.chosen = draft.warehouse, draft.carrier, draft.chosen
    order.currency = draft.currency.value
    if draft.person is not None:
        counted = order.total_minor if order.buyer == draft.person else 0
        order.needs_approval = is_above(draft.limit, amounts.total.minor, counted)
        order.buyer = draft.person
    order.tax_included = draft.mode is TaxMode.INCLUSIVE
    for name, value in amounts.columns().items():
        setattr(order, name, value)
    order.discount, order.coupon_code = draft.discount, (draft.coupon and draft.coupon.code) or ""
    order.weight_kg, order.freight_known = draft.weight_kg, draft.freight_known
    order.memo, order.service_memo, order.marks = wanted.memo, wanted.service_memo, []
    order.invoice_kind = wanted.invoice_kind
    for name, value in wanted.address.columns().items():
        setattr(order, name, value)


def take_coupon_of(order: SalesOrder, draft: Draft) -> None:
    """Note the use of the draft's coupon, if it has one. Raises Invalid at `/coupon` when it is used up."""
    if draft.coupon is not None:
        strategies.take_coupon(
            promotion_id=draft.coupon.pk, dealer_id=draft.dealer.pk, source=order.public_id
        )


def lines_of(order: SalesOrder, draft: Draft) -> list[SalesOrderLine]:
    """The draft's lines with their frozen facts (decisions.md §5)."""
    return [
        SalesOrderLine(
            order=order,
            position=place,
            sku=line.sku,
            merchant_code=line.sku.merchant_code,
            name=catalog.display_name(line.sku),
            own_code=line.own_code,
            own_name=line.own_name,
            unit=line.sku.unit,
            pack_name=line.wanted.pack,
            pack_units=line.pack_units,
            weight_kg=line.sku.weight_kg,
            quantity=line.quantity,
            demanded=line.demanded,
            wholesale_price=line.sku.wholesale_price,
            retail_price=line.sku.retail_price,
            settlement_price=line.price,
            sales_price=line.sku.retail_price if line.wanted.sales_price is None else line.wanted.sales_price,
            tax_rate=line.sku.tax_rate,
            discount_minor=line.discount_minor,
            promotions=list(line.promotions),
            is_gift=line.is_gift,
            amount_minor=(line.amounts.gross if order.tax_included else line.amounts.net).minor,
            net_minor=line.amounts.net.minor,
            tax_minor=line.amounts.tax.minor,
            gross_minor=line.amounts.gross.minor,
            note=line.wanted.note,
        )
        for place, line in enumerate(draft.stored_lines, 1)
    ]


def auto_reviewed(actor: Actor, operation_id: UUID, order: SalesOrder, draft: Draft) -> SalesOrder:
    """Review in the system's name; a failure leaves the order with a mark (W-152)."""
    system = Actor.system("auto review", actor.grants)
    try:
        with transaction.atomic(using=shard_alias()):
            return reviewed(system, part_of(operation_id, "review"), order, draft.settings)
    except DomainError as error:
        order.refresh_from_db()
        keep_mark(error, actor=system, order=order)
        return order
