"""What an approval chain may name: dealer groups and levels, warehouses, people and roles."""

from __future__ import annotations

from typing import Any, NamedTuple

from platform_core.kernel.actor import Actor
from tenant_apps.access.models import Membership, OrganisationKind, Role
from tenant_apps.dealers.models import DealerGroup, DealerLevel
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.approval import Approver, Chain, Facts, Level, chain_for, named
from tenant_apps.orders.models import ApprovalChain
from tenant_apps.orders.queries.chains import chains_in_use

CONDITIONS = ("groups", "dealer_levels", "warehouses")


class Known(NamedTuple):
    """One thing a condition may name."""

    row_id: int
    name: str


def choices_of(actor: Actor, condition: str) -> dict[str, Known]:
    """What a condition may name, by public id."""
    rows: dict[str, Any] = {
        "groups": DealerGroup.objects.order_by("name"),
        "dealer_levels": DealerLevel.objects.order_by("position", "id"),
        "warehouses": logistics.warehouses_visible_to(actor).order_by("name"),
    }
    found = rows[condition].values_list("public_id", "pk", "name")
    return {public_id: Known(pk, name) for public_id, pk, name in found}


def people_and_roles() -> tuple[dict[str, str], dict[str, str]]:
    """The supplier's active people and its roles, names by public id."""
    people = Membership.objects.filter(
        organisation__kind=OrganisationKind.SUPPLIER, enabled=True, user__is_active=True
    )
    roles = Role.objects.filter(organisation__kind=OrganisationKind.SUPPLIER)
    return (
        dict(people.order_by("user__name").values_list("user__public_id", "user__name")),
        dict(roles.order_by("name").values_list("public_id", "name")),
    )


def ids_of(row: ApprovalChain, condition: str, known: dict[str, Known]) -> list[str]:
    """Public ids of what a chain's condition holds; what is gone is left out."""
    held = set(getattr(row, condition))
    return [public_id for public_id, one in known.items() if one.row_id in held]


def who_is_named(level: Level, people: dict[str, str], roles: dict[str, str]) -> list[str]:
    """Names of the people and roles of a level; those who are gone or disabled are left out."""
    return [people[one] for one in level.people if one in people] + [
        roles[one] for one in level.roles if one in roles
    ]


def tried(facts: Facts, approvers: list[Approver]) -> tuple[Chain | None, list[dict[str, Any]]]:
    """Which chain an order in finance review would get, and who could approve each level now."""
    chain = chain_for(chains_in_use(), facts, is_asked=True)
    levels = chain.levels if chain else ()
    return chain, [{"name": v.name, "people": [one.name for one in named(v, approvers)]} for v in levels]
