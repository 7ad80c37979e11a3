"""Files between preview and confirmation."""

from __future__ import annotations

from platform_core.attachments.models import Attachment
from platform_core.kernel.actor import Actor
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies.errors import ImportGone
from tenant_apps.strategies.models import GoodsStrategy

GOODS_IMPORT, FREIGHT_IMPORT = "goods_strategy_import", "freight_import"


def goods_file_for(actor: Actor, strategy: GoodsStrategy, public_id: str) -> Attachment:
    """The file that the actor uploaded for a goods strategy. Raises ImportGone."""
    return _file(actor, GOODS_IMPORT, strategy.pk, public_id)


def freight_file_for(actor: Actor, warehouse: Warehouse, public_id: str) -> Attachment:
    """The file that the actor uploaded for a warehouse's freight table. Raises ImportGone."""
    return _file(actor, FREIGHT_IMPORT, warehouse.pk, public_id)


def _file(actor: Actor, kind: str, owner_id: int, public_id: str) -> Attachment:
    rows = Attachment.objects.filter(owner_kind=kind, owner_id=owner_id, public_id=public_id)
    found = rows.filter(actor_id=actor.id).first()
    if found is None:
        raise ImportGone
    return found
