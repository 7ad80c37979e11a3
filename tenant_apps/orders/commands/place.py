"""Place an order: the raw order and, as all checks passed, its sales order in the same transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from platform_core.commands import command
from platform_core.db.models import actor_columns
from platform_core.db.numbers import draw_many
from platform_core.db.router import shard_alias
from platform_core.idempotency.keys import part_of
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import TaxMode
from platform_core.kernel.errors import DomainError
from tenant_apps.access import operations as access
from tenant_apps.catalog import queries as catalog
from tenant_apps.ledger import queries as ledger
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.orders.commands.review import keep_mark, reviewed
from tenant_apps.orders.errors import DealerDisabled, ReferenceTaken
from tenant_apps.orders.models import (
    RawOrder,
    RawOrderLine,
    RawOrderStep,
    SalesOrder,
    SalesOrderLine,
)
from tenant_apps.orders.operations import Before, finish
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.drafts import Draft, draft_of
from tenant_apps.orders.rules import Wanted
from tenant_apps.orders.states import RawOrderState


@command(OrderPermission.PLACE, moves=True)
def place_order(*, actor: Actor, operation_id: UUID, wanted: Wanted, source: str) -> SalesOrder:
    """Store a request as raw order and sales order (W-130…W-133); a shop may review it at once (W-104).

    Checks goods, quantities, stock, freight and the available balance; nothing is reserved or
    charged before the review. Raises Invalid with a problem per wrong field, DealerDisabled,
    InsufficientBalance, ReferenceTaken, NotFound.
    """
    draft = draft_of(actor, wanted)
    if not draft.dealer.enabled:
        raise DealerDisabled(dealer=draft.dealer.name)
    draft.require_sound()
    assert draft.amounts is not None
    available = ledger.available(draft.dealer.pk)
    if available < draft.amounts.total:
        raise InsufficientBalance(
            available=str(available.amount), missing=str((draft.amounts.total - available).amount)
        )
    _check_reference(draft, wanted.client_ref)
    if not draft.settings.tax_mode_fixed:
        access.fix_tax_mode()
    raw_number, number = draw_many("D", 1)[0], draw_many("SO", 1)[0]
    raw = _store_raw(actor, draft, wanted, source, raw_number)
    order = _store_order(draft, wanted, raw, number)
    finish(order, "submit", actor, Before("", {}), order.state)
    return _auto_reviewed(actor, operation_id, order) if draft.shop.auto_review else order


def _check_reference(draft: Draft, reference: str) -> None:
    if not reference:
        return
    taken = RawOrder.objects.filter(dealer=draft.dealer, client_ref=reference).first()
    if taken is not None:
        raise ReferenceTaken(reference=reference, number=taken.number)


def _store_raw(actor: Actor, draft: Draft, wanted: Wanted, source: str, number: str) -> RawOrder:
    raw = RawOrder.objects.create(
        number=number,
        dealer=draft.dealer,
        shop=draft.shop,
        source=source,
        client_ref=wanted.client_ref or None,
        state=RawOrderState.SUBMITTED,
        warehouse=draft.warehouse,
        carrier=draft.carrier,
        nickname=wanted.nickname or f"{draft.dealer.name}{wanted.address.consignee}",
        memo=wanted.memo,
        service_memo=wanted.service_memo,
        **wanted.address.columns(),
        **actor_columns(actor),
    )
    RawOrderLine.objects.bulk_create(
        [
            RawOrderLine(
                raw_order=raw,
                position=place,
                merchant_code=line.sku.merchant_code,
                sku=line.sku,
                quantity=line.quantity,
                sales_price=line.wanted.sales_price,
                note=line.wanted.note,
            )
            for place, line in enumerate(draft.lines, 1)
        ]
    )
    RawOrderStep.objects.create(
        raw_order=raw,
        name="submit",
        source=RawOrderState.PENDING,
        target=RawOrderState.SUBMITTED,
        at=clock.now(),
        **actor_columns(actor),
    )
    return raw


def _store_order(draft: Draft, wanted: Wanted, raw: RawOrder, number: str) -> SalesOrder:
    order = SalesOrder(
        number=number,
        raw_order=raw,
        client_ref=raw.client_ref,
        dealer=draft.dealer,
        shop=draft.shop,
        nickname=raw.nickname,
    )
    write_draft(order, draft, wanted)
    order.save(force_insert=True)
    SalesOrderLine.objects.bulk_create(lines_of(order, draft))
    return order


def write_draft(order: SalesOrder, draft: Draft, wanted: Wanted) -> None:
    """Put a sound draft's facts onto the order: what was asked, and what it comes to."""
    amounts = draft.amounts
    assert amounts is not None
    assert draft.warehouse is not None
    order.warehouse, order.carrier = draft.warehouse, draft.carrier
    order.currency = draft.currency.value
    order.tax_included = draft.mode is TaxMode.INCLUSIVE
    order.goods, order.freight, order.fee = amounts.goods, amounts.freight, amounts.fee
    order.tax, order.total = amounts.tax, amounts.total
    order.weight_kg, order.freight_known = draft.weight_kg, draft.freight_known
    order.memo, order.service_memo, order.marks = wanted.memo, wanted.service_memo, []
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
            unit=line.sku.unit,
            pack_name=line.wanted.pack,
            pack_units=line.pack_units,
            weight_kg=line.sku.weight_kg,
            quantity=line.quantity,
            wholesale_price=line.sku.wholesale_price,
            retail_price=line.sku.retail_price,
            settlement_price=line.price,
            sales_price=line.sku.retail_price if line.wanted.sales_price is None else line.wanted.sales_price,
            tax_rate=line.sku.tax_rate,
            amount_minor=(line.amounts.gross if order.tax_included else line.amounts.net).minor,
            net_minor=line.amounts.net.minor,
            tax_minor=line.amounts.tax.minor,
            gross_minor=line.amounts.gross.minor,
            note=line.wanted.note,
        )
        for place, line in enumerate(draft.lines, 1)
    ]


def _auto_reviewed(actor: Actor, operation_id: UUID, order: SalesOrder) -> SalesOrder:
    """Review in the system's name; a failure leaves the order with a mark (W-152)."""
    system = Actor.system("auto review", actor.grants)
    try:
        with transaction.atomic(using=shard_alias()):
            return reviewed(system, part_of(operation_id, "review"), order)
    except DomainError as error:
        order.refresh_from_db()
        keep_mark(error, actor=system, order=order)
        return order
