"""The dealer's review: freight, deposit and stock move together, or not at all (W-150)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count

from platform_core.commands import command
from platform_core.db.fast import Read, Statement
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import Amounts, TaxMode
from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency, Money
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import operations as inventory
from tenant_apps.ledger import operations as ledger
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.approval import (
    APPROVER,
    CHAIN_REASON,
    Capacity,
    Chain,
    Facts,
    Limit,
    chain_for,
    frozen,
    is_above,
    may_review,
)
from tenant_apps.orders.errors import (
    ApprovalNeeded,
    DealerDisabled,
    GoodsChanged,
    NicknameTooOften,
    PriceChanged,
)
from tenant_apps.orders.models import BuyerLimit, SalesOrder, SalesOrderLine, SalesOrderStep
from tenant_apps.orders.operations import (
    OWN_CAPACITY,
    Before,
    amounts_of,
    finish,
    locked_with_settings,
    source_of,
)
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.chains import CHAINS_IN_USE, chains_told
from tenant_apps.orders.queries.limits import OF_ORDER, is_bound, limits_for, month_of, person_of, told
from tenant_apps.orders.queries.orders import orders_visible_to
from tenant_apps.orders.queries.parties import in_name_of
from tenant_apps.orders.queries.totals import amounts_for, fee_of
from tenant_apps.orders.rules import Address, mark
from tenant_apps.orders.states import ORDER_FLOW, OrderState
from tenant_apps.strategies.queries import Offer
from tenant_apps.strategies.queries.freight_tables import freight_quote
from tenant_apps.strategies.queries.goods_list import EXACT as SHOWN_EXACTLY
from tenant_apps.strategies.queries.overlay import offers as offers_of

UNCOVERED = "uncovered"
NICKNAME_MAX = 5
# With the lines come the approval chains in use and the limits of buyer and reviewer: nulls cost nothing.
_LINES = Read(
    f"SELECT {{n}}, {CHAINS_IN_USE}, {OF_ORDER} FROM orders_salesorderline n"  # noqa: S608 - our own texts
    " WHERE n.order_id = %(order)s ORDER BY n.position",
    n=SalesOrderLine,
)


def _refused(error: DomainError, *, actor: Actor, order_id: str, **_: Any) -> None:
    """A refused review leaves the order as it was, with a mark that says why.

    The refusal gave the row's lock back, so it is taken again: a cancel may have come between.
    """
    order = locked(SalesOrder.objects.filter(public_id=order_id).select_related("dealer")).first()
    if order is not None and order.state == OrderState.PENDING_REVIEW:
        keep_mark(error, actor=in_name_of(actor, order.dealer), order=order)


@command(OrderPermission.REVIEW, moves=True, on_refusal=_refused)
def review_order(*, actor: Actor, operation_id: UUID, order_id: str) -> SalesOrder:
    """Compute freight, charge the wallet, reserve the stock (W-150, G-14).

    Without finance review the stock-out document appears at once; otherwise, or when no freight
    row covers the address (W-168, G-38), the order waits for finance. Raises StepRefused,
    GoodsChanged, PriceChanged, ApprovalNeeded, OutOfStock, InsufficientBalance, DealerDisabled: the
    order then keeps its state and gets a mark.
    """
    order, settings = locked_with_settings(actor, order_id)
    return reviewed(actor, operation_id, order, settings)


def check_batch(actor: Actor, order_ids: Collection[str]) -> None:
    """Whether these orders may be reviewed as one batch, before any of them is (G-27).

    Raises NicknameTooOften: other systems refuse more than five orders of one nickname at once (W-141).
    """
    waiting = orders_visible_to(actor).filter(public_id__in=order_ids, state=OrderState.PENDING_REVIEW)
    names = waiting.exclude(nickname="").order_by().values_list("nickname").annotate(count=Count("pk"))
    worst = names.order_by("-count", "nickname").first()
    if worst is not None and worst[1] > NICKNAME_MAX:
        raise NicknameTooOften(nickname=worst[0], count=worst[1], maximum=NICKNAME_MAX)


def reviewed(actor: Actor, operation_id: UUID, order: SalesOrder, settings: SupplierSettings) -> SalesOrder:
    """Review a locked order, inside the caller's transaction.

    Everything is written before stock and wallet are touched: their rows are the ones that many
    orders want, and so they are held for the shortest time (stock before wallet: design.md §3).
    """
    ORDER_FLOW.check(order.state, "review")
    if not order.dealer.enabled:
        raise DealerDisabled(dealer=order.dealer.name)
    before = Before.of(order)
    reviewer = person_of(actor)
    asked = {
        "order": order.pk,
        "dealer": order.dealer_id,
        "people": [p for p in {reviewer, order.buyer} if p],
    }
    rows = _LINES.all({**asked, "month": month_of(settings.timezone)})
    lines = [row[0] for row in rows]
    _check_goods(order, lines)
    _compute(order, lines, settings)
    capacity = _within_limits(actor, order, told(rows[0][2]), settings)
    _choose_chain(order, chains_told(rows[0][1]))
    demands = demands_of(lines)
    order.charged, order.marks, order.reviewed_at = order.total, [], clock.now()
    target = OrderState.PENDING_FINANCE if order.finance_reasons else OrderState.APPROVED
    document = releasing_to_warehouse(order, demands) if target == OrderState.APPROVED else ()
    who = in_name_of(actor, order.dealer)
    finish(order, "review", who, before, target, also=document, capacity=capacity)
    inventory.reserve(
        actor=actor,
        operation_id=operation_id,
        warehouse_id=order.warehouse_id,
        source=source_of(order),
        demands=demands,
        stock_percent=order.dealer.level.stock_percent,
        precision=settings.quantity_precision,
        # A refusal stays as a mark and in the history, where the dealer reads it.
        tells_stock=settings.show_stock == SHOWN_EXACTLY,
    )
    ledger.charge(
        operation_id=operation_id,
        dealer_id=order.dealer_id,
        source=source_of(order),
        charges=_charges(order),
    )
    return order


def keep_mark(error: DomainError, *, actor: Actor, order: SalesOrder) -> None:
    """Leave the mark and a line of history; the state stays."""
    order.marks = [mark(error)]
    order.needs_approval = order.needs_approval or isinstance(error, ApprovalNeeded)
    order.save(update_fields=["marks", "needs_approval", "updated_at"])
    amounts = amounts_of(order)
    SalesOrderStep.objects.create(
        order=order,
        name="review_failed",
        source=order.state,
        target=order.state,
        at=clock.now(),
        reason=" ".join([str(error), *map(str, error.problems)])[:500],
        before=amounts,
        after=amounts,
        **actor_columns(actor),
    )


def demands_of(lines: list[SalesOrderLine]) -> list[inventory.Demand]:
    """The lines as inventory asks for them."""
    return [
        inventory.Demand(
            line_id=line.pk,
            sku_id=line.sku_id,
            quantity=line.quantity,
            merchant_code=line.merchant_code,
            name=line.name,
            unit=line.unit,
            own_code=line.own_code,
            own_name=line.own_name,
        )
        for line in lines
    ]


def releasing_to_warehouse(order: SalesOrder, demands: list[inventory.Demand]) -> tuple[Statement, Statement]:
    """What creates the stock-out document (W-150, W-165), to be written with the order."""
    order.approved_at = clock.now()
    return inventory.creating_stock_out(
        source=source_of(order),
        warehouse=order.warehouse,
        carrier=order.carrier,
        dealer=order.dealer,
        address=order,
        demands=demands,
        weight_kg=order.weight_kg,
    )


def _within_limits(
    actor: Actor, order: SalesOrder, limits: Mapping[str, Limit], settings: SupplierSettings
) -> Capacity:
    """The spending limits of the dealer's people (WK-07); the supplier's people are free of them.

    A month's limit is counted again under the lock of its row: another order of the buyer may be under
    review. Raises ApprovalNeeded.
    """
    order.needs_approval = False
    if not is_bound(actor):
        return OWN_CAPACITY
    reviewer, total = person_of(actor), order.total.minor
    # The limit of a single order is measured by the whole request; the month's sum holds the other parts.
    others = max(order.whole_minor - total, 0)
    if any(limit.month is not None for limit in limits.values()):
        list(locked(BuyerLimit.objects.filter(person_id__in=list(limits))).values_list("pk"))
        limits = limits_for(
            dealer_id=order.dealer_id, order_id=order.pk, people=limits, timezone=settings.timezone
        )
    if not may_review(reviewer, order.buyer, limits, total + others, others):
        raise ApprovalNeeded
    is_approver = is_above(limits.get(order.buyer), total + others, others)
    return Capacity(standing=APPROVER) if is_approver else OWN_CAPACITY


def _choose_chain(order: SalesOrder, chains: Sequence[Chain]) -> None:
    """The chain that holds for the order from now on, as it is now (WK-07)."""
    facts = Facts(order.total.minor, order.dealer.group_id, order.dealer.level_id, order.warehouse_id)
    chain = chain_for(chains, facts, is_asked=bool(order.finance_reasons))
    order.approval = frozen(chain) if chain else None
    if chain and not order.finance_reasons:
        order.finance_reasons = [CHAIN_REASON]


def _check_goods(order: SalesOrder, lines: list[SalesOrderLine]) -> None:
    """The SKUs are still on offer at the frozen prices; a gift need not be."""
    lines = [line for line in lines if not line.is_gift]
    offers = offers_of(dealer_id=order.dealer_id, sku_ids=[line.sku_id for line in lines])
    gone = [x.merchant_code for x in lines if x.sku_id not in offers or not offers[x.sku_id].orderable]
    if gone:
        raise GoodsChanged(codes=", ".join(gone))
    changed = [x.merchant_code for x in lines if _price_now(offers, x) != x.settlement_price]
    if changed:
        raise PriceChanged(codes=", ".join(changed))


def _price_now(offers: Mapping[int, Offer], line: SalesOrderLine) -> Decimal:
    """What the line would cost now; a piece of a divided line at the price of the whole quantity."""
    return offers[line.sku_id].price_at(line.quantity if line.priced_for is None else line.priced_for)


def _compute(order: SalesOrder, lines: list[SalesOrderLine], settings: SupplierSettings) -> None:
    """Freight by the table as it is now, the fee, the total, and whether finance must see it."""
    currency = Currency(order.currency)
    address = Address(**{name: getattr(order, name) for name in Address.__dataclass_fields__})
    quote = freight_quote(
        warehouse_id=order.warehouse_id,
        carrier=order.carrier,
        address=address,
        weight_kg=order.weight_kg,
        currency=currency,
    )
    amounts = amounts_for(
        [
            Amounts(
                Money(line.net_minor, currency),
                Money(line.tax_minor, currency),
                Money(line.gross_minor, currency),
            )
            for line in lines
        ],
        quote.amount,
        fee_of(order.dealer, order.part, quote.amount),
        settings,
        TaxMode.INCLUSIVE if order.tax_included else TaxMode.EXCLUSIVE,
    )
    order.freight_known = quote.known
    for name, value in amounts.columns().items():
        setattr(order, name, value)
    order.finance_reasons = logistics.finance_reasons(
        warehouse=order.warehouse,
        carrier_id=order.carrier_id,
        address=address,
        freight=quote.amount,
    )
    if not quote.known:
        order.finance_reasons = [*order.finance_reasons, UNCOVERED]


def _charges(order: SalesOrder) -> list[ledger.Charge]:
    """What the wallet pays, by kind; their sum is the total."""
    parts = [("goods", order.goods), ("freight", order.freight), ("fee", order.fee)]
    if not order.tax_included:
        parts.append(("tax", order.tax))
    return [ledger.Charge(kind, amount) for kind, amount in parts if amount]
