"""What a publication that somebody wrote names, and what it makes of a SKU's (K-12…K-14).

The one check of page, import and API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.logistics.models import Warehouse
from tenant_apps.logistics.queries import warehouses_visible_to
from tenant_apps.strategies.models import OrderingOrganisation
from tenant_apps.strategies.queries.publication import (
    Published,
    by_name,
    once,
    organisations_visible_to,
    texts_of,
)

FIELDS = ("dealers", "groups", "organisation", "display_warehouse")
_NO_DEALER = noop("There is no dealer {name}.")
_NO_GROUP = noop("There is no dealer group {name}.")
_NO_ORGANISATION = noop("There is no ordering organisation {name}.")
_ORGANISATION_OFF = noop("{name} is disabled and sells nothing. Enable it first, or choose another.")
_NO_WAREHOUSE = noop("There is no warehouse {name}.")
_WAREHOUSE_OFF = noop("The warehouse {name} is disabled. Enable it first, or choose another.")


@dataclass(frozen=True, slots=True)
class Known:
    """What publications may name: by id and code, a group by id and name."""

    dealers: Mapping[str, Dealer]
    groups: Mapping[str, DealerGroup]
    organisations: Mapping[str, OrderingOrganisation]
    warehouses: Mapping[str, Warehouse]


def known_names(actor: Actor, rows: Iterable[Mapping[str, Any]]) -> Known:
    """What these rows name, in at most four statements however many there are."""
    asked = list(rows)
    lists = {name: {one for row in asked for one in texts_of(row.get(name))} for name in FIELDS[:2]}
    single = {name: {one for row in asked for one in texts_of([row.get(name) or ""])} for name in FIELDS[2:]}
    return Known(
        by_name(dealers.dealers_visible_to(actor), lists["dealers"], "code"),
        by_name(dealers.groups_visible_to(actor), lists["groups"], "name"),
        by_name(organisations_visible_to(actor), single["organisation"], "code"),
        by_name(warehouses_visible_to(actor), single["display_warehouse"], "code"),
    )


def named_organisation(actor: Actor, text: str) -> tuple[OrderingOrganisation | None, list[FieldProblem]]:
    """The enabled organisation by id or code, or why there is none; None for a blank name."""
    name = text.strip()
    row = by_name(organisations_visible_to(actor), texts_of([name]), "code").get(name)
    wrong = _refusal(name, row, None, "organisation", _NO_ORGANISATION, _ORGANISATION_OFF)
    return row, [wrong] if wrong else []


def laid(held: Published, values: Mapping[str, Any], known: Known) -> list[FieldProblem]:
    """Write what `values` says onto a SKU's publication; what it does not have stays. Stores nothing.

    Gives everything wrong with it, at its field. What is held already may be disabled or out of sight.
    """
    problems = _targets(held, values, known)
    if "organisation" in values:
        name = str(values["organisation"] or "").strip()
        row = known.organisations.get(name)
        if wrong := _refusal(
            name, row, held.organisation, "organisation", _NO_ORGANISATION, _ORGANISATION_OFF
        ):
            problems.append(wrong)
        held.organisation = row
    if "display_warehouse" in values:
        name = str(values["display_warehouse"] or "").strip()
        old = held.display_warehouse
        house = old if old and name in {old.public_id, old.code} else known.warehouses.get(name)
        if wrong := _refusal(name, house, old, "display_warehouse", _NO_WAREHOUSE, _WAREHOUSE_OFF):
            problems.append(wrong)
        held.display_warehouse = house
    return problems


def _targets(held: Published, values: Mapping[str, Any], known: Known) -> list[FieldProblem]:
    problems = []
    if "dealers" in values:
        names = texts_of(values["dealers"])
        problems += _unknown("dealers", names, known.dealers, "dealer_unknown", _NO_DEALER)
        held.dealers = once(known.dealers, names)
    if "groups" in values:
        names = texts_of(values["groups"])
        problems += _unknown("groups", names, known.groups, "group_unknown", _NO_GROUP)
        held.groups = once(known.groups, names)
    return problems


def _unknown(
    field: str, names: list[str], known: Mapping[str, Any], code: str, words: Any
) -> list[FieldProblem]:
    return [
        FieldProblem(f"/{field}/{place}", code, words, {"name": name})
        for place, name in enumerate(names)
        if name not in known
    ]


def _refusal(name: str, row: Any, held: Any, field: str, unknown: Any, off: Any) -> FieldProblem | None:
    if not name:
        return None
    if row is None:
        return FieldProblem(f"/{field}", f"{field}_unknown", unknown, {"name": name})
    if not row.enabled and (held is None or row.pk != held.pk):
        return FieldProblem(f"/{field}", f"{field}_disabled", off, {"name": row.name})
    return None
