"""Promotions: which run for a dealer, what they take off an order, and what an actor may see of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.db.fast import Read, related
from platform_core.kernel import clock
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.search_keys import fold
from platform_core.web.formats import money_text
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import Promotion, PromotionKind
from tenant_apps.strategies.promotion_words import COUPON_BEATEN, GIFT_MISSING, coupon_problem, effect
from tenant_apps.strategies.promotions import Bought, Rule, State, Verdict, settle, state_of

# For statements of others: promotions `p` that run at `now`, and those for a dealer `d`.
RUNNING = "p.enabled AND p.ended_at IS NULL AND p.starts_at <= %(now)s AND p.ends_at > %(now)s"
_FITS = (
    "(p.every_dealer OR EXISTS (SELECT 1 FROM strategies_promotionaudience u WHERE u.promotion_id = p.id"
    " AND (u.dealer_id = {dealer} OR u.group_id = {group} OR u.level_id = {level})))"
)
# Kinds of the promotions that run for the dealer `d`: nothing more is asked where there are none.
KINDS_RUNNING = (
    f"ARRAY(SELECT DISTINCT p.kind FROM strategies_promotion p WHERE {RUNNING}"  # noqa: S608 - a text of our own
    f" AND {_FITS.format(dealer='d.id', group='d.group_id', level='d.level_id')})"
)
_FITS_ASKED = _FITS.format(dealer="%(dealer)s", group="%(group)s", level="%(level)s")
# The SKUs among those asked that a promotion is about: named ones, and those of its categories and below.
_SKUS = """CASE WHEN p.every_sku THEN NULL ELSE ARRAY(
 SELECT s.id FROM catalog_sku s JOIN catalog_product r ON r.id = s.product_id WHERE s.id = ANY(%(skus)s)
 AND (s.id IN (SELECT c.sku_id FROM strategies_promotionscope c WHERE c.promotion_id = p.id)
  OR r.category_id IN (
   WITH RECURSIVE below AS (
    SELECT c.category_id AS id FROM strategies_promotionscope c
     WHERE c.promotion_id = p.id AND c.category_id IS NOT NULL
    UNION SELECT k.id FROM catalog_category k JOIN below ON k.parent_id = below.id)
   SELECT below.id FROM below))) END"""
_USES = """CASE WHEN p.kind = 'coupon' THEN
 (SELECT count(*) FROM strategies_couponuse x WHERE x.promotion_id = p.id AND x.source <> %(source)s) END,
 CASE WHEN p.kind = 'coupon' THEN (SELECT count(*) FROM strategies_couponuse x
  WHERE x.promotion_id = p.id AND x.source <> %(source)s AND x.dealer_id = %(dealer)s) END"""
_FOR_DEALER = Read(
    f"SELECT {{p}}, {{g}}, {{m}}, {_FITS_ASKED}, {_SKUS}, {_USES} FROM strategies_promotion p"  # noqa: S608
    " LEFT JOIN catalog_sku g ON g.id = p.gift_sku_id LEFT JOIN catalog_product m ON m.id = g.product_id"
    f" WHERE (p.kind <> 'coupon' AND {RUNNING} AND {_FITS_ASKED}) OR p.code = %(coupon)s ORDER BY p.id",
    p=Promotion,
    g=Sku,
    m=Product,
)

__all__ = [
    "GIFT_MISSING",
    "KINDS_RUNNING",
    "Bought",
    "Gift",
    "Promoted",
    "badges",
    "coupon_code",
    "effect_of",
    "promoted",
    "rule_of",
    "state_now",
    "used_up",
]


@dataclass(frozen=True, slots=True)
class Gift:
    """What comes along with an order: a SKU with its product, how many base units, and the promotion."""

    sku: Sku
    quantity: Decimal
    promotion: dict[str, str]


@dataclass(frozen=True, slots=True)
class Promoted:
    """What a dealer gets on an order. Amounts in minor units, by SKU id.

    `facts` are what is frozen on a line: {id, name, kind, amount}. `coupon` is the one that is used;
    `problem` says why the asked one cannot be, `note` that it is not worth it.
    """

    off: Mapping[int, int] = field(default_factory=dict)
    facts: Mapping[int, list[dict[str, str]]] = field(default_factory=dict)
    gifts: Sequence[Gift] = ()
    coupon: Promotion | None = None
    problem: FieldProblem | None = None
    note: FieldProblem | None = None


def coupon_code(text: str) -> str:
    """A coupon's code as it is kept: capitals without spaces, full-width letters as plain ones."""
    return "".join(fold(text).upper().split())


