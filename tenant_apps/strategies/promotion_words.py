"""What a promotion says of itself, and why a coupon is refused. Pure: sentences are translated when shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from platform_core.web.formats import money_text, unit_price_text

_POINTER = "/coupon"
_PERCENT = noop("{percent} % off")
_UNIT = noop("{amount} off each unit")
_OFF = noop("{amount} off from {threshold}")
_GIFT = noop("For every {every} bought, {count} × {gift} free")
_COUPON_OF = {
    "coupon_unknown": noop("There is no coupon {code} for you. Check the code, or remove it."),
    "coupon_planned": noop("The coupon {code} cannot be used yet. Remove it, or order when it has begun."),
    "coupon_over": noop("The coupon {code} is over. Remove it to order."),
    "coupon_used_up": noop("The coupon {code} is used up. Remove it to order."),
    "coupon_used_by_you": noop("You have used the coupon {code} {count} times already. Remove it to order."),
    "coupon_other_goods": noop(
        "The coupon {code} is for other goods. Add some of them, or remove the coupon."
    ),
    "coupon_below_threshold": noop(
        "The coupon {code} is for goods of {threshold} or more, after other discounts; "
        "these come to {reached}. Order more, or remove the coupon."
    ),
}
COUPON_BEATEN = noop("The coupon {code} was not used: without it you pay no more. Keep it for another order.")
GIFT_MISSING = noop("{promotion}: the gift {gift} is out of stock and was left out.")


def coupon_problem(code: str, coupon: str, **facts: Any) -> FieldProblem:
    """A coupon that cannot be used, with the remedy; `code` is the problem's, `coupon` what was typed."""
    return FieldProblem(_POINTER, code, _COUPON_OF[code], {"code": coupon, **facts})


def effect(values: Mapping[str, Any], currency: Currency) -> str:
    """What a promotion does, in a few words: `10 % off`, `For every 10 bought, 1 × A-1 free`.

    `values` are the effect columns by name and `gift`, what the gift is called.
    """
    if values["gift_quantity"] is not None:
        facts = {"every": plain(values["every"]), "count": plain(values["gift_quantity"])}
        return _GIFT.with_facts({**facts, "gift": values["gift"]})
    if values["percent"] is not None:
        return _PERCENT.with_facts({"percent": plain(Decimal(values["percent"]))})
    if values["unit_off"] is not None:
        return _UNIT.with_facts({"amount": unit_price_text(values["unit_off"], currency.value)})
    off, threshold = (money_text(values[f"{name}_minor"], currency.value) for name in ("off", "threshold"))
    return _OFF.with_facts({"amount": off, "threshold": threshold})
