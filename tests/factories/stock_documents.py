"""Stock takes and transfers for tests, through the commands that people use."""

from __future__ import annotations

import uuid
from decimal import Decimal

from platform_core.kernel.actor import Actor
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory import commands
from tenant_apps.inventory.models import Stock, StockTake, StockTransfer
from tenant_apps.logistics.models import Warehouse


def take(actor: Actor, place: Warehouse, *codes: str, note: str = "") -> StockTake:
    """An open stock take of the warehouse: of the named SKUs, or of all that lie there."""
    return commands.start_stock_take(
        actor=actor,
        operation_id=uuid.uuid4(),
        warehouse=place.public_id,
        goods=commands.GoodsToCount(merchant_codes=codes),
        note=note,
    )


def count(actor: Actor, row: StockTake, **counts: str) -> StockTake:
    """Enter counts by merchant code; `A_1` means A-1."""
    return commands.count_stock_take(
        actor=actor,
        operation_id=uuid.uuid4(),
        stock_take_id=row.public_id,
        counts=[commands.LineCount(text, code.replace("_", "-")) for code, text in counts.items()],
    )


def post(actor: Actor, row: StockTake) -> StockTake:
    """Post what was counted."""
    return commands.post_stock_take(actor=actor, operation_id=uuid.uuid4(), stock_take_id=row.public_id)


def transfer(actor: Actor, here: Warehouse, there: Warehouse, **quantities: str) -> StockTransfer:
    """A draft by merchant code; `A_1` means A-1."""
    return commands.create_transfer(
        actor=actor,
        operation_id=uuid.uuid4(),
        origin=here.public_id,
        destination=there.public_id,
        lines=[
            commands.TransferLine(quantity, code.replace("_", "-")) for code, quantity in quantities.items()
        ],
        note="before the season",
    )


def step(actor: Actor, name: str, row: StockTransfer, **asked: object) -> StockTransfer:
    """One step of a transfer."""
    verbs = {
        "send": commands.send_transfer,
        "receive": commands.receive_transfer,
        "return": commands.return_transfer,
        "cancel": commands.cancel_transfer,
    }
    return verbs[name](actor=actor, operation_id=uuid.uuid4(), transfer_id=row.public_id, **asked)


def arrived(**quantities: str) -> list[commands.TransferLine]:
    """What arrived, by merchant code."""
    return [commands.TransferLine(quantity, code.replace("_", "-")) for code, quantity in quantities.items()]


def on_hand(place: Warehouse, sku: Sku) -> Decimal:
    """What lies of the SKU in the warehouse."""
    row = Stock.objects.filter(warehouse=place, sku=sku).first()
    return row.on_hand if row else Decimal(0)
