"""The goods that anybody may see (MO-04): never the stock, never a dealer's price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.search_keys import fold
from tenant_apps.access import queries as access
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Brand, Product, Sku
from tenant_apps.strategies.models import PublicationTarget, SkuPublication, StrategyItem

RETAIL, BY_STRATEGY = "retail", "strategy"
FACETS_SECONDS = 60
_INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class PublicFacets:
    """Categories (with those above, indented) and brands of the public goods: (public id, name)."""

    categories: tuple[tuple[str, str], ...]
    brands: tuple[tuple[str, str], ...]


def public_choice() -> SupplierSettings | None:
    """The supplier's settings while its catalogue is public; None while it is hidden."""
    chosen = access.settings()
    return chosen if chosen.public_catalogue else None


def public_skus(chosen: SupplierSettings) -> QuerySet[Sku]:
    """The SKUs that strangers see, each with its product and `public_price` (None when none is shown)."""
    rows = _for_everybody(Sku.objects.filter(enabled=True, product__enabled=True))
    rows = rows.select_related("product__brand")
    if chosen.public_price == BY_STRATEGY:
        items = StrategyItem.objects.filter(
            sku=OuterRef("pk"), strategy__public_id=chosen.public_strategy, enabled=True
        )
        rows = rows.filter(Exists(items))
        return rows.annotate(public_price=Subquery(items.values("settlement_price")[:1]))
    if chosen.public_price == RETAIL:
        return rows.annotate(public_price=F("retail_price"))
    return rows


def _for_everybody(rows: QuerySet[Sku]) -> QuerySet[Sku]:
    """Without what is published to some dealers only, or sold by a disabled organisation (K-12…K-15).

    The one place that decides what strangers may not see.
    """
    limited = PublicationTarget.objects.filter(sku=OuterRef("pk"))
    closed = SkuPublication.objects.filter(sku=OuterRef("pk"), organisation__enabled=False)
    return rows.filter(~Exists(limited), ~Exists(closed))


def public_matching(
    chosen: SupplierSettings, q: str = "", category: str = "", brand: str = ""
) -> QuerySet[Sku]:
    """The public SKUs by words, category (with those below it) and brand, in the order of their names."""
    rows = public_skus(chosen)
    for word in fold(q.replace("\0", "")).split():
        rows = rows.filter(search_key__contains=word)
    if category:
        tree = catalog.tree()
        node = tree.by_public_id.get(category)
        rows = rows.filter(product__category__in=tree.below(node.leaf.id) if node else [])
    if brand:
        rows = rows.filter(product__brand__public_id=brand)
    return rows.order_by("sort_key", "id")


def public_facets(chosen: SupplierSettings) -> PublicFacets:
    """What the public goods can be filtered by; asked anew once a minute."""
    found = cache.get_or_set(f"public-catalogue-{chosen.version}", lambda: _facets(chosen), FACETS_SECONDS)
    assert isinstance(found, PublicFacets)
    return found


def public_product(chosen: SupplierSettings, public_id: str) -> tuple[Product, list[Sku]]:
    """One product with its public SKUs. Raises NotFound when strangers see none of them."""
    skus = list(public_skus(chosen).filter(product__public_id=public_id).order_by("sort_key", "id"))
    if not skus:
        current(Product.objects.none(), _("product"))
    return skus[0].product, skus


def price_of(sku: Sku) -> Decimal | None:
    """The price that strangers see."""
    return getattr(sku, "public_price", None)


def _facets(chosen: SupplierSettings) -> PublicFacets:
    pairs = set(public_skus(chosen).order_by().values_list("product__category", "product__brand").distinct())
    held = {category for category, _brand in pairs if category}
    nodes = catalog.tree().nodes
    shown = {id_ for node in nodes if node.leaf.id in held for id_ in node.line}
    categories = tuple(
        (node.leaf.public_id, _INDENT * node.depth + node.leaf.name)
        for node in nodes
        if node.leaf.id in shown
    )
    brands = Brand.objects.filter(pk__in={brand for _category, brand in pairs if brand}).order_by("name")
    return PublicFacets(categories, tuple(brands.values_list("public_id", "name")))
