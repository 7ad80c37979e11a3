"""The step of a draft that takes it apart where several warehouses send it (FP-05).

`splitting` decides who sends what. Prices, promotions and the coupon were decided on the whole request
and are frozen on its lines: a divided line takes its share of amount, discount and tax, so that the parts
add up to the whole, to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from platform_core.kernel.amounts import Amounts, TaxMode
from platform_core.kernel.money import Money, UnitPrice
from platform_core.kernel.quantity import plain
from tenant_apps.orders.queries.choosing import Choice
from tenant_apps.orders.splitting import portions

if TYPE_CHECKING:
    from tenant_apps.orders.queries.drafts import Draft, DraftLine


def take_apart(draft: Draft, choice: Choice) -> None:
    """Give the draft its parts, a draft each, still without gifts and amounts."""
    quantities: list[list[Decimal]] = [[] for _ in draft.lines]
    owners: list[list[int]] = [[] for _ in draft.lines]
    for place, share in enumerate(choice.shares):
        for piece in share.pieces:
            quantities[piece.demand].append(piece.quantity)
            owners[piece.demand].append(place)
    held: list[list[DraftLine]] = [[] for _ in choice.shares]
    for line, parts, places in zip(draft.lines, quantities, owners, strict=True):
        for place, part in zip(places, _pieces(draft, line, parts), strict=True):
            held[place].append(part)
    draft.parts = [
        replace(
            draft,
            place=number,
            lines=lines,
            gifts=[],
            problems=[],
            hints=[],
            notes=[],
            warehouse=choice.houses[share.candidate.code].warehouse,
            weight_kg=sum((line.weight_kg for line in lines), Decimal(0)),
        )
        for number, (share, lines) in enumerate(zip(choice.shares, held, strict=True), 1)
    ]


def _pieces(draft: Draft, line: DraftLine, quantities: Sequence[Decimal]) -> list[DraftLine]:
    """The pieces of a line in the order of their parts; the line itself where it stays whole."""
    if len(quantities) == 1:
        return [line]
    full = portions(UnitPrice(line.price, draft.currency).times(line.quantity).minor, quantities)
    left, facts = list(full), []
    for fact in line.promotions:
        taken = portions(Money.parse(fact["amount"], draft.currency).minor, left)
        left = [rest - one for rest, one in zip(left, taken, strict=True)]
        facts.append([{**fact, "amount": str(Money(one, draft.currency).amount)} for one in taken])
    tax = portions(line.amounts.tax.minor, left)
    short = Decimal(0) if line.demanded is None else line.demanded - line.quantity
    return [
        replace(
            line,
            wanted=replace(line.wanted, quantity=quantity / line.pack_units),
            quantity=quantity,
            amounts=_amounts(draft, left[n], tax[n]),
            discount_minor=full[n] - left[n],
            promotions=[each[n] for each in facts],
            weight_kg=line.sku.weight_kg * quantity,
            demanded=quantity + short if short and n == 0 else None,
            priced_for=line.quantity,
        )
        for n, quantity in enumerate(quantities)
    ]


def _amounts(draft: Draft, minor: int, tax_minor: int) -> Amounts:
    amount, tax = Money(minor, draft.currency), Money(tax_minor, draft.currency)
    if draft.mode is TaxMode.EXCLUSIVE:
        return Amounts(amount, tax, amount + tax)
    return Amounts(amount - tax, tax, amount)


def part_facts(part: Draft) -> dict[str, object]:
    """One order of a divided request as plain values; amounts are decimal strings."""
    amounts, house = part.amounts, part.warehouse
    assert amounts is not None
    assert house is not None
    return {
        "part": part.place,
        "warehouse": house.public_id,
        "name": house.name,
        "lines": len(part.stored_lines),
        "quantity": plain(sum((line.quantity for line in part.lines), Decimal(0))),
        "weight_kg": plain(part.weight_kg),
        "goods": str(amounts.goods.amount),
        "discount": str(part.discount.amount),
        "freight": str(amounts.freight.amount),
        "freight_known": part.freight_known,
        "fee": str(amounts.fee.amount),
        "tax": str(amounts.tax.amount),
        "total": str(amounts.total.amount),
    }
