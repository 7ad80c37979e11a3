"""What a person may ask of approval chains and delegates (WK-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem, NotPermitted
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.orders.approval import Level
from tenant_apps.orders.approval_checks import head_problems, level_of, level_problems
from tenant_apps.orders.models import ApprovalChain, ApprovalDelegation, ApprovalLevel
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.approvers import approvers, delegation_for
from tenant_apps.orders.queries.chain_choices import CONDITIONS, choices_of, people_and_roles
from tenant_apps.orders.queries.chains import chains_visible_to, levels_in

DAYS_MAX = 366
_UNKNOWN = noop("Choose one of those offered.")
_NOT_THERE = noop("Choose an active person of the supplier who may do finance reviews.")
_ITSELF = noop("Choose somebody else than the absent person.")
_BACKWARDS = noop("The last day lies before the first one.")
_PAST = noop("The last day lies in the past.")
_TOO_LONG = noop("A delegation lasts at most {days} days. Name the delegate again afterwards.")
_FLAGS = ("enabled", "forces_review")


@command(OrderPermission.MANAGE_APPROVALS)
def add_chain(*, actor: Actor, values: Mapping[str, Any]) -> ApprovalChain:
    """A chain after the others. `values` as in `change_chain`; `name` and `levels` are needed."""
    last = chains_visible_to(actor).aggregate(last=Max("position"))["last"]
    row = ApprovalChain(position=0 if last is None else last + 1)
    levels = _fill(actor, row, {"name": "", "levels": [], **values})
    with uniquely("name", "external_id"):
        row.save(force_insert=True)
    _lay_levels(row, levels or [])
    _note(actor, row, "created", {}, _facts(row, levels or []))
    return _reread(actor, row)


@command(OrderPermission.MANAGE_APPROVALS)
def change_chain(
    *, actor: Actor, chain_id: str, changes: Mapping[str, Any], version: int | None = None
) -> ApprovalChain:
    """Change the named fields; running orders keep the chain as it was at their review.

    `name`, `external_id`, `enabled`, `forces_review`, `amount_from` (minor units or None), `groups`,
    `dealer_levels`, `warehouses` (public ids), `levels` (mappings with `name`, `people`, `roles`).
    Raises NotFound, Conflict, Invalid: above all when nobody may approve one of the levels.
    """
    row = _locked(actor, chain_id, version)
    before = _facts(row, levels_in(row))
    levels = _fill(actor, row, changes)
    store(row, "name", "external_id")
    if levels is not None:
        _lay_levels(row, levels)
    row = _reread(actor, row)
    _note(actor, row, "changed", *difference(before, _facts(row, levels_in(row))))
    return row


@command(OrderPermission.MANAGE_APPROVALS)
def move_chain(*, actor: Actor, chain_id: str, up: bool) -> ApprovalChain:
    """Ask a chain before or after its neighbour: the first that fits holds."""
    rows = list(locked(chains_visible_to(actor).prefetch_related(None).order_by("id")))
    rows.sort(key=lambda one: (one.position, one.pk))
    place = next((i for i, one in enumerate(rows) if one.public_id == chain_id), None)
    if place is None:
        _locked(actor, chain_id, None)  # raises NotFound
        raise AssertionError("unreachable")
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, one in enumerate(rows):
            one.position = position
        ApprovalChain.objects.bulk_update(rows, ["position"])
        _note(actor, rows[other], "moved", {}, {"position": other})
    return _reread(actor, rows[other] if 0 <= other < len(rows) else rows[place])


@command(OrderPermission.MANAGE_APPROVALS)
def remove_chain(*, actor: Actor, chain_id: str, version: int | None = None) -> None:
    """Take a chain away; orders under review keep what they have of it."""
    row = _locked(actor, chain_id, version)
    _note(actor, row, "removed", _facts(row, levels_in(row)), {})
    row.delete()


@command(OrderPermission.FINANCE_REVIEW)
def name_delegate(
    *, actor: Actor, delegate_id: str, first_day: date, last_day: date, person_id: str = ""
) -> ApprovalDelegation:
    """Let somebody approve in one's place on these days, both included, in the supplier's zone.

    Those who manage approvals do it for others too (`person_id`). Raises Invalid, NotPermitted.
    """
    person_id = person_id or actor.id
    if person_id != actor.id and not actor.may(OrderPermission.MANAGE_APPROVALS):
        raise NotPermitted(permission=str(OrderPermission.MANAGE_APPROVALS))
    there = {one.id: one.name for one in approvers()}
    found = [
        FieldProblem(f"/{field}", "unknown", _NOT_THERE)
        for field, one in (("delegate", delegate_id), ("person", person_id))
        if one not in there
    ]
    if delegate_id == person_id:
        found.append(FieldProblem("/delegate", "itself", _ITSELF))
    refuse(found + _day_problems(first_day, last_day))
    row = ApprovalDelegation.objects.create(
        person_id=person_id,
        person_name=there[person_id],
        delegate_id=delegate_id,
        delegate_name=there[delegate_id],
        first_day=first_day,
        last_day=last_day,
        **actor_columns(actor),
    )
    said = {"person": row.person_name, "delegate": row.delegate_name, "from": first_day, "to": last_day}
    record(actor, [Change("approval_delegation", row.public_id, "created", {}, said)])
    return row


@command(OrderPermission.FINANCE_REVIEW)
def withdraw_delegate(*, actor: Actor, delegation_id: str) -> ApprovalDelegation:
    """End a delegation now. Raises NotFound."""
    row = delegation_for(actor, delegation_id)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(actor, [Change("approval_delegation", row.public_id, "withdrawn", {}, {})])
    return row


def _day_problems(first_day: date, last_day: date) -> list[FieldProblem]:
    if last_day < first_day:
        return [FieldProblem("/last_day", "backwards", _BACKWARDS)]
    if last_day < clock.today(serving().timezone):
        return [FieldProblem("/last_day", "in_past", _PAST)]
    if (last_day - first_day).days >= DAYS_MAX:
        return [FieldProblem("/last_day", "too_long", _TOO_LONG, {"days": DAYS_MAX})]
    return []


def _fill(actor: Actor, row: ApprovalChain, values: Mapping[str, Any]) -> list[Level] | None:
    """Write checked values into a chain; its levels, or None when they were not named."""
    if "name" in values:
        row.name = " ".join(str(values["name"] or "").split())
    if "external_id" in values:
        row.external_id = (values["external_id"] or "").strip() or None
    if "amount_from" in values:
        row.amount_from_minor = values["amount_from"]
    for flag in _FLAGS:
        if flag in values:
            setattr(row, flag, values[flag])
    found = text_problems({"external_id": row.external_id or ""}, {"external_id": 80})
    for name in CONDITIONS:
        if name in values:
            known = choices_of(actor, name)
            asked = list(dict.fromkeys(values[name] or ()))
            if any(one not in known for one in asked):
                found.append(FieldProblem(f"/{name}", "unknown", _UNKNOWN))
            setattr(row, name, [known[one].row_id for one in asked if one in known])
    levels = [level_of(one) for one in values["levels"]] if "levels" in values else None
    checked = levels_in(row) if levels is None else levels
    found += head_problems(row.name, row.amount_from_minor)
    # A chain that is switched off may be unfinished; its levels are checked when it is switched on.
    if row.enabled:
        people, roles = people_and_roles()
        found += level_problems(checked, approvers(), people, roles)
    refuse(found)
    return levels


def _lay_levels(row: ApprovalChain, levels: Sequence[Level]) -> None:
    ApprovalLevel.objects.filter(chain=row).delete()
    ApprovalLevel.objects.bulk_create(
        [
            ApprovalLevel(
                chain=row, position=place, name=one.name, people=list(one.people), roles=list(one.roles)
            )
            for place, one in enumerate(levels)
        ]
    )


def _locked(actor: Actor, public_id: str, version: int | None) -> ApprovalChain:
    return current(locked(chains_visible_to(actor)).filter(public_id=public_id), _("approval chain"), version)


def _reread(actor: Actor, row: ApprovalChain) -> ApprovalChain:
    return chains_visible_to(actor).get(pk=row.pk)


def _facts(row: ApprovalChain, levels: Sequence[Level]) -> dict[str, Any]:
    names = ("name", *_FLAGS, "amount_from_minor", *CONDITIONS)
    told = [{"name": v.name, "people": list(v.people), "roles": list(v.roles)} for v in levels]
    return {**{name: getattr(row, name) for name in names}, "levels": told}


def _note(
    actor: Actor, row: ApprovalChain, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    record(actor, [Change("approval_chain", row.public_id, verb, before, after)])
