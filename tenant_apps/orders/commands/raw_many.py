"""The same step for many raw orders, by the worker: more than a request should do (W-138)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.core.files.base import ContentFile

from platform_core.commands import command
from platform_core.idempotency.keys import part_of
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from tenant_apps.orders.commands.raw import cancel_raw_order, edit_raw_order, submit_raw_order
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.raw import wanted_of_raw
from tenant_apps.orders.queries.raw_many import CANCEL, FILE, PERMISSIONS, SET


@command(OrderPermission.READ, moves=True)
def ask_for_many(
    *, actor: Actor, operation_id: UUID, kind: str, raw_ids: Sequence[str], fields: Mapping[str, str]
) -> Import:
    """Note a step for raw orders by public id, to be confirmed at once; `fields` are what `raw_set` sets.

    `kind` is one of `queries.raw_many`'s. Each order is asked for by itself: what is refused stops no other.
    """
    for permission in PERMISSIONS[kind]:
        actor.require(permission)
    file = ContentFile(json.dumps({"ids": [*raw_ids], "fields": {**fields}}).encode(), name=FILE)
    return operations.keep(actor=actor, kind=kind, file=file, subject=actor.id, total=len(raw_ids))


def one_of_many(
    *, actor: Actor, operation_id: UUID, kind: str, raw: RawOrder, fields: Mapping[str, str]
) -> RawOrder | SalesOrder:
    """The step for one of them: the cancelled raw order, or the sales order it became.

    Raises what `cancel_raw_order`, `edit_raw_order` and `submit_raw_order` raise.
    """
    raw_id = raw.public_id
    if kind == CANCEL:
        return cancel_raw_order(actor=actor, operation_id=operation_id, raw_id=raw_id)
    if kind == SET:
        wanted = replace(wanted_of_raw(raw), carrier=fields.get("carrier", raw.carrier_code))
        wanted = replace(wanted, warehouse=fields.get("warehouse", raw.warehouse_code))
        edit_raw_order(actor=actor, operation_id=part_of(operation_id, "set"), raw_id=raw_id, wanted=wanted)
    return submit_raw_order(actor=actor, operation_id=operation_id, raw_id=raw_id)
