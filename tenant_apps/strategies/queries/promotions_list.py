"""Promotions as people see them: who sees which, the list, what a promotion's names mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency, Money
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.catalog.models import Category, Sku
from tenant_apps.dealers.models import Dealer, DealerGroup, DealerLevel
from tenant_apps.strategies.models import (
    Promotion,
    PromotionAudience,
    PromotionKind,
    PromotionScope,
)
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.promotion_words import effect
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries.promotions import effect_of

SORTS = {"name": "name", "kind": "kind", "starts": "starts_at", "ends": "ends_at", "uses": "use_count"}
DEFAULT_SORT = "-starts"
# Where each list of names is looked up, and by which columns a name may be given.
NAMED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "groups": (DealerGroup, ("public_id", "name")),
    "levels": (DealerLevel, ("public_id", "name")),
    "dealers": (Dealer, ("public_id", "code")),
    "skus": (Sku, ("public_id", "merchant_code")),
    "categories": (Category, ("public_id",)),
}


@dataclass(frozen=True, slots=True)
class PromotionFilter:
    """What narrows the list: words of name or coupon code, state, kind, a group's public id."""

    q: str = ""
    state: str = ""
    kind: str = ""
    group: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> PromotionFilter:
        """The filter that the parameters of the list's URL say; what makes no sense is left out."""
        return cls(
            q=asked.get("q", "").strip(),
            state=asked.get("state", "") if asked.get("state", "") in set(State) else "",
            kind=asked.get("kind", "") if asked.get("kind", "") in PromotionKind.values else "",
            group=asked.get("group", ""),
            sort=asked.get("sort", DEFAULT_SORT),
        )


def promotions_visible_to(actor: Actor) -> QuerySet[Any]:
    """All for the supplier's people; a dealer's see what runs for their dealer now (MO-03), never coupons.

    Each has `state_word` and `use_count`. Raises NotPermitted.
    """
    now = clock.now()
    rows: QuerySet[Any] = Promotion.objects.select_related("gift_sku__product").annotate(
        state_word=Case(
            When(Q(ended_at__isnull=False) | Q(ends_at__lte=now), then=Value(State.ENDED.value)),
            When(enabled=False, then=Value(State.PAUSED.value)),
            When(starts_at__gt=now, then=Value(State.PLANNED.value)),
            default=Value(State.RUNNING.value),
            output_field=CharField(),
        ),
        use_count=Count("uses", distinct=True),
    )
    if actor.dealer_id is None:
        actor.require(StrategyPermission.READ)
        return rows
    actor.require(StrategyPermission.READ_OFFER)
    dealers = Dealer.objects.filter(pk=actor.dealer_id)
    mine = PromotionAudience.objects.filter(
        Q(dealer__in=dealers) | Q(group__in=dealers.values("group")) | Q(level__in=dealers.values("level")),
        promotion=OuterRef("pk"),
    )
    rows = rows.filter(state_word=State.RUNNING).exclude(kind=PromotionKind.COUPON)
    return rows.filter(Q(every_dealer=True) | Exists(mine))


def promotion_for(actor: Actor, public_id: str) -> Any:
    """One visible promotion with its audience and scope at hand. Raises NotFound."""
    return current(with_names(promotions_visible_to(actor)).filter(public_id=public_id), _("promotion"))


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same promotions with what they are for at hand: two statements more."""
    return rows.prefetch_related(
        "audience__group", "audience__level", "audience__dealer", "scope__sku", "scope__category"
    )


def promotions_matching(actor: Actor, wanted: PromotionFilter) -> QuerySet[Any]:
    """The visible promotions that the filter leaves, in its order."""
    rows = _narrowed(promotions_visible_to(actor), wanted)
    if wanted.state:
        rows = rows.filter(state_word=wanted.state)
    column = SORTS.get(wanted.sort.lstrip("-"), SORTS[DEFAULT_SORT.lstrip("-")])
    sign = "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def promotions_by_state(actor: Actor, wanted: PromotionFilter) -> dict[str, int]:
    """How many of each state the rest of the filter leaves, in one statement."""
    found: dict[str, int] = {}
    for word in _narrowed(promotions_visible_to(actor), wanted).values_list("state_word", flat=True):
        found[word] = found.get(word, 0) + 1
    return found


def _narrowed(rows: QuerySet[Any], wanted: PromotionFilter) -> QuerySet[Any]:
    if wanted.q:
        rows = rows.filter(Q(name__icontains=wanted.q) | Q(code__icontains=wanted.q))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.group:
        named = PromotionAudience.objects.filter(promotion=OuterRef("pk"), group__public_id=wanted.group)
        rows = rows.filter(Exists(named))
    return rows


def values_of(row: Promotion, currency: Currency) -> dict[str, Any]:
    """What a promotion says, as a change of it is asked; names are public ids. Needs `with_names`."""
    audience, scope = list(row.audience.all()), list(row.scope.all())

    def amount(minor: int | None) -> Decimal | None:
        return None if minor is None else Money(minor, currency).amount

    plain = ("name", "external_id", "kind", "percent", "unit_off", "every", "gift_quantity", "code")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(row, name) for name in ("uses_max", "uses_per_dealer", "combines")},
        "off": amount(row.off_minor),
        "threshold": amount(row.threshold_minor),
        "gift_sku": row.gift_sku.public_id if row.gift_sku else None,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "groups": [one.group.public_id for one in audience if one.group],
        "levels": [one.level.public_id for one in audience if one.level],
        "dealers": [one.dealer.public_id for one in audience if one.dealer],
        "skus": [one.sku.public_id for one in scope if one.sku],
        "categories": [one.category.public_id for one in scope if one.category],
    }


def named(kind: str, names: Collection[str]) -> tuple[list[Any], list[str]]:
    """The rows that these names mean, in one statement, and the names that mean none."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not wanted:
        return [], []
    model, columns = NAMED[kind]
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__in": wanted})
    rows = list(model._default_manager.filter(condition).order_by("pk"))
    known = {getattr(row, column) for row in rows for column in columns}
    return rows, [name for name in wanted if name not in known]


