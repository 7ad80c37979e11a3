"""The step of a draft that takes promotions into account: discounts on its lines, gifts beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from platform_core.kernel.amounts import taxed
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Money, UnitPrice
from tenant_apps.catalog import queries as catalog
from tenant_apps.orders.allocation import Demand
from tenant_apps.orders.queries.choosing import Choice
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.queries.promotions import GIFT_MISSING, Bought, Gift, promoted

if TYPE_CHECKING:
    from tenant_apps.orders.queries.drafts import Draft, DraftLine


def take_discounts(draft: Draft, running: Collection[str]) -> None:
    """Take off what promotions and the coupon say (strategies/promotions.py has the stacking rule).

    `running` are the kinds that run for the dealer: without any, and without a coupon, nothing is
    asked. One statement otherwise.
    """
    coupon = draft.wanted.coupon
    if not draft.lines or not (coupon or set(running) - {"coupon"}):
        return
    found = promoted(
        dealer=draft.dealer,
        bought=[_bought(draft, line) for line in draft.lines],
        currency=draft.currency,
        coupon=coupon,
        source=draft.wanted.order,
    )
    draft.gifts_due, draft.coupon = found.gifts, found.coupon
    draft.problems += [found.problem] if found.problem else []
    draft.notes += [found.note] if found.note else []
    draft.lines = [
        _discounted(draft, line, found.off[line.sku.pk], found.facts[line.sku.pk])
        if line.sku.pk in found.off
        else line
        for line in draft.lines
    ]


def gift_demands(draft: Draft) -> list[Demand]:
    """The gifts that are due and still sold, as a warehouse is asked for them."""
    return [
        Demand(gift.sku.pk, gift.sku.merchant_code, gift.quantity)
        for gift in draft.gifts_due
        if gift.sku.enabled and gift.sku.product.enabled
    ]


def add_gifts(draft: Draft, choice: Choice) -> None:
    """Add the gifts to the first order of the draft whose warehouse has them; no statement.

    A gift that is out of stock or no longer sold is left out and told as a note, never a refusal.
    """
    if not draft.gifts_due:
        return
    lefts = [_left(order, choice) for order in draft.orders]
    for gift in draft.gifts_due:
        sku = gift.sku
        is_sold = sku.enabled and sku.product.enabled
        for order, left in zip(draft.orders, lefts, strict=True):
            if is_sold and left.get(sku.pk, Decimal(0)) >= gift.quantity:
                left[sku.pk] -= gift.quantity
                _give(draft, order, _gift_line(draft, gift, draft.lines[0]))
                break
        else:
            facts = {"promotion": gift.promotion["name"], "gift": catalog.display_name(sku)}
            draft.notes.append(FieldProblem("/lines", "gift_missing", GIFT_MISSING, facts))


def _left(order: Draft, choice: Choice) -> dict[int, Decimal]:
    """What an order's warehouse has beside the lines that were asked for, by SKU."""
    house = order.warehouse
    option = choice.option or choice.houses[house.code if house else ""]
    left = dict(option.candidate.visible)
    for line in order.lines:
        if line.sku.pk in left:
            left[line.sku.pk] -= line.quantity
    return left


def _give(draft: Draft, order: Draft, gift: DraftLine) -> None:
    """The gift onto its order, and onto the whole where the order is a part of it."""
    for one in [order] if order is draft else [order, draft]:
        one.gifts.append(gift)
        one.weight_kg += gift.weight_kg


def _bought(draft: Draft, line: DraftLine) -> Bought:
    amount = UnitPrice(line.price, draft.currency).times(line.quantity)
    return Bought(line.sku.pk, line.quantity, line.price, amount.minor)


def _discounted(draft: Draft, line: DraftLine, minor: int, facts: list[dict[str, str]]) -> DraftLine:
    full = UnitPrice(line.price, draft.currency).times(line.quantity)
    amounts = taxed(full - Money(minor, draft.currency), line.sku.tax_rate, draft.mode)
    return replace(line, amounts=amounts, discount_minor=minor, promotions=facts)


def _gift_line(draft: Draft, gift: Gift, like: DraftLine) -> DraftLine:
    """A line that nobody asked for: it costs nothing. `like` lends its class only."""
    return type(like)(
        index=-1,
        wanted=WantedLine(gift.sku.merchant_code, gift.quantity),
        sku=gift.sku,
        price=Decimal(0),
        quantity=gift.quantity,
        pack_units=Decimal(1),
        amounts=taxed(Money.zero(draft.currency), gift.sku.tax_rate, draft.mode),
        weight_kg=gift.sku.weight_kg * gift.quantity,
        promotions=[gift.promotion],
        is_gift=True,
    )
