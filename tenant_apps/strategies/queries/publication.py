"""To whom SKUs are published and who sells them, as the supplier's people see it (K-12…K-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import noop
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.permissions import StrategyPermission

LIMITED, EVERYBODY = "limited", "everybody"
_NO_ORGANISATION = noop("There is no ordering organisation {name}.")


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


@dataclass(frozen=True, slots=True)
class PublicationFilter:
    """What narrows SKUs by how they are published.

    `q` are words of code or name; `limit` is `limited` (not for every dealer, or of an organisation, or with
    one warehouse's stock) or `everybody`; `organisation` a public id.
    """

    q: str = ""
    limit: str = ""
    organisation: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> PublicationFilter:
        """The filter as an address words it."""
        names = ("q", "limit", "organisation", "sort")
        return cls(**{name: asked[name].replace("\0", "") for name in names if asked.get(name)})


def skus_by_publication(actor: Actor, wanted: PublicationFilter) -> QuerySet[Sku]:
    """The SKUs that fit, ordered, with their products; none for a dealer's people."""
    rows = catalog.skus_visible_to(actor).select_related("product")
    for word in fold(wanted.q).split():
        rows = rows.filter(search_key__contains=word)
    if wanted.organisation:
        here = SkuPublication.objects.filter(organisation__public_id=wanted.organisation)
        rows = rows.filter(pk__in=here.values("sku"))
    if wanted.limit in {LIMITED, EVERYBODY}:
        said = Q(organisation__isnull=False) | Q(display_warehouse__isnull=False)
        limited = Exists(PublicationTarget.objects.filter(sku=OuterRef("pk"))) | Exists(
            SkuPublication.objects.filter(said, sku=OuterRef("pk"))
        )
        rows = rows.filter(limited if wanted.limit == LIMITED else ~limited)
    column = {"code": "merchant_code"}.get(wanted.sort.removeprefix("-"), "sort_key")
    way = "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{way}{column}", f"{way}id")


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


def named_organisations(
    actor: Actor, names: Collection[str]
) -> tuple[list[OrderingOrganisation], list[FieldProblem]]:
    """Organisations by id or code, and a problem for each that nobody knows."""
    texts = texts_of(names)
    known = by_name(organisations_visible_to(actor), texts, "code")
    problems = [
        FieldProblem(f"/organisations/{place}", "organisation_unknown", _NO_ORGANISATION, {"name": text})
        for place, text in enumerate(texts)
        if text not in known
    ]
    return once(known, texts), problems


def texts_of(names: Collection[str] | None) -> list[str]:
    """The names without blanks around them; blank ones name nothing."""
    return [text for name in names or () if (text := str(name).strip())]


def by_name(rows: QuerySet[Any], names: Collection[str], column: str) -> dict[str, Any]:
    """Rows by what names them, in one statement; none when nothing is named."""
    if not names:
        return {}
    found = rows.filter(Q(public_id__in=names) | Q(**{f"{column}__in": names}))
    return {name: row for row in found for name in (row.public_id, getattr(row, column))}


def once(known: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    """The named rows, each once; names that nobody knows are left out."""
    return list({known[name].pk: known[name] for name in names if name in known}.values())
