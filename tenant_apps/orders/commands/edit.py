"""Change an order that waits for review: all checks run again (W-151)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from platform_core.commands import command
from platform_core.db.fast import inserting, run
from platform_core.db.router import shard_alias
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict
from tenant_apps.orders.commands.coupons import leave_coupon_of, take_coupon_of
from tenant_apps.orders.commands.place import lines_of, sound_draft, write_draft
from tenant_apps.orders.models import OrderAdjustment, SalesOrder, SalesOrderLine
from tenant_apps.orders.operations import Before, finish, locked_order, refuse_bought
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.parties import in_name_of
from tenant_apps.orders.rules import Wanted
from tenant_apps.orders.states import ORDER_FLOW


@command(OrderPermission.EDIT, moves=True)
def edit_order(
    *, actor: Actor, operation_id: UUID, order_id: str, wanted: Wanted, version: int | None = None
) -> SalesOrder:
    """Replace lines, address, carrier and warehouse; prices are taken anew. The state stays.

    Raises StepRefused, Conflict (another version), and whatever placing raises.
    """
    order = locked_order(actor, order_id)
    target = ORDER_FLOW.target(order.state, "edit")
    if version is not None and version != order.version:
        raise Conflict
    refuse_bought(actor, order)
    before = Before.of(order)
    rewritten(actor, order, wanted)
    return finish(order, "edit", in_name_of(actor, order.dealer), before, target)


def rewritten(actor: Actor, order: SalesOrder, wanted: Wanted) -> None:
    """Check a request anew and put it in the place of a locked order's; the caller stores the order."""
    # The shop stays: with another one the order would be another dealer's.
    wanted = replace(wanted, shop=order.shop.public_id, order=order.public_id, part=order.part)
    if order.part:
        # The coupon was the whole request's: a part that is changed does not take it again.
        wanted = replace(wanted, coupon="")
    draft = sound_draft(actor, wanted, order.cycle)
    leave_coupon_of(order)
    write_draft(order, draft)
    take_coupon_of(order, draft)
    _drop_lines(order)
    run(inserting(lines_of(order, draft)))


def _drop_lines(order: SalesOrder) -> None:
    """Two statements for any number of lines; what finance adjusted on them stays, without its line."""
    OrderAdjustment.objects.filter(order=order, line__isnull=False).update(line=None)
    SalesOrderLine.objects.filter(order=order)._raw_delete(shard_alias())
