"""Goods strategies as the supplier's people see them: lists, their SKUs, who buys by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.search_keys import fold
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import Assignment, DealerItem, GoodsStrategy, StrategyItem

SORTS = {"name": "name", "items": "item_count", "dealers": "dealer_count", "updated": "updated_at"}
ITEM_SORTS = {
    "name": "sku__sort_key",
    "code": "sku__merchant_code",
    "price": "settlement_price",
    "updated": "updated_at",
}


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What narrows and orders the SKUs of a strategy; `state` is `enabled`, `disabled` or blank."""

    q: str = ""
    state: str = ""
    sort: str = "name"


def strategies_visible_to(actor: Actor) -> QuerySet[GoodsStrategy]:
    """All goods strategies for the supplier's people, none for a dealer's."""
    rows = GoodsStrategy.objects.order_by("name")
    return rows if actor.dealer_id is None else rows.none()


def strategy_for(actor: Actor, public_id: str) -> GoodsStrategy:
    """One goods strategy. Raises NotFound."""
    return current(strategies_visible_to(actor).filter(public_id=public_id), _("goods strategy"))


def strategies_with_counts(actor: Actor, q: str = "", sort: str = "name") -> QuerySet[GoodsStrategy]:
    """Goods strategies whose name holds `q`, with `item_count` and `dealer_count`, in one statement."""
    items = StrategyItem.objects.filter(strategy=OuterRef("pk")).order_by().values("strategy")
    users = Assignment.objects.filter(strategy=OuterRef("pk")).order_by().values("strategy")
    rows = strategies_visible_to(actor).annotate(
        item_count=Coalesce(Subquery(items.annotate(count=Count("*")).values("count")), 0),
        dealer_count=Coalesce(Subquery(users.annotate(count=Count("*")).values("count")), 0),
    )
    if q.strip():
        rows = rows.filter(name__icontains=q.strip())
    column = SORTS.get(sort.lstrip("-"), "name")
    return rows.order_by(f"-{column}" if sort.startswith("-") else column, "id")


def items_matching(strategy: GoodsStrategy, wanted: ItemFilter) -> QuerySet[StrategyItem]:
    """The SKUs of a strategy with their products, narrowed and ordered (W-072)."""
    rows = strategy.items.select_related("sku__product")
    for word in fold(wanted.q).split():
        rows = rows.filter(sku__search_key__contains=word)
    if wanted.state:
        rows = rows.filter(enabled=wanted.state == "enabled")
    column = ITEM_SORTS.get(wanted.sort.lstrip("-"), ITEM_SORTS["name"])
    return rows.order_by(f"-{column}" if wanted.sort.startswith("-") else column, "id")


def dealers_on(actor: Actor, strategy: GoodsStrategy, q: str = "") -> QuerySet[Dealer]:
    """The visible dealers that buy by a strategy, each with `own_count`: its own rows (W-073).

    `q` are words of code or name, pinyin and initials too.
    """
    found = Q()
    for word in fold(q.replace("\0", "")).split():
        found &= Q(search_key__contains=word)
    own = DealerItem.objects.filter(dealer=OuterRef("pk")).order_by().values("dealer")
    return (
        dealers.dealers_visible_to(actor)
        .filter(found, pk__in=strategy.assignments.values("dealer"))
        .annotate(own_count=Coalesce(Subquery(own.annotate(count=Count("*")).values("count")), 0))
        .order_by("sort_key", "id")
    )


USER_COLUMNS = (
    Column("code", "Dealer code", "分销商编码"),
    Column("name", "Dealer", "分销商"),
    Column("level", "Level", "等级"),
    Column("own_count", "Own prices and SKUs", "自有价格和单品", Kind.INTEGER),
)


def user_rows(rows: Iterable[Dealer]) -> Iterator[dict[str, object]]:
    """What `dealers_on` found, as cells of a file."""
    for row in rows:
        own_count = row.own_count  # type: ignore[attr-defined]  # annotated
        yield {"code": row.code, "name": row.name, "level": row.level.name, "own_count": own_count}


def strategy_of(dealer: Dealer) -> GoodsStrategy | None:
    """The strategy a dealer buys by, or None."""
    return GoodsStrategy.objects.filter(assignments__dealer=dealer).first()


def own_row_count(dealer: Dealer) -> int:
    """How many own rows a dealer would lose with its strategy (W-077)."""
    return DealerItem.objects.filter(dealer=dealer).count()


def own_sku_ids(actor: Actor, dealer_id: str, sku_ids: Collection[str]) -> list[str]:
    """Which of these SKUs (public ids) the dealer has own rows of."""
    rows = DealerItem.objects.filter(
        dealer__in=dealers.dealers_visible_to(actor).filter(public_id=dealer_id), sku__public_id__in=sku_ids
    )
    return list(rows.values_list("sku__public_id", flat=True))


def sku_ids_by_code(codes: Collection[str]) -> dict[str, int]:
    """Row ids of SKUs by merchant code, whatever their state, in one statement."""
    return dict(Sku.objects.filter(merchant_code__in=codes).values_list("merchant_code", "id"))
