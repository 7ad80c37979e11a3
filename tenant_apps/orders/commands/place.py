"""Place an order: the raw order and, as all checks passed, its sales order in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
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
from tenant_apps.orders.commands.coupons import take_coupon_of
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


@command(OrderPermission.PLACE, moves=True)
def place_order(*, actor: Actor, operation_id: UUID, wanted: Wanted, source: str) -> SalesOrder:
    """Store a request as raw order and sales order (W-130…W-133); a shop may review it at once (W-104).

    Where the supplier lets orders be split, it may become several, one for each warehouse; the first is
    returned, `queries.orders.orders_together` has all (FP-05).

    Checks goods, quantities, stock, freight and the available balance; nothing is reserved or
    charged before the review. Raises Invalid with a problem per wrong field, DealerDisabled,
    InsufficientBalance, ReferenceTaken, NotFound.
    """
    draft = sound_draft(actor, replace(wanted, order="", part=0))
    actor = in_name_of(actor, draft.dealer)
    check_reference(draft.dealer.pk, draft.wanted.client_ref)
    prepare(draft)
    return auto_reviewed(actor, operation_id, _stored(actor, draft, source), draft)


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
    taken = others.order_by("pk", "sales_orders__part").values_list("sales_orders__number", "number").first()
    if taken is not None:
        raise ReferenceTaken(reference=reference, number=taken[0] or taken[1])


def _check_cycle(draft: Draft) -> None:
    """Where the calendar allows one order for each order day, there is none yet (SX-06)."""
    cycle = draft.cycle
    if cycle is None or not cycle.calendar.one_per_cycle:
        return
    # Of a request in parts the first alone holds the place; the others keep it when that is cancelled.
    orders = SalesOrder.objects.filter(
        Q(only_of_cycle=True) | Q(part__gt=1), dealer=draft.dealer, cycle=draft.day
    )
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


def _stored(actor: Actor, draft: Draft, source: str) -> list[SalesOrder]:
    """Write raw order and orders under ids drawn beforehand."""
    number, (raw_id, *ids) = draw_with_ids("SO", 1 + len(draft.orders))
    raw = raw_order_of(actor, draft, source, raw_id, number.replace("SO", "D", 1))
    return accepted(actor, draft, raw, number, ids, inserting([raw]), inserting(raw_lines_of(raw, draft)))


def accepted(
    actor: Actor,
    draft: Draft,
    raw: RawOrder,
    number: str,
    ids: Sequence[int],
    *written: Statement,
    step: str = "submit",
) -> list[SalesOrder]:
    """Write the sales orders of a raw order with their lines and steps, all in one round trip.

    `written` is what stores the raw order itself, `step` how it left its state; `ids` are as many as the
    draft's orders. Several are numbered `<number>-1`, `-2`…. Raises ReferenceTaken, CycleTaken.
    """
    orders = [
        _order_of(draft, part, raw, f"{number}-{part.place}" if draft.parts else number, id_)
        for part, id_ in zip(draft.orders, ids, strict=True)
    ]
    take_coupon_of(orders[0], draft)
    submitted = RawOrderStep(
        raw_order=raw,
        name=step,
        source=RawOrderState.SAVED if step == "commit" else RawOrderState.PENDING,
        target=RawOrderState.SUBMITTED,
        at=clock.now(),
        **actor_columns(actor),
    )
    lines = [line for order, part in zip(orders, draft.orders, strict=True) for line in lines_of(order, part)]
    told = [one for order in orders for one in telling(order, "submit", actor, Before("", {}))]
    with _once(draft):
        run(*written, inserting([submitted]), inserting(orders), inserting(lines), *told)
    return orders


def _order_of(draft: Draft, part: Draft, raw: RawOrder, number: str, id_: int) -> SalesOrder:
    """One order of a draft: the only one, or a part of it."""
    calendar = draft.cycle.calendar if draft.cycle else None
    order = SalesOrder(
        id=id_,
        number=number,
        raw_order=raw,
        part=part.place,
        client_ref=raw.client_ref,
        dealer=draft.dealer,
        shop=draft.shop,
        nickname=raw.nickname,
        cycle=raw.cycle,
        only_of_cycle=calendar is not None and calendar.one_per_cycle and part.place <= 1,
        is_bought=calendar is not None and calendar.two_phase,
    )
    write_draft(order, part)
    if draft.parts and draft.amounts is not None:
        order.whole_minor = draft.amounts.total.minor
        order.needs_approval = is_above(draft.limit, order.whole_minor)
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
    others = order.whole_minor - order.total_minor if order.whole_minor else 0
    if draft.person is not None:
        # The month's sum holds this order already where it is edited, and always the other parts.
        counted = (order.total_minor if order.buyer == draft.person else 0) + others
        order.needs_approval = is_above(draft.limit, amounts.total.minor + others, counted)
        order.buyer = draft.person
    order.tax_included = draft.mode is TaxMode.INCLUSIVE
    for name, value in amounts.columns().items():
        setattr(order, name, value)
    if order.whole_minor:
        order.whole_minor = others + order.total_minor
    order.discount, order.coupon_code = draft.discount, (draft.coupon and draft.coupon.code) or ""
    order.weight_kg, order.freight_known = draft.weight_kg, draft.freight_known
    order.memo, order.service_memo, order.marks = wanted.memo, wanted.service_memo, []
    order.invoice_kind = wanted.invoice_kind
    for name, value in wanted.address.columns().items():
        setattr(order, name, value)


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
            priced_for=line.priced_for,
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


def auto_reviewed(actor: Actor, operation_id: UUID, orders: Sequence[SalesOrder], draft: Draft) -> SalesOrder:
    """Review each order in the system's name where its shop does so; the first one.

    A failure leaves the order with a mark (W-152).
    """
    if draft.shop.auto_review:
        for order in orders:
            name = f"review {order.part}" if order.part else "review"
            _review_at_once(actor, part_of(operation_id, name), order, draft)
    return orders[0]


def _review_at_once(actor: Actor, operation_id: UUID, order: SalesOrder, draft: Draft) -> None:
    system = Actor.system("auto review", actor.grants)
    try:
        with transaction.atomic(using=shard_alias()):
            reviewed(system, operation_id, order, draft.settings)
    except DomainError as error:
        order.refresh_from_db()
        keep_mark(error, actor=system, order=order)