def promoted(
    *, dealer: Dealer, bought: Sequence[Bought], currency: Currency, coupon: str = "", source: str = ""
) -> Promoted:
    """What running promotions and a coupon do to an order, in one statement for any number of lines.

    `source` is the public id of an order that is edited: its own use of the coupon does not count.
    """
    code = coupon_code(coupon)
    rows = _rows(dealer, [line.sku_id for line in bought], code, source)
    rules = [rule_of(row, skus) for row, fits, skus, *_ in rows if fits and row.kind != PromotionKind.COUPON]
    held = next((row for row in rows if code and row[0].code == code), None)
    problem = _refusal(code, held) if code else None
    asked = rule_of(held[0], held[2]) if held and problem is None else None
    found = settle(bought, rules, asked, currency)
    if asked and held and problem is None:
        problem = _short(code, held[0], found.coupon, found.reached, currency)
    gifts = {row.public_id: row.gift_sku for row, *_ in rows if row.gift_sku}
    return Promoted(
        off={sku: found.off(sku) for sku in found.parts},
        facts={
            sku: [_frozen(part.rule, part.minor, currency) for part in parts]
            for sku, parts in found.parts.items()
        },
        gifts=[
            Gift(gifts[due.rule.id], due.quantity, _frozen(due.rule, 0, currency))
            for due in found.gifts
            if gifts.get(due.rule.id)
        ],
        coupon=held[0] if held and found.coupon is Verdict.USED else None,
        problem=problem,
        note=FieldProblem("/coupon", "coupon_beaten", COUPON_BEATEN, {"code": code})
        if found.coupon is Verdict.BEATEN
        else None,
    )


def badges(
    *, dealer: Dealer, sku_ids: Collection[int], currency: Currency
) -> tuple[dict[int, list[str]], list[str]]:
    """What runs for a dealer on these SKUs, in a few words each, and what runs on all goods.

    One statement. Coupons are not told.
    """
    found: dict[int, list[str]] = {sku: [] for sku in sku_ids}
    everywhere = []
    for row, _fits, skus, *_ in _rows(dealer, sorted(sku_ids), "", ""):
        if skus is None:
            everywhere.append(effect(effect_of(row), currency))
        for sku in skus or ():
            found[sku].append(effect(effect_of(row), currency))
    return found, everywhere


def rule_of(row: Promotion, skus: Collection[int] | None) -> Rule:
    """A stored promotion as the arithmetic takes it; `skus` as in `Rule`."""
    return Rule(
        id=row.public_id,
        age=row.pk,
        name=row.name,
        kind=row.kind,
        skus=None if skus is None else frozenset(skus),
        percent=row.percent,
        unit_off=row.unit_off,
        off=row.off_minor or 0,
        threshold=row.threshold_minor or 0,
        every=row.every or Decimal(0),
        gift_quantity=row.gift_quantity or Decimal(0),
        combines=row.combines,
    )


def effect_of(row: Promotion) -> dict[str, Any]:
    """The columns that `promotion_words.effect` reads; the gift SKU at hand."""
    names = ("percent", "unit_off", "off_minor", "threshold_minor", "every", "gift_quantity")
    return {
        **{name: getattr(row, name) for name in names},
        "gift": row.gift_sku.merchant_code if row.gift_sku else "",
    }


def state_now(row: Promotion) -> State:
    """What a promotion is doing at this moment."""
    return state_of(
        enabled=row.enabled,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        now=clock.now(),
    )


def _rows(dealer: Dealer, sku_ids: Collection[int], code: str, source: str) -> list[Any]:
    """Promotion, whether it is for the dealer, its SKUs among those asked, uses in all and by the dealer."""
    asked = {
        "now": clock.now(),
        "dealer": dealer.pk,
        "group": dealer.group_id,
        "level": dealer.level_id,
        "skus": sorted(sku_ids),
        "coupon": code,
        "source": source,
    }
    found = []
    for row, gift, product, *facts in _FOR_DEALER.all(asked):
        if gift is not None:
            related(gift, product=product)
        related(row, gift_sku=gift)
        found.append((row, *facts))
    return found


def _frozen(rule: Rule, minor: int, currency: Currency) -> dict[str, str]:
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": rule.kind,
        "amount": str(Money(minor, currency).amount),
    }


def _refusal(code: str, held: Any) -> FieldProblem | None:
    """Why a typed coupon cannot be used at all. One that is not the dealer's does not exist for it."""
    if held is None or not held[1]:
        return coupon_problem("coupon_unknown", code)
    row, _fits, _skus, uses, own = held
    match state_now(row):
        case State.PAUSED:
            return coupon_problem("coupon_unknown", code)
        case State.PLANNED:
            return coupon_problem("coupon_planned", code)
        case State.ENDED:
            return coupon_problem("coupon_over", code)
    return used_up(row, uses, own)


def used_up(row: Promotion, uses: int, own: int) -> FieldProblem | None:
    """Whether a coupon's limits leave no further use, by how often it was used and by this dealer."""
    if row.uses_per_dealer is not None and own >= row.uses_per_dealer:
        return coupon_problem("coupon_used_by_you", row.code or "", count=own)
    if row.uses_max is not None and uses >= row.uses_max:
        return coupon_problem("coupon_used_up", row.code or "")
    return None


def _short(
    code: str, row: Promotion, verdict: Verdict, reached: int, currency: Currency
) -> FieldProblem | None:
    if verdict is Verdict.NO_GOODS:
        return coupon_problem("coupon_other_goods", code)
    if verdict is Verdict.SHORT:
        facts = {"threshold": row.threshold_minor or 0, "reached": reached}
        shown = {name: money_text(minor, currency.value) for name, minor in facts.items()}
        return coupon_problem("coupon_below_threshold", code, **shown)
    return None
