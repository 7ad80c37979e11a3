"""Pages of approval chains, and of who stands in for whom (WK-07)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError, FieldProblem, Invalid, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.words import noop
from platform_core.web.acts import pressed, version_of
from platform_core.web.asking import actor_of
from tenant_apps.orders.approval import LEVELS_MAX
from tenant_apps.orders.commands import approvals as commands
from tenant_apps.orders.models import ApprovalChain
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.approvers import approvers, delegations_visible_to
from tenant_apps.orders.queries.chain_choices import (
    CONDITIONS,
    choices_of,
    ids_of,
    people_and_roles,
)
from tenant_apps.orders.queries.chains import approvals_under, chain_row, chains_visible_to, levels_in
from tenant_apps.orders.queries.details import STEP_LABELS
from tenant_apps.orders.serializers.finance import minor_of

_DAY = noop("Choose a day.")
_NO_LEVEL: dict[str, Any] = {"name": "", "people": [], "roles": []}


@require_http_methods(["GET", "POST"])
def chain_new(request: HttpRequest) -> HttpResponse:
    """Add a chain."""
    return _chain_page(request, None)


@require_http_methods(["GET", "POST"])
def chain_edit(request: HttpRequest, chain_id: str) -> HttpResponse:
    """Change a chain; running orders keep it as it was."""
    return _chain_page(request, chain_row(actor_of(request), chain_id))


def _chain_page(request: HttpRequest, row: ApprovalChain | None) -> HttpResponse:
    actor = actor_of(request)
    chains_visible_to(actor)
    values, errors, status = _initial(actor, row), {}, 200
    if request.method == "POST":
        values = _posted(request.POST)
        try:
            _save(actor, request, row, values)
        except (NotFound, NotPermitted):
            raise
        except DomainError as error:
            errors, status = _by_place(error), error.status
        else:
            return redirect("orders:chains")
    people, roles = people_and_roles()
    context = {
        "chain": row,
        "version": version_of(request, row.version) if row else None,
        "values": values,
        "levels": _shown_levels(values["levels"] or [_NO_LEVEL], errors),
        "next": max(len(values["levels"]), 1),
        "errors": errors,
        "conditions": _shown_conditions(actor, values),
        "people": _those_who_may(people),
        "roles": list(roles.items()),
        "currency": serving().currency,
        "approvals": [
            {"step": one, "label": STEP_LABELS.get(one.name, one.name)} for one in approvals_under(actor, row)
        ]
        if row
        else [],
    }
    return render(request, "orders/chain_form.html", context, status=status)


def _those_who_may(people: dict[str, str]) -> list[tuple[str, str]]:
    there = {one.id for one in approvers()}
    return [(key, name) for key, name in people.items() if key in there]


@require_GET
def level_row(request: HttpRequest) -> HttpResponse:
    """One more level of the form."""
    actor = actor_of(request)
    chains_visible_to(actor)
    text = request.GET.get("place", "0")
    place = int(text) if text.isdecimal() and len(text) < LEVELS_MAX else 0
    people, roles = people_and_roles()
    context = {
        "level": {"place": place, "name": "", "people": [], "roles": [], "errors": []},
        "next": place + 1,
        "people": _those_who_may(people),
        "roles": list(roles.items()),
    }
    return render(request, "orders/parts/chain_level_added.html", context)


def _initial(actor: Actor, row: ApprovalChain | None) -> dict[str, Any]:
    if row is None:
        blank: dict[str, list[str]] = {name: [] for name in CONDITIONS}
        return {"name": "", "amount_from": "", "forces_review": False, **blank, "levels": []}
    return {
        "name": row.name,
        "amount_from": _money(row.amount_from_minor),
        "forces_review": row.forces_review,
        **{name: ids_of(row, name, choices_of(actor, name)) for name in CONDITIONS},
        "levels": [
            {"name": one.name, "people": list(one.people), "roles": list(one.roles)} for one in levels_in(row)
        ],
    }


def _money(minor: int | None) -> str:
    return "" if minor is None else str(Money(minor, Currency(serving().currency)).amount)


def _posted(data: QueryDict) -> dict[str, Any]:
    """What the form holds; levels without a name and without anybody are left out."""
    levels = [
        {
            "name": data.get(f"level-{place}", "").strip(),
            "people": data.getlist(f"people-{place}"),
            "roles": data.getlist(f"roles-{place}"),
        }
        for place in range(LEVELS_MAX + 1)
    ]
    return {
        "name": data.get("name", ""),
        "amount_from": data.get("amount_from", "").strip(),
        "forces_review": "forces_review" in data,
        **{name: data.getlist(name) for name in CONDITIONS},
        "levels": [one for one in levels if any(one.values())],
    }


def _save(actor: Actor, request: HttpRequest, row: ApprovalChain | None, values: dict[str, Any]) -> None:
    text = values["amount_from"]
    asked = {**values, "amount_from": minor_of(text, "/amount_from") if text else None}
    if row is None:
        commands.add_chain(actor=actor, values=asked)
    else:
        version = version_of(request, row.version)
        commands.change_chain(actor=actor, chain_id=row.public_id, changes=asked, version=version)


def _by_place(error: DomainError) -> dict[str, list[str]]:
    """Sentences by `name`, `levels`, `level-2` …; the rest under ``."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        found[f"level-{parts[1]}" if len(parts) > 1 else parts[0]].append(str(problem))
    if not error.problems:
        found[""].append(str(error))
    return dict(found)


