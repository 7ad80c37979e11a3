"""Who approves an order: chains and levels of the supplier, limits of a dealer's people (WK-07, WK-19).

Pure. People are users' public ids; a chain on an order is the frozen JSON value that `frozen` makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenant_apps.orders.errors import ConfirmAlone, FirstLevel, NotYourLevel, OwnOrder, SecondLevel

CHAIN_REASON = "chain"
LEVELS_MAX = 10
DELEGATE, ALONE, ADMINISTRATOR, APPROVER = "delegate", "alone", "administrator", "approver"


@dataclass(frozen=True, slots=True)
class Level:
    """Any one of these people, or of the holders of these roles (public ids), approves."""

    name: str
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Levels and the orders they are for; an empty condition does not narrow (WK-07)."""

    id: str
    name: str
    levels: tuple[Level, ...]
    amount_from: int | None = None
    groups: tuple[int, ...] = ()
    dealer_levels: tuple[int, ...] = ()
    warehouses: tuple[int, ...] = ()
    forces: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a chain looks at: the total in minor units and row ids."""

    total: int
    group_id: int | None
    level_id: int
    warehouse_id: int


@dataclass(frozen=True, slots=True)
class Approver:
    """An active person of the supplier who holds the finance review and may see the order."""

    id: str
    name: str
    is_administrator: bool = False
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which capacity somebody took a step: the level, how, and in whose place."""

    level: str = ""
    standing: str = ""
    standing_for: str = ""
    for_id: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everybody who matters for one order at this moment.

    `stand_ins` maps a delegate to the absent people; `involved` placed, edited or reviewed the order.
    """

    approvers: tuple[Approver, ...]
    stand_ins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    involved: frozenset[str] = frozenset()


def chain_for(chains: Iterable[Chain], order: Facts, *, is_asked: bool) -> Chain | None:
    """The first chain that fits: of all if the order goes to finance anyway, else of those that force it."""
    return next((one for one in chains if (is_asked or one.forces) and _fits(one, order)), None)


def _fits(chain: Chain, order: Facts) -> bool:
    return (
        (chain.amount_from is None or order.total >= chain.amount_from)
        and (not chain.groups or order.group_id in chain.groups)
        and (not chain.dealer_levels or order.level_id in chain.dealer_levels)
        and (not chain.warehouses or order.warehouse_id in chain.warehouses)
    )


def chains_of(rows: Iterable[Mapping[str, Any]] | None) -> list[Chain]:
    """Chains as the database tells them, in their order."""
    return [
        Chain(
            row["id"],
            row["name"],
            tuple(Level(v["name"], tuple(v["people"]), tuple(v["roles"])) for v in row["levels"] or ()),
            row["amount_from"],
            tuple(row["groups"]),
            tuple(row["dealer_levels"]),
            tuple(row["warehouses"]),
            row["forces"],
        )
        for row in rows or ()
    ]


def frozen(chain: Chain) -> dict[str, Any]:
    """The chain as an order keeps it: later edits of the chain do not change it."""
    levels = [{"name": v.name, "people": list(v.people), "roles": list(v.roles)} for v in chain.levels]
    return _at({"id": chain.id, "name": chain.name, "levels": levels}, 0)


def _at(approval: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The same chain waiting at a level; what stands from there on is open again."""
    plain = [{key: level[key] for key in ("name", "people", "roles")} for level in approval["levels"]]
    levels = [*approval["levels"][:place], *plain[place:]]
    current = None if place >= len(levels) else {key: plain[place][key] for key in ("people", "roles")}
    return {**approval, "levels": levels, "level": place, "current": current}


