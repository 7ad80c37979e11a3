"""To whom SKUs are published and who sells them, as the supplier's people see it (K-12…K-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.logistics.models import Warehouse
from tenant_apps.logistics.queries import warehouses_visible_to
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.permissions import StrategyPermission

_NO_DEALER = noop("There is no dealer {name}.")
_NO_GROUP = noop("There is no dealer group {name}.")
_NO_ORGANISATION = noop("There is no ordering organisation {name}.")
_ORGANISATION_OFF = noop("{name} is disabled and sells nothing. Enable it first, or choose another.")
_NO_WAREHOUSE = noop("There is no warehouse {name}.")
_WAREHOUSE_OFF = noop("The warehouse {name} is disabled. Enable it first, or choose another.")


@dataclass(slots=True)
class Published:
    """How a SKU is published; no dealers and no groups: to every dealer. `version` 0: never said yet."""

    sku: Sku
    organisation: OrderingOrganisation | None = None
    display_warehouse: Warehouse | None = None
    dealers: list[Dealer] = field(default_factory=list)
    groups: list[DealerGroup] = field(default_factory=list)
    # Dealers outside of the reader's data scope that get it too: counted, not named.
    hidden: int = 0
    version: int = 0
    updated_at: datetime | None = None

    @property
    def is_for_all(self) -> bool:
        """Whether every dealer gets it."""
        return not (self.dealers or self.groups or self.hidden)


def publications_of(actor: Actor, skus: Sequence[Sku]) -> list[Published]:
    """How each of the SKUs is published, in the same three statements for any number."""
    found = {sku.pk: Published(sku) for sku in skus}
    rows = SkuPublication.objects.select_related("organisation", "display_warehouse")
    for row in rows.filter(sku__in=found):
        one = found[row.sku_id]
        one.organisation, one.display_warehouse = row.organisation, row.display_warehouse
        one.version, one.updated_at = row.version, row.updated_at
    targets = PublicationTarget.objects.select_related("dealer", "group").filter(sku__in=found)
    seen = dealers.dealers_visible_to(actor).filter(pk__in=targets.values("dealer"))
    visible = set(seen.values_list("pk", flat=True))
    for target in targets.order_by("dealer__code", "group__name"):
        if target.group:
            found[target.sku_id].groups.append(target.group)
        elif target.dealer and target.dealer.pk in visible:
            found[target.sku_id].dealers.append(target.dealer)
        else:
            found[target.sku_id].hidden += 1
    return list(found.values())


def publication_for(actor: Actor, sku_id: str) -> Published:
    """How one SKU is published. Raises NotFound, NotPermitted."""
    actor.require(StrategyPermission.READ)
    return publications_of(actor, [catalog.sku_for(actor, sku_id)])[0]


def organisations_visible_to(actor: Actor) -> QuerySet[OrderingOrganisation]:
    """All ordering organisations for the supplier's people, none for a dealer's, by code."""
    rows = OrderingOrganisation.objects.order_by("code")
    return rows if actor.dealer_id is None else rows.none()


def organisations_with_counts(actor: Actor) -> QuerySet[OrderingOrganisation]:
    """The visible organisations, each with `sku_count` and `dealer_count` (dealers limited to it)."""
    return organisations_visible_to(actor).annotate(
        sku_count=Count("publications", distinct=True), dealer_count=Count("dealers", distinct=True)
    )


def organisation_for(actor: Actor, public_id: str) -> OrderingOrganisation:
    """One ordering organisation. Raises NotFound."""
    return current(organisations_visible_to(actor).filter(public_id=public_id), _("ordering organisation"))


def organisations_of(actor: Actor, dealer: Dealer) -> list[OrderingOrganisation]:
    """The organisations a dealer is limited to, by code; none: it orders from all (K-15)."""
    limited = DealerOrganisation.objects.filter(dealer=dealer).values("organisation")
    return list(organisations_visible_to(actor).filter(pk__in=limited))


def named_targets(
    actor: Actor, values: Mapping[str, Any]
) -> tuple[list[Dealer], list[DealerGroup], list[FieldProblem]]:
    """The dealers (id or code) and groups (id or name) that `values` names, and what nobody knows."""
    problems: list[FieldProblem] = []
    wanted = {name: _texts(values.get(name)) for name in ("dealers", "groups")}
    rows = dealers.dealers_visible_to(actor)
    by_dealer = _by_name(rows, wanted["dealers"], "code")
    by_group = _by_name(dealers.groups_visible_to(actor), wanted["groups"], "name")
    for name, known, code, words in (
        ("dealers", by_dealer, "dealer_unknown", _NO_DEALER),
        ("groups", by_group, "group_unknown", _NO_GROUP),
    ):
        for place, text in enumerate(wanted[name]):
            if text not in known:
                problems.append(FieldProblem(f"/{name}/{place}", code, words, {"name": text}))
    return _once(by_dealer, wanted["dealers"]), _once(by_group, wanted["groups"]), problems


def named_organisation(
    actor: Actor, text: str | None, *, held: int | None = None
) -> tuple[OrderingOrganisation | None, list[FieldProblem]]:
    """The organisation by id or code; a disabled one only when it is held already."""
    found = _by_name(organisations_visible_to(actor), _texts([text or ""]), "code")
    row = found.get((text or "").strip())
    return row, _refusals(row, text, held, "organisation", _NO_ORGANISATION, _ORGANISATION_OFF)


def named_warehouse(
    actor: Actor, text: str | None, *, held: Warehouse | None = None
) -> tuple[Warehouse | None, list[FieldProblem]]:
    """The warehouse by id or code; a disabled one, or one out of sight, only when it is held already."""
    text = (text or "").strip()
    if held and text in {held.public_id, held.code}:
        return held, []
    row = _by_name(warehouses_visible_to(actor), _texts([text]), "code").get(text)
    return row, _refusals(row, text, None, "display_warehouse", _NO_WAREHOUSE, _WAREHOUSE_OFF)


def named_organisations(
    actor: Actor, names: Collection[str]
) -> tuple[list[OrderingOrganisation], list[FieldProblem]]:
    """Organisations by id or code, and a problem for each that nobody knows."""
    texts = _texts(names)
    known = _by_name(organisations_visible_to(actor), texts, "code")
    problems = [
        FieldProblem(f"/organisations/{place}", "organisation_unknown", _NO_ORGANISATION, {"name": text})
        for place, text in enumerate(texts)
        if text not in known
    ]
    return _once(known, texts), problems


def _refusals(
    row: Any, text: str | None, held: int | None, name: str, unknown: Any, off: Any
) -> list[FieldProblem]:
    if not (text or "").strip():
        return []
    if row is None:
        return [FieldProblem(f"/{name}", f"{name}_unknown", unknown, {"name": text})]
    if not row.enabled and row.pk != held:
        return [FieldProblem(f"/{name}", f"{name}_disabled", off, {"name": row.name})]
    return []


def _texts(names: Collection[str] | None) -> list[str]:
    return [text for name in names or () if (text := str(name).strip())]


def _by_name(rows: QuerySet[Any], names: Collection[str], column: str) -> dict[str, Any]:
    """Rows by what names them, in one statement; none when nothing is named."""
    if not names:
        return {}
    found = rows.filter(Q(public_id__in=names) | Q(**{f"{column}__in": names}))
    return {name: row for row in found for name in (row.public_id, getattr(row, column))}


def _once(known: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    return list({known[name].pk: known[name] for name in names if name in known}.values())
