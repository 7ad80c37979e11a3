"""What a person may ask of promotions: keep one, change it, switch it, end it (EM-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency
from platform_core.kernel.texts import trimmed
from platform_core.kernel.words import noop
from platform_core.web.formats import unit_price_text
from tenant_apps.access import queries as access
from tenant_apps.strategies.errors import PromotionEnded
from tenant_apps.strategies.models import Promotion, PromotionAudience, PromotionKind, PromotionScope
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.promotion_checks import EVERY_EFFECT, minor_of, promotion_problems, shaped
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries import promotions_list as lists
from tenant_apps.strategies.queries.lowest_prices import lowest_price
from tenant_apps.strategies.queries.promotions import coupon_code, state_now

KIND = "promotion"
_UNKNOWN = noop("There is no {names}. Write it as in its list.")
_NOBODY = noop("No enabled dealer is meant by this. Choose a group or level that has dealers, or a dealer.")
_GIFT_UNKNOWN = noop("There is no SKU {code} in the goods archive.")
_GIFT_DISABLED = noop("{code} is disabled, so it cannot be given. Enable it, or choose another gift.")
_BELOW_ZERO = noop("The lowest price it applies to is {lowest}. Take off at most that, or name fewer goods.")
_OVER = noop("This lies in the past: the promotion would be over at once.")


@command(StrategyPermission.PROMOTIONS)
def create_promotion(*, actor: Actor, values: Mapping[str, Any]) -> Promotion:
    """A promotion with the members of `promotion_checks.shaped`. Raises Invalid at each wrong field."""
    asked = _asked(values)
    row = Promotion()
    _write(row, asked, *_checked(asked))
    _tell(actor, row, "created", {}, _facts(asked))
    return row


@command(StrategyPermission.PROMOTIONS)
def change_promotion(
    *, actor: Actor, promotion_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Promotion:
    """Change the named members; the others stay, and the whole is checked anew.

    Orders keep what they got. Raises PromotionEnded, Invalid, Conflict, NotFound.
    """
    row = _locked(actor, promotion_id, version)
    currency = Currency(access.settings().currency)
    before = shaped(lists.values_of(row, currency))
    asked = _asked({**before, **changes})
    _write(row, asked, *_checked(asked))
    _tell(actor, row, "changed", *difference(_facts(before), _facts(asked)))
    return row


@command(StrategyPermission.PROMOTIONS)
def enable_promotion(*, actor: Actor, promotion_id: str, version: int | None = None) -> Promotion:
    """Let a paused promotion run in its time. Raises PromotionEnded, Conflict, NotFound."""
    return _switch(actor, promotion_id, version, enabled=True)


@command(StrategyPermission.PROMOTIONS)
def disable_promotion(*, actor: Actor, promotion_id: str, version: int | None = None) -> Promotion:
    """Pause a promotion: nobody gets it until it is enabled. Raises PromotionEnded, Conflict, NotFound."""
    return _switch(actor, promotion_id, version, enabled=False)


@command(StrategyPermission.PROMOTIONS)
def end_promotion(*, actor: Actor, promotion_id: str, version: int | None = None) -> Promotion:
    """End a promotion for good (EM-05). Orders that were placed keep it. Raises PromotionEnded, NotFound."""
    row = _locked(actor, promotion_id, version)
    row.ended_at = clock.now()
    store(row)
    _tell(actor, row, "ended", {}, {})
    return row


def _switch(actor: Actor, promotion_id: str, version: int | None, *, enabled: bool) -> Promotion:
    row = _locked(actor, promotion_id, version)
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        _tell(actor, row, "enabled" if enabled else "disabled", {}, {})
    return row


def _locked(actor: Actor, promotion_id: str, version: int | None) -> Promotion:
    """The locked row, which has not ended."""
    ids = lists.promotions_visible_to(actor).filter(public_id=promotion_id).values("pk")
    rows = lists.with_names(locked(Promotion.objects.filter(pk__in=ids)))
    row: Promotion = current(rows, _("promotion"), version)
    if state_now(row) is State.ENDED:
        raise PromotionEnded(name=row.name)
    return row


def _asked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are checked: trimmed, the coupon's code in its kept form."""
    asked = shaped(trimmed(values))
    asked["external_id"] = asked["external_id"] or None
    asked["code"] = coupon_code(asked["code"] or "") or None
    return asked


