"""What a review of an order would say now, check by check: nothing is stored, locked or charged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from platform_core.kernel.actor import Actor
from platform_core.kernel.flow import StepRefused
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import plain, share
from platform_core.kernel.words import Sentence, noop
from tenant_apps.access import queries as access
from tenant_apps.access.models import SupplierSettings
from tenant_apps.inventory import queries as inventory
from tenant_apps.ledger import queries as ledger
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.approval import Facts, chain_for, may_review
from tenant_apps.orders.errors import (
    AlreadyBought,
    ApprovalNeeded,
    DealerDisabled,
    GoodsChanged,
    PriceChanged,
)
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.queries.approvers import signing_of
from tenant_apps.orders.queries.chains import chains_in_use
from tenant_apps.orders.queries.details import address_of, finance_words
from tenant_apps.orders.queries.limits import is_bound, limits_for, person_of
from tenant_apps.orders.states import OrderState
from tenant_apps.strategies.queries.goods_list import EXACT
from tenant_apps.strategies.queries.overlay import offers

_ENABLED = noop("{dealer} may order.")
_OFFERED = noop("All goods are on offer.")
_PRICED = noop("The prices are those of the order.")
_IN_STOCK = noop("There is enough stock in {warehouse}.")
_SHORT = noop("{sku}: {asked} asked, {free} free. Order less, or another warehouse.")
_SHORT_UNSAID = noop("{sku}: {asked} are more than there is. Order less, or another warehouse.")
_PAID = noop("{available} {currency} are available, the order comes to {total} {currency} as it was placed.")
_WITHIN = noop("You may review this order: no spending limit stands against it.")
_NO_CHAIN = noop("No approval chain and no finance review: it is approved at once.")
_FINANCE = noop("It goes to finance review: {reasons}")
_CHAIN = noop("The approval chain “{chain}” holds: {levels}.")
_CHANGEABLE = noop("The order day is {day}; the dealer changes the order until its cut-off.")
_SIGNED = noop("You may approve it now.")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a review looks at: `code` as in refusals, whether it passes, and the sentence."""

    code: str
    passes: bool
    message: str


def review_checks(actor: Actor, order: SalesOrder) -> list[Check]:
    """Why the reader's review, or approval, of a visible order would pass or be refused at this moment.

    The order has its lines and parties at hand. The same rules as `commands.review`, without its locks: who
    reviews later may find another stock. Statements do not grow with the lines.
    """
    if order.state == OrderState.PENDING_FINANCE and actor.dealer_id is None:
        refusal = signing_of(actor, order).refusal
        return [
            Check(refusal.code if refusal else "approval", refusal is None, str(refusal or _said(_SIGNED)))
        ]
    if order.state != OrderState.PENDING_REVIEW:
        return [Check("state", passes=False, message=str(StepRefused(state=order.state, step="review")))]
    settings = access.settings()
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    return [
        _dealer(order),
        *_goods(order, lines),
        *_stock(order, lines, settings, actor),
        _balance(order),
        *_limit(actor, order, settings),
        *_calendar(order),
        _finance(order),
    ]


def _said(sentence: Sentence, **facts: str) -> str:
    return sentence.with_facts(facts)


def _dealer(order: SalesOrder) -> Check:
    if not order.dealer.enabled:
        return Check(DealerDisabled.code, passes=False, message=str(DealerDisabled(dealer=order.dealer.name)))
    return Check(DealerDisabled.code, passes=True, message=_said(_ENABLED, dealer=order.dealer.name))


def _goods(order: SalesOrder, lines: list[SalesOrderLine]) -> Iterator[Check]:
    asked = [line for line in lines if not line.is_gift]
    found = offers(dealer_id=order.dealer_id, sku_ids=[line.sku_id for line in asked])
    gone = [x for x in asked if x.sku_id not in found or not found[x.sku_id].orderable]
    changed = [
        x for x in asked if x not in gone and found[x.sku_id].price_at(x.quantity) != x.settlement_price
    ]
    for kind, wrong, fine in ((GoodsChanged, gone, _OFFERED), (PriceChanged, changed, _PRICED)):
        codes = ", ".join(line.merchant_code for line in wrong)
        message = str(kind(codes=codes)) if wrong else _said(fine)
        yield Check(kind.code, passes=not wrong, message=message)