def restarted(approval: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Back at the first level (W-157)."""
    return _at(approval, 0) if approval else None


def returned(approval: Mapping[str, Any]) -> dict[str, Any]:
    """Back by one level. Raises FirstLevel."""
    if approval["level"] == 0:
        raise FirstLevel
    return _at(approval, approval["level"] - 1)


def signed(
    approval: Mapping[str, Any], capacity: Capacity, *, by: str, by_name: str, at: str
) -> dict[str, Any]:
    """The current level approved; the next one waits. `current` is None after the last."""
    place = approval["level"]
    sign = {
        "by": by,
        "by_name": by_name,
        "at": at,
        "standing": capacity.standing,
        "for": capacity.for_id,
        "for_name": capacity.standing_for,
    }
    levels = list(approval["levels"])
    levels[place] = {**levels[place], **sign}
    return _at({**approval, "levels": levels}, place + 1)


def is_waiting(approval: Mapping[str, Any] | None) -> bool:
    """Whether a level is still open."""
    return bool(approval) and approval["current"] is not None  # type: ignore[index]  # `bool` says so


def level_of(approval: Mapping[str, Any]) -> Level:
    """The level that waits."""
    one = approval["levels"][approval["level"]]
    return Level(one["name"], tuple(one["people"]), tuple(one["roles"]))


def named(level: Level, approvers: Iterable[Approver]) -> list[Approver]:
    """Who of these may approve the level."""
    people, roles = frozenset(level.people), frozenset(level.roles)
    return [one for one in approvers if one.id in people or one.roles & roles]


def capacity_of(
    approval: Mapping[str, Any], actor_id: str, panel: Panel, *, is_confirmed: bool = False
) -> Capacity:
    """In which capacity a person may approve the waiting level, and nothing else may.

    Nobody approves an order they placed, edited or reviewed, nor two levels of one order, and no
    delegate for somebody who did; only when nobody else may, after confirming. A level without an
    active person is approved by an administrator. Raises NotYourLevel, OwnOrder, SecondLevel,
    ConfirmAlone.
    """
    level = level_of(approval)
    signers = _signers(approval)
    barred = panel.involved | signers
    roads = _roads(level, panel)
    mine = [road for road in roads if road[0] == actor_id]
    free = [road for road in roads if not barred.intersection(road)]
    for road in mine:
        if road in free:
            return _along(level, road, panel)
    administrators = {one.id for one in panel.approvers if one.is_administrator}
    others = {road[0] for road in free} or (administrators - barred - {actor_id})
    if mine:
        refusal = SecondLevel if signers.intersection(mine[0]) else OwnOrder
        if free or (refusal is SecondLevel and others):
            raise refusal(level=level.name)
        return _alone(level, mine[0], panel, is_confirmed=is_confirmed)
    if free or actor_id not in administrators:
        raise NotYourLevel(level=level.name)
    if actor_id not in barred:
        return Capacity(level.name, ADMINISTRATOR)
    if others:
        raise OwnOrder(level=level.name)
    return _alone(level, (actor_id, actor_id), panel, is_confirmed=is_confirmed)


def may_return(approval: Mapping[str, Any], actor_id: str, panel: Panel) -> bool:
    """Whether a person may send the order back by one level: who stands at this one in any capacity."""
    roads = _roads(level_of(approval), panel)
    if roads:
        return any(road[0] == actor_id for road in roads)
    return any(one.id == actor_id and one.is_administrator for one in panel.approvers)


def _signers(approval: Mapping[str, Any]) -> frozenset[str]:
    done = approval["levels"][: approval["level"]]
    return frozenset(one[key] for one in done for key in ("by", "for") if one.get(key))


def _roads(level: Level, panel: Panel) -> list[tuple[str, str]]:
    """Who may act, and for whom: the named people for themselves, then their delegates."""
    there = {one.id for one in panel.approvers}
    people = [one.id for one in named(level, panel.approvers)]
    found = [(one, one) for one in people]
    for delegate, absent in panel.stand_ins.items():
        found += [(delegate, one) for one in people if one in absent and delegate in there]
    return found


def _along(level: Level, road: tuple[str, str], panel: Panel) -> Capacity:
    actor_id, for_id = road
    if actor_id == for_id:
        return Capacity(level.name)
    names = {one.id: one.name for one in panel.approvers}
    return Capacity(level.name, DELEGATE, names[for_id], for_id)


def _alone(level: Level, road: tuple[str, str], panel: Panel, *, is_confirmed: bool) -> Capacity:
    if not is_confirmed:
        raise ConfirmAlone
    along = _along(level, road, panel)
    return Capacity(level.name, ALONE, along.standing_for, along.for_id)


def empty_levels(levels: Iterable[Level], approvers: Sequence[Approver]) -> list[str]:
    """Names of the levels that nobody could approve now."""
    return [level.name for level in levels if not named(level, approvers)]


def unfilled_level(levels: Sequence[Level], approvers: Sequence[Approver]) -> int | None:
    """The place of a level that finds no person of its own, as nobody approves two; None when all do."""
    taken: dict[str, int] = {}
    for place in range(len(levels)):
        if not _placed(place, levels, approvers, taken, set()):
            return place
    return None


def _placed(
    place: int, levels: Sequence[Level], approvers: Sequence[Approver], taken: dict[str, int], seen: set[str]
) -> bool:
    """Give a level a person of its own; others may have to move (augmenting path)."""
    for one in named(levels[place], approvers):
        if one.id in seen:
            continue
        seen.add(one.id)
        if one.id not in taken or _placed(taken[one.id], levels, approvers, taken, seen):
            taken[one.id] = place
            return True
    return False


@dataclass(frozen=True, slots=True)
class Limit:
    """What a person of a dealer may spend alone, in minor units; `spent` is the month's other orders."""

    order: int | None = None
    month: int | None = None
    always: bool = False
    is_approver: bool = False
    spent: int = 0


def limits_of(rows: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Limit]:
    """Limits by person, as the database tells them."""
    return {
        person: Limit(row["order"], row["month"], row["always"], row["approver"], row["spent"] or 0)
        for person, row in (rows or {}).items()
    }


def is_above(limit: Limit | None, total: int, counted: int = 0) -> bool:
    """Whether an order of this total needs another person's approval; amounts in minor units.

    `counted` is what the month's sum holds of this order already: it is being edited, or these are parts.
    """
    if limit is None:
        return False
    return (
        limit.always
        or (limit.order is not None and total > limit.order)
        or (limit.month is not None and limit.spent - counted + total > limit.month)
    )


def may_review(reviewer: str, buyer: str, limits: Mapping[str, Limit], total: int, counted: int = 0) -> bool:
    """Whether a dealer's person may review: within the buyer's limit, or as an approver who is not the buyer.

    The reviewer's own limit per order binds as well. `reviewer` is blank for the automatic review
    and for machines, which approve nothing.
    """
    own = limits.get(reviewer) if reviewer else None
    if is_above(limits.get(buyer) if buyer else None, total, counted):
        is_approver = own is not None and own.is_approver and reviewer != buyer
        return is_approver and not _beyond(own, total)
    return reviewer == buyer or not _beyond(own, total)


def _beyond(limit: Limit | None, total: int) -> bool:
    return limit is not None and limit.order is not None and total > limit.order


def share_of(whole: int, part: int, all_parts: int) -> int:
    """The part's share of an amount in minor units, half up; never more than in proportion allows."""
    if not all_parts:
        return 0
    sign = -1 if whole < 0 else 1
    return sign * ((2 * abs(whole) * part + all_parts) // (2 * all_parts))


def people_in(levels: Collection[Level]) -> set[str]:
    """Everybody who is named in person."""
    return {one for level in levels for one in level.people}
