"""What an approval chain must hold to be kept (WK-07). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import MINOR_MAX
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.orders.approval import LEVELS_MAX, Approver, Level, named, unfilled_level

NAME_MAX = 60
_NO_LEVEL = noop("Add at least one level.")
_TOO_MANY = noop("A chain has at most {maximum} levels.")
_NOBODY_NAMED = noop("Name at least one person or role.")
_NOBODY_THERE = noop(
    "Nobody of this level may do finance reviews now. Name somebody else, or give them the permission"
    " “Finance review: adjust and approve”."
)
_UNFIT = noop("{name} may not do finance reviews. Give them the permission, or name somebody else.")
_STRANGE = noop("Choose among the supplier's active people.")
_STRANGE_ROLE = noop("Choose among the supplier's roles.")
_SAME_PEOPLE = noop(
    "This level has nobody of its own: nobody approves two levels of one order. Name one more person."
)
_AMOUNT = noop("An amount above 0, or none at all.")
_TOO_LARGE = noop("This amount is too large.")


def head_problems(name: str, amount_from: int | None) -> list[FieldProblem]:
    """What is wrong with a chain's name and least total (minor units)."""
    found = text_problems({"name": name}, {"name": NAME_MAX}, ["name"])
    if amount_from is not None and amount_from <= 0:
        found.append(FieldProblem("/amount_from", "not_positive", _AMOUNT))
    elif amount_from is not None and amount_from > MINOR_MAX:
        found.append(FieldProblem("/amount_from", "too_large", _TOO_LARGE))
    return found


def level_problems(
    levels: Sequence[Level],
    approvers: Sequence[Approver],
    people: Mapping[str, str],
    roles: Mapping[str, str],
) -> list[FieldProblem]:
    """What is wrong with the levels of a chain in use: each needs somebody of its own.

    `people` and `roles` are the supplier's, names by public id.
    """
    if not levels:
        return [FieldProblem("/levels", "required", _NO_LEVEL)]
    if len(levels) > LEVELS_MAX:
        return [FieldProblem("/levels", "too_many", _TOO_MANY, {"maximum": LEVELS_MAX})]
    of_levels: list[FieldProblem] = []
    for place, level in enumerate(levels):
        of_levels += _level_problems(f"/levels/{place}", level, approvers, people, roles)
    alone = None if of_levels else unfilled_level(levels, approvers)
    if alone is not None:
        of_levels.append(FieldProblem(f"/levels/{alone}/people", "same_people", _SAME_PEOPLE))
    return of_levels


def _level_problems(
    base: str,
    level: Level,
    approvers: Sequence[Approver],
    people: Mapping[str, str],
    roles: Mapping[str, str],
) -> list[FieldProblem]:
    found = text_problems({"name": level.name}, {"name": NAME_MAX}, ["name"], base)
    there = {one.id for one in approvers}
    if not level.people and not level.roles:
        return [*found, FieldProblem(f"{base}/people", "nobody", _NOBODY_NAMED)]
    for one in level.people:
        if one not in people:
            found.append(FieldProblem(f"{base}/people", "unknown", _STRANGE))
        elif one not in there:
            found.append(FieldProblem(f"{base}/people", "may_not", _UNFIT, {"name": people[one]}))
    if any(one not in roles for one in level.roles):
        found.append(FieldProblem(f"{base}/roles", "unknown", _STRANGE_ROLE))
    if not found and not named(level, approvers):
        found.append(FieldProblem(f"{base}/people", "nobody", _NOBODY_THERE))
    return found


def level_of(values: Mapping[str, Any]) -> Level:
    """One level as it was sent; who is named twice counts once."""
    people, roles = (tuple(dict.fromkeys(values.get(key) or ())) for key in ("people", "roles"))
    return Level(" ".join((values.get("name") or "").split()), people, roles)