def audience_dealers(found: Mapping[str, Collection[Any]]) -> QuerySet[Dealer]:
    """The enabled dealers that groups, levels and dealers mean together; all when none is named."""
    rows = Dealer.objects.filter(enabled=True)
    if not any(found[name] for name in ("groups", "levels", "dealers")):
        return rows
    return rows.filter(
        Q(group__in=found["groups"])
        | Q(level__in=found["levels"])
        | Q(pk__in=[d.pk for d in found["dealers"]])
    )


_KINDS = {
    "line_discount": ("Line discount", "单品优惠"),
    "order_discount": ("Amount off", "满减"),
    "gift": ("Gift", "赠品"),
    "coupon": ("Coupon", "优惠券"),
}
_STATES = {
    "planned": ("planned", "未开始"),
    "running": ("running", "进行中"),
    "paused": ("paused", "已停用"),
    "ended": ("ended", "已结束"),
}
EXPORT_COLUMNS = (
    Column("name", "Name", "名称"),
    Column("kind", "Kind", "类型", Kind.CHOICE, choices=tuple(Choice(k, *v) for k, v in _KINDS.items())),
    Column("effect", "Effect", "优惠"),
    Column("state", "State", "状态", Kind.CHOICE, choices=tuple(Choice(k, *v) for k, v in _STATES.items())),
    Column("code", "Coupon code", "优惠码"),
    Column("starts_at", "From", "开始"),
    Column("ends_at", "Until", "结束"),
    Column("audience", "Dealers", "分销商"),
    Column("goods", "Goods", "货品"),
    Column("use_count", "Uses", "使用次数", Kind.INTEGER),
    Column("uses_max", "At most", "上限", Kind.INTEGER),
)


def export_cells(rows: QuerySet[Any], currency: Currency) -> Iterable[Mapping[str, Any]]:
    """The promotions as cells of a file, a thousand at a time."""
    zone = ZoneInfo(serving().timezone)
    for row in with_names(rows).iterator(chunk_size=1000):
        yield {
            "name": row.name,
            "kind": row.kind,
            "effect": effect(effect_of(row), currency),
            "state": row.state_word,
            "code": row.code or "",
            "starts_at": f"{row.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "ends_at": f"{row.ends_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "audience": ", ".join(audience_names(row)),
            "goods": ", ".join(scope_names(row)),
            "use_count": row.use_count,
            "uses_max": row.uses_max,
        }


def audience_names(row: Promotion) -> list[str]:
    """Groups, levels and dealers that a promotion names; empty for all dealers. Needs `with_names`."""
    return [_name_of(one) for one in row.audience.all()]


def _name_of(one: PromotionAudience) -> str:
    found = one.group or one.level or one.dealer
    return found.name if found else ""


def scope_names(row: Promotion) -> list[str]:
    """SKUs and categories that a promotion names; empty for all goods. Needs `with_names`."""
    return [_scope_name(one) for one in row.scope.all()]


def _scope_name(one: PromotionScope) -> str:
    if one.sku:
        return one.sku.merchant_code
    return one.category.name if one.category else ""
