"""How much of a substitute stands in for what another SKU is short of. Pure. Sources: TA-03."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from platform_core.kernel.quantity import next_orderable


def orderable_up_to(
    most: Decimal, precision: int, minimum: Decimal | None = None, multiple: Decimal | None = None
) -> Decimal:
    """The largest quantity that may be ordered and is not more than `most`; 0 when there is none."""
    step = multiple if multiple is not None and multiple > 0 else Decimal(1).scaleb(-precision)
    found = (max(most, Decimal(0)) / step).to_integral_value(rounding=ROUND_FLOOR) * step
    return found if found >= (minimum or Decimal(0)) else Decimal(0)


def stands_in(
    asked: Decimal,
    available: Decimal | None,
    precision: int,
    minimum: Decimal | None = None,
    multiple: Decimal | None = None,
) -> Decimal:
    """What to order of a substitute for `asked` units of another SKU: as much, or what is available of it.

    Its own minimum and multiple bind, so it may be more than asked. 0 when nothing can be ordered;
    `available` None is no bound.
    """
    wanted = next_orderable(asked, precision, minimum, multiple)
    if available is None or wanted <= available:
        return wanted
    return orderable_up_to(available, precision, minimum, multiple)
