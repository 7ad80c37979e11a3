"""The dealer's own sales prices on an order: for its profit only (W-140)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotPermitted
from platform_core.kernel.words import noop
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.operations import locked_order
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.rules import is_price

_NO_LINE = noop("This order has no line {line}.")
_PRICE = noop("Write a price of 0 or more with at most 6 decimals.")


@command(OrderPermission.EDIT)
def set_sales_prices(*, actor: Actor, order_id: str, prices: Mapping[int, Decimal]) -> SalesOrder:
    """Set what the dealer's own customer pays, by line position, in any state of the order.

    Changes no amount of the order and nothing of the supplier's, which does not see it. Raises
    NotFound, NotPermitted for the supplier's people, Invalid with a problem per wrong line.
    """
    order = locked_order(actor, order_id)
    if actor.dealer_id is None:
        raise NotPermitted(permission=str(OrderPermission.EDIT))
    lines = {line.position: line for line in order.lines.all()}
    problems = []
    for position, price in prices.items():
        if position not in lines:
            facts = {"line": position}
            problems.append(FieldProblem(f"/lines/{position}", "no_such_line", _NO_LINE, facts))
        elif not is_price(price):
            problems.append(FieldProblem(f"/lines/{position}/sales_price", "price_wrong", _PRICE))
    refuse(problems)
    changed = [lines[position] for position in prices]
    for line in changed:
        line.sales_price = prices[line.position]
    SalesOrderLine.objects.bulk_update(changed, ["sales_price"])
    return order