def _stock(
    order: SalesOrder, lines: list[SalesOrderLine], settings: SupplierSettings, actor: Actor
) -> Iterator[Check]:
    free = inventory.available(warehouse_ids=[order.warehouse_id], sku_ids=[line.sku_id for line in lines])
    percent, places = order.dealer.level.stock_percent, settings.quantity_precision
    left = {sku: share(quantity, percent, places) for (_house, sku), quantity in free.items()}
    tells = settings.show_stock == EXACT or actor.dealer_id is None
    short = False
    for line in lines:
        there = left.get(line.sku_id, Decimal(0))
        left[line.sku_id] = there - line.quantity
        if line.quantity > there:
            short = True
            facts = {
                "sku": line.merchant_code,
                "asked": plain(line.quantity),
                "free": plain(max(there, Decimal(0))),
            }
            said = _said(_SHORT, **facts) if tells else _said(_SHORT_UNSAID, **facts)
            yield Check("out_of_stock", passes=False, message=said)
    if not short:
        message = _said(_IN_STOCK, warehouse=order.warehouse.name)
        yield Check("out_of_stock", passes=True, message=message)


def _balance(order: SalesOrder) -> Check:
    available = ledger.available(order.dealer_id)
    missing = order.total - available
    has, currency = str(available.amount), order.currency
    if missing.minor > 0:
        refused = InsufficientBalance(missing=str(missing.amount), available=has, currency=currency)
        return Check(InsufficientBalance.code, passes=False, message=str(refused))
    message = _said(_PAID, total=str(order.total.amount), available=has, currency=currency)
    return Check(InsufficientBalance.code, passes=True, message=message)


def _limit(actor: Actor, order: SalesOrder, settings: SupplierSettings) -> Iterator[Check]:
    """Only a dealer's people are bound; the supplier's read nothing of it."""
    if not is_bound(actor):
        return
    reviewer = person_of(actor)
    limits = limits_for(
        dealer_id=order.dealer_id,
        order_id=order.pk,
        people=[one for one in {reviewer, order.buyer} if one],
        timezone=settings.timezone,
    )
    passes = may_review(reviewer, order.buyer, limits, order.total.minor)
    message = _said(_WITHIN) if passes else str(ApprovalNeeded())
    yield Check(ApprovalNeeded.code, passes=passes, message=message)


def _calendar(order: SalesOrder) -> Iterator[Check]:
    """The order day binds changes, not the review; a bought order is not the dealer's to change."""
    if order.cycle is None:
        return
    if order.is_bought:
        yield Check("calendar", passes=True, message=str(AlreadyBought(number=order.number)))
    else:
        yield Check("calendar", passes=True, message=_said(_CHANGEABLE, day=order.cycle.isoformat()))


def _finance(order: SalesOrder) -> Check:
    """Whether it waits for the supplier afterwards, and who approves: no refusal, but worth knowing."""
    freight = Money(order.freight_minor, Currency(order.currency))
    reasons = logistics.finance_reasons(
        warehouse=order.warehouse, carrier_id=order.carrier_id, address=address_of(order), freight=freight
    )
    if not order.freight_known:
        reasons = [*reasons, "uncovered"]
    facts = Facts(order.total.minor, order.dealer.group_id, order.dealer.level_id, order.warehouse_id)
    chain = chain_for(chains_in_use(), facts, is_asked=bool(reasons))
    if chain is not None:
        levels = " → ".join(level.name for level in chain.levels)
        return Check("finance", passes=True, message=_said(_CHAIN, chain=chain.name, levels=levels))
    if reasons:
        message = _said(_FINANCE, reasons=" ".join(finance_words(reasons)))
        return Check("finance", passes=True, message=message)
    return Check("finance", passes=True, message=_said(_NO_CHAIN))