def _checked(asked: Mapping[str, Any]) -> tuple[dict[str, list[Any]], Any]:
    """What the names mean, and the gift's SKU. Raises Invalid."""
    settings = access.settings()
    problems = promotion_problems(asked, Currency(settings.currency), settings.quantity_precision)
    found: dict[str, list[Any]] = {}
    for kind in lists.NAMED:
        found[kind], unknown = lists.named(kind, asked[kind])
        if unknown:
            facts = {"names": ", ".join(unknown[:10])}
            problems.append(FieldProblem(f"/{kind}", "unknown", _UNKNOWN, facts))
    starts, ends = asked["starts_at"], asked["ends_at"]
    if starts is not None and ends is not None and starts < ends <= clock.now():
        problems.append(FieldProblem("/ends_at", "over", _OVER))
    gift = _gift(asked, problems)
    refuse(problems)
    dealers = lists.audience_dealers(found)
    if any(found[kind] for kind in ("groups", "levels", "dealers")) and not dealers.exists():
        named = next(kind for kind in ("groups", "levels", "dealers") if found[kind])
        problems.append(FieldProblem(f"/{named}", "nobody", _NOBODY))
    if asked["unit_off"] is not None:
        lowest = lowest_price(dealers, found, settings.unit_price_precision)
        if lowest is not None and asked["unit_off"] > lowest:
            facts = {"lowest": unit_price_text(lowest, settings.currency)}
            problems.append(FieldProblem("/unit_off", "below_zero", _BELOW_ZERO, facts))
    refuse(problems)
    return found, gift


def _gift(asked: Mapping[str, Any], problems: list[FieldProblem]) -> Any:
    """The SKU that comes along, sold now; else a problem more."""
    if not asked["gift_sku"]:
        return None
    facts = {"code": asked["gift_sku"]}
    rows, unknown = lists.named("skus", [asked["gift_sku"]])
    if unknown:
        problems.append(FieldProblem("/gift_sku", "unknown", _GIFT_UNKNOWN, facts))
        return None
    if not (rows[0].enabled and rows[0].product.enabled):
        facts = {"code": rows[0].merchant_code}
        problems.append(FieldProblem("/gift_sku", "disabled", _GIFT_DISABLED, facts))
    return rows[0]


def _write(row: Promotion, asked: Mapping[str, Any], found: Mapping[str, list[Any]], gift: Any) -> None:
    """Store the row, then what it is for, anew."""
    currency = Currency(access.settings().currency)
    plain_ones = ("name", "external_id", "kind", "percent", "unit_off", "every", "gift_quantity", "code")
    for name in (*plain_ones, "uses_max", "uses_per_dealer", "combines", "starts_at", "ends_at"):
        setattr(row, name, asked[name])
    row.off_minor = minor_of(asked["off"], currency)
    row.threshold_minor = minor_of(asked["threshold"], currency) if row.off_minor else None
    row.gift_sku = gift
    row.every_dealer = not any(found[kind] for kind in ("groups", "levels", "dealers"))
    row.every_sku = not (found["skus"] or found["categories"])
    row.combines = row.combines or row.kind != PromotionKind.COUPON
    if row.pk is None:
        with uniquely("code", "external_id"):
            row.save(force_insert=True)
    else:
        store(row, "code", "external_id")
        row.audience.all().delete()
        row.scope.all().delete()
    PromotionAudience.objects.bulk_create(
        PromotionAudience(promotion=row, **{column: one})
        for column, kind in (("group", "groups"), ("level", "levels"), ("dealer", "dealers"))
        for one in found[kind]
    )
    PromotionScope.objects.bulk_create(
        PromotionScope(promotion=row, **{column: one})
        for column, kind in (("sku", "skus"), ("category", "categories"))
        for one in found[kind]
    )


def _facts(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit line tells; nothing that is empty."""
    names = ("name", "external_id", "kind", *EVERY_EFFECT, "combines", "starts_at", "ends_at", *lists.NAMED)
    return {name: asked[name] for name in names if asked[name] not in (None, [], "")}


def _tell(
    actor: Actor, row: Promotion, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    record(actor, [Change(KIND, row.public_id, verb, before, after)])
