"""Files between preview and confirmation."""

from __future__ import annotations

from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies.models import GoodsStrategy

GOODS_IMPORT, FREIGHT_IMPORT = "prices", "freight"


def goods_file_for(actor: Actor, strategy: GoodsStrategy, public_id: str, *, lock: bool = False) -> Import:
    """The file that the actor uploaded for a goods strategy. Raises ImportGone."""
    return to_store(actor, GOODS_IMPORT, public_id, strategy.public_id, lock=lock)


def freight_file_for(actor: Actor, warehouse: Warehouse, public_id: str, *, lock: bool = False) -> Import:
    """The file that the actor uploaded for a warehouse's freight table. Raises ImportGone."""
    return to_store(actor, FREIGHT_IMPORT, public_id, warehouse.public_id, lock=lock)