def _shown_levels(levels: list[dict[str, Any]], errors: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {**one, "place": place, "errors": errors.get(f"level-{place}", [])}
        for place, one in enumerate(levels)
    ]


def _shown_conditions(actor: Actor, values: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {
        "groups": _("Dealer groups"),
        "dealer_levels": _("Dealer levels"),
        "warehouses": _("Warehouses"),
    }
    return [
        {
            "name": name,
            "label": label,
            "choices": [(key, one.name) for key, one in choices_of(actor, name).items()],
            "chosen": values[name],
        }
        for name, label in labels.items()
    ]


@require_POST
def chain_act(request: HttpRequest, chain_id: str, act: str) -> HttpResponse:
    """Up, down, enable, disable or remove."""
    actor = actor_of(request)
    pressed(request, lambda: _done(actor, chain_id, act))
    return redirect("orders:chains")


def _done(actor: Actor, chain_id: str, act: str) -> str:
    if act in {"up", "down"}:
        row = commands.move_chain(actor=actor, chain_id=chain_id, up=act == "up")
        return _("“{name}” is moved.").format(name=row.name)
    if act == "remove":
        commands.remove_chain(actor=actor, chain_id=chain_id)
        return _("The chain is removed; running orders keep it.")
    changes = {"enabled": act == "enable"}
    row = commands.change_chain(actor=actor, chain_id=chain_id, changes=changes)
    said = _("“{name}” is enabled.") if row.enabled else _("“{name}” is disabled.")
    return said.format(name=row.name)


@require_http_methods(["GET", "POST"])
def delegate_list(request: HttpRequest) -> HttpResponse:
    """Who approves in whose place and when; the reader names a delegate of their own."""
    actor = actor_of(request)
    actor.require(OrderPermission.FINANCE_REVIEW)
    errors: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        try:
            _name_delegate(actor, request.POST)
        except (NotFound, NotPermitted):
            raise
        except DomainError as error:
            errors, status = _by_place(error), error.status
        else:
            return redirect("orders:delegates")
    people = [(one.id, one.name) for one in approvers()]
    context = {
        "rows": delegations_visible_to(actor)[:200],
        "people": people,
        "others": [one for one in people if one[0] != actor.id],
        "may_manage": actor.may(OrderPermission.MANAGE_APPROVALS),
        "values": request.POST,
        "errors": errors,
    }
    return render(request, "orders/delegates.html", context, status=status)


def _name_delegate(actor: Actor, data: QueryDict) -> None:
    commands.name_delegate(
        actor=actor,
        person_id=data.get("person", ""),
        delegate_id=data.get("delegate", ""),
        first_day=_day(data, "first_day"),
        last_day=_day(data, "last_day"),
    )


def _day(data: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(data.get(name, ""))
    except ValueError as error:
        raise Invalid(problems=[FieldProblem(f"/{name}", "not_a_day", _DAY)]) from error


@require_POST
def delegate_withdraw(request: HttpRequest, delegation_id: str) -> HttpResponse:
    """End a delegation."""
    actor = actor_of(request)

    def act() -> str:
        row = commands.withdraw_delegate(actor=actor, delegation_id=delegation_id)
        return _("{name} no longer stands in for {absent}.").format(
            name=row.delegate_name, absent=row.person_name
        )

    pressed(request, act)
    return redirect("orders:delegates")
