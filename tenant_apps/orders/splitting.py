"""How an order is divided over several warehouses, where no single one can send all of it.

Pure: no database, no clock. Sources: FP-05 ("warehouse matching rule when goods are in several places").

The rule, in this order:

1. As few warehouses as possible, at most five. Only those count that the freight table of the address
   covers and that have some of the goods; of more than ten the ten that have most lines whole.
2. Among sets of the same size those that divide fewest lines; among these the supplier's rule decides:
   the first of the rule's order (default warehouse, then by code); the cheapest freight of all parts
   together; the most stock of the line that the set has least of; the nearest, all parts together. Equals
   as the rule orders the warehouses.
3. Within the set a line goes whole to the first warehouse, in the rule's order, that has all of it (by
   the most stock: to the one that has most of it). Only a line that none of them has whole is divided: each
   piece but the last is a multiple of the line's step (pack multiple and entered pack), and no piece is
   below its minimum.
4. A set that a freight table does not carry (weight beyond its last range) is passed over.

The same stock and the same request give the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm

from platform_core.kernel.places import Place
from tenant_apps.orders.allocation import Allocation, Candidate, Demand, best_first, nearness

PARTS_MAX = 5
WAREHOUSES_MAX = 10
BEYOND = "weight_beyond_table"


@dataclass(frozen=True, slots=True)
class Piece:
    """So much of the demand at a place of the request."""

    demand: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What one warehouse sends, in the order of the request."""

    candidate: Candidate
    pieces: tuple[Piece, ...]


# The freight in minor units of a weight in kg from a warehouse; None where its table does not carry it.
Freight = Callable[[Candidate, Decimal], int | None]


def split(
    candidates: Sequence[Candidate],
    demands: Sequence[Demand],
    rule: Allocation,
    address: Place,
    freight: Freight,
) -> list[Share]:
    """The parts of a request, in the rule's order of their warehouses; empty where it cannot be divided."""
    houses = _usable(candidates, demands, rule, address)
    for size in range(2, min(PARTS_MAX, len(houses)) + 1):
        found = _divisions(houses, demands, rule, freight, size)
        best = min(found, key=lambda one: (one.divided, _rank(one, demands, rule, address)), default=None)
        if best is not None:
            return list(best.shares)
    return []


def _usable(
    candidates: Sequence[Candidate], demands: Sequence[Demand], rule: Allocation, address: Place
) -> list[Candidate]:
    """The warehouses that can send something, in the rule's order: those beyond their table last."""
    some = [one for one in candidates if one.covered in ("", BEYOND) and any(one.visible.values())]
    ordered = best_first(some, rule, demands, address)
    is_first = rule is Allocation.FIRST
    ordered.sort(key=lambda one: (bool(one.covered), is_first and not one.is_default))
    if len(ordered) <= WAREHOUSES_MAX:
        return ordered
    kept = sorted(ordered, key=lambda one: -_whole(one, demands).bit_count())[:WAREHOUSES_MAX]
    return [one for one in ordered if one in kept]


def _whole(candidate: Candidate, demands: Sequence[Demand]) -> int:
    """The lines that a warehouse has all of, as bits."""
    return sum(1 << n for n, one in enumerate(demands) if _seen(candidate, one) >= one.quantity)


def _seen(candidate: Candidate, demand: Demand) -> Decimal:
    return candidate.visible.get(demand.sku_id, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Division:
    """One way to divide: the parts, the freight of all, and how many lines are cut."""

    shares: Sequence[Share]
    freight: int
    divided: int


def _divisions(
    houses: Sequence[Candidate], demands: Sequence[Demand], rule: Allocation, freight: Freight, size: int
) -> Iterator[_Division]:
    """Every way to divide over so many warehouses, in the rule's order."""
    whole = {one.code: _whole(one, demands) for one in houses}
    for chosen in combinations(houses, size):
        served = 0
        for one in chosen:
            served |= whole[one.code]
        shares = _shared(chosen, demands, served, rule)
        if shares is None:
            continue
        prices = [freight(one.candidate, weight_of(one.pieces, demands)) for one in shares]
        if None not in prices:
            whole_freight = sum(price for price in prices if price is not None)
            yield _Division(shares, whole_freight, len(demands) - served.bit_count())


def _shared(
    chosen: Sequence[Candidate], demands: Sequence[Demand], served: int, rule: Allocation
) -> list[Share] | None:
    """The lines over exactly these warehouses; None where they cannot, or one of them would be idle."""
    held: dict[str, list[Piece]] = {one.code: [] for one in chosen}
    for place, demand in enumerate(demands):
        order = chosen
        if rule is Allocation.MOST_STOCK:
            order = sorted(chosen, key=lambda one: -_seen(one, demand))
        if served >> place & 1:
            owner = next(one for one in order if _seen(one, demand) >= demand.quantity)
            held[owner.code].append(Piece(place, demand.quantity))
            continue
        cut = _cut(order, demand)
        if cut is None:
            return None
        for code, quantity in cut:
            held[code].append(Piece(place, quantity))
    if not all(held.values()):
        return None
    return [Share(one, tuple(held[one.code])) for one in chosen]


def _cut(order: Sequence[Candidate], demand: Demand) -> list[tuple[str, Decimal]] | None:
    """A line divided by quantity; None where steps and minimum do not let it."""
    left = demand.quantity
    found: list[tuple[str, Decimal]] = []
    for one in order:
        seen = _seen(one, demand)
        if left <= seen:
            return [*found, (one.code, left)]
        piece = _stepped(seen, demand.step)
        if left - piece < demand.minimum:
            piece = _stepped(left - demand.minimum, demand.step)
        if piece <= 0 or piece < demand.minimum:
            continue
        found.append((one.code, piece))
        left -= piece
    return None


def _stepped(quantity: Decimal, step: Decimal) -> Decimal:
    return quantity // step * step


def weight_of(pieces: Sequence[Piece], demands: Sequence[Demand]) -> Decimal:
    """What the pieces weigh, in kg."""
    return sum((demands[one.demand].weight_kg * one.quantity for one in pieces), Decimal(0))


def _rank(division: _Division, demands: Sequence[Demand], rule: Allocation, address: Place) -> Fraction | int:
    shares = division.shares
    match rule:
        case Allocation.FIRST:
            return 0
        case Allocation.CHEAPEST:
            return division.freight
        case Allocation.MOST_STOCK:
            return -min(
                Fraction(sum((_seen(one.candidate, demand) for one in shares), Decimal(0)))
                / Fraction(demand.quantity)
                for demand in demands
            )
        case _:
            return -sum(nearness(one.candidate.place, address) for one in shares)


def portions(whole: int, weights: Sequence[Decimal | int]) -> list[int]:
    """An amount in minor units over pieces, in proportion, half up; the portions add up to the whole.

    Where the weights are amounts whose sum is not below `whole`, no portion is above its own.
    """
    found, left, rest = [], whole, sum((Fraction(one) for one in weights), Fraction(0))
    for weight in weights:
        portion = _half_up(left * Fraction(weight) / rest) if rest else 0
        found.append(portion)
        left -= portion
        rest -= Fraction(weight)
    return found


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def step_of(multiple: Decimal, pack_units: Decimal, precision: int) -> Decimal:
    """By how much a line may be divided: whole pack multiples, and whole packs where it came in packs."""
    unit = Decimal(1).scaleb(-precision)
    thousandths = [int(one * 1000) for one in (multiple, pack_units, unit) if one > 0]
    return Decimal(lcm(*thousandths)) / 1000
