"""What a promotion may say, checked before it is stored. Pure. Sources: MO-03, FP-04, issue B "Bad input"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import MINOR_MAX, Currency, Money
from platform_core.kernel.quantity import PLACES_MAX, QUANTITY_MAX
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import Sentence, noop
from platform_core.web.formats import money_text
from tenant_apps.strategies.promotions import COUPON, GIFT, HUNDRED, LINE_DISCOUNT, ORDER_DISCOUNT
from tenant_apps.strategies.rules import PRICE_MAX

KINDS = (LINE_DISCOUNT, ORDER_DISCOUNT, GIFT, COUPON)
# The effect each kind may have; what it may not have is dropped, not refused.
EFFECTS: dict[str, tuple[str, ...]] = {
    LINE_DISCOUNT: ("percent", "unit_off"),
    ORDER_DISCOUNT: ("off", "threshold"),
    GIFT: ("every", "gift_sku", "gift_quantity"),
    COUPON: ("percent", "off", "threshold", "code", "uses_max", "uses_per_dealer"),
}
EVERY_EFFECT = tuple(dict.fromkeys(name for names in EFFECTS.values() for name in names))
LISTS = ("groups", "levels", "dealers", "skus", "categories")
_TEXTS = {"name": 80, "external_id": 80, "code": 40}
_PERCENT_PLACES, _PRICE_PLACES, _USES_MAX = 3, 6, 1_000_000
_KIND = noop("Choose what the promotion does.")
_WHEN = noop("Say when.")
_BEFORE = noop("It must end after it starts.")
_NO_EFFECT = noop("It has no effect yet. Fill in what is taken off.")
_TWO_EFFECTS = noop("Give either a percentage or an amount, not both.")
_PERCENT = noop("A percentage above 0, at most 100, with at most 3 decimals.")
_ABOVE_ZERO = noop("Write a number above 0.")
_TOO_FINE = noop("At most {places} decimals.")
_TOO_LARGE = noop("This is too large.")
_THRESHOLD = noop("The goods must come to more than what is taken off: more than {off}.")
_GIFT = noop("Name the SKU that comes along.")
_USES = noop("A whole number from 1 to 1,000,000, or nothing for no limit.")


def shaped(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every member, and only the effects that their kind can have."""
    kept = EFFECTS.get(values.get("kind", ""), EVERY_EFFECT)
    empty = {
        "name": "",
        "kind": "",
        "external_id": None,
        "combines": True,
        "starts_at": None,
        "ends_at": None,
    }
    effects = {name: values.get(name) if name in kept else None for name in EVERY_EFFECT}
    found = {name: value for name, value in values.items() if name in empty}
    return {**empty, **found, **effects, **{name: list(values.get(name) or []) for name in LISTS}}


def promotion_problems(values: Mapping[str, Any], currency: Currency, places: int) -> list[FieldProblem]:
    """Everything wrong with the `shaped` values; `places` are the decimals of quantities."""
    kind = values["kind"]
    required = ["name", "code"] if kind == COUPON else ["name"]
    found = text_problems(values, _TEXTS, required)
    if kind not in KINDS:
        return [*found, FieldProblem("/kind", "kind_unknown", _KIND)]
    found += _period(values)
    found += _EFFECT_OF[kind](values, currency, places)
    for name in ("uses_max", "uses_per_dealer"):
        if values[name] is not None and not 1 <= values[name] <= _USES_MAX:
            found.append(FieldProblem(f"/{name}", "uses_wrong", _USES))
    return found


def minor_of(amount: Decimal | None, currency: Currency) -> int | None:
    """A checked amount in minor units."""
    return None if amount is None else Money.rounded(amount, currency).minor


def _period(values: Mapping[str, Any]) -> list[FieldProblem]:
    missing = [name for name in ("starts_at", "ends_at") if values[name] is None]
    if missing:
        return [FieldProblem(f"/{name}", "required", _WHEN) for name in missing]
    if values["ends_at"] <= values["starts_at"]:
        return [FieldProblem("/ends_at", "ends_before_start", _BEFORE)]
    return []


def _line_discount(values: Mapping[str, Any], _currency: Currency, _places: int) -> list[FieldProblem]:
    percent, unit_off = values["percent"], values["unit_off"]
    if percent is None and unit_off is None:
        return [FieldProblem("/percent", "no_effect", _NO_EFFECT)]
    if percent is not None and unit_off is not None:
        return [FieldProblem("/unit_off", "two_effects", _TWO_EFFECTS)]
    if percent is not None:
        return _percent(percent)
    return _number("unit_off", unit_off, _PRICE_PLACES, PRICE_MAX)


def _amount_off(values: Mapping[str, Any], currency: Currency, _places: int) -> list[FieldProblem]:
    off, threshold = values["off"], values["threshold"]
    if off is None:
        return [FieldProblem("/off", "no_effect", _NO_EFFECT)]
    most = Money(MINOR_MAX, currency).amount
    found = _number("off", off, currency.exponent, most)
    if found:
        return found
    facts = {"off": money_text(Money.rounded(off, currency).minor, currency.value)}
    if threshold is None:
        return [FieldProblem("/threshold", "required", _THRESHOLD, facts)]
    found = _number("threshold", threshold, currency.exponent, most)
    if not found and threshold <= off:
        found.append(FieldProblem("/threshold", "threshold_too_low", _THRESHOLD, facts))
    return found


def _gift(values: Mapping[str, Any], _currency: Currency, places: int) -> list[FieldProblem]:
    found = []
    for name in ("every", "gift_quantity"):
        if values[name] is None:
            found.append(FieldProblem(f"/{name}", "required", _ABOVE_ZERO))
        else:
            found += _number(name, values[name], min(places, PLACES_MAX), QUANTITY_MAX)
    if not values["gift_sku"]:
        found.append(FieldProblem("/gift_sku", "required", _GIFT))
    return found


def _coupon(values: Mapping[str, Any], currency: Currency, places: int) -> list[FieldProblem]:
    if values["percent"] is not None and values["off"] is not None:
        return [FieldProblem("/off", "two_effects", _TWO_EFFECTS)]
    if values["percent"] is not None:
        return _percent(values["percent"])
    if values["off"] is None:
        return [FieldProblem("/percent", "no_effect", _NO_EFFECT)]
    return _amount_off(values, currency, places)


def _percent(percent: Decimal) -> list[FieldProblem]:
    if not percent.is_finite() or not 0 < percent <= HUNDRED or _finer(percent, _PERCENT_PLACES):
        return [FieldProblem("/percent", "percent_wrong", _PERCENT)]
    return []


def _number(name: str, value: Decimal, places: int, most: Decimal) -> list[FieldProblem]:
    def wrong(code: str, sentence: Sentence, **facts: Any) -> list[FieldProblem]:
        return [FieldProblem(f"/{name}", code, sentence, facts)]

    if not value.is_finite() or value <= 0:
        return wrong("not_positive", _ABOVE_ZERO)
    if value > most:
        return wrong("too_large", _TOO_LARGE)
    return wrong("too_precise", _TOO_FINE, places=places) if _finer(value, places) else []


def _finer(value: Decimal, places: int) -> bool:
    return value != value.quantize(Decimal(1).scaleb(-places)) if value.adjusted() < 20 else False  # noqa: PLR2004


_EFFECT_OF: dict[str, Callable[[Mapping[str, Any], Currency, int], list[FieldProblem]]] = {
    LINE_DISCOUNT: _line_discount,
    ORDER_DISCOUNT: _amount_off,
    GIFT: _gift,
    COUPON: _coupon,
}
