"""Which warehouses can serve, over the API."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import switch
from platform_core.api.views import Endpoint
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid
from tenant_apps.access import queries as access
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.choosing import (
    Option,
    address_in,
    open_need,
    option_facts,
    panel,
    why_sentences,
)
from tenant_apps.orders.queries.drafts import Draft, draft_of, need_of
from tenant_apps.orders.queries.parties import address_named, carrier_of
from tenant_apps.orders.rules import Wanted
from tenant_apps.orders.serializers.choosing import WarehouseQueryInput, WarehouseQueryOutput
from tenant_apps.orders.serializers.wanted import wanted_from

EXPLAIN = OpenApiParameter("explain", bool, description="`1`: say why, with every warehouse that was asked.")


class WarehouseQuery(Endpoint):
    """`/warehouse-query`."""

    @extend_schema(
        operation_id="query_warehouses", request=WarehouseQueryInput, responses=WarehouseQueryOutput
    )
    def post(self, request: Request) -> Response:
        """Which warehouses can send to an address with a carrier, and why the others cannot."""
        self.actor.require(OrderPermission.PLACE)
        asked = self.parsed(WarehouseQueryInput)
        wanted = wanted_from(asked, partial(address_named, self.actor))
        if asked.get("address_text"):
            wanted = replace(wanted, address=address_in(asked["address_text"]))
        if not wanted.lines:
            return Response({"warehouses": [option_facts(one) for one in self._by_way(wanted, asked)]})
        draft = draft_of(self.actor, wanted)
        wrong = [p for p in draft.problems if p.pointer.startswith("/lines/") and p.code != "sku_stock_short"]
        if wrong:
            raise Invalid(problems=wrong)
        return Response({"warehouses": explained(self.actor, draft)["warehouses"]})

    def _by_way(self, wanted: Wanted, asked: dict[str, Any]) -> list[Option]:
        carrier, _how = carrier_of(self.actor, wanted.carrier)
        weight = asked.get("weight_kg", Decimal(1))
        need = open_need(access.settings(), carrier=carrier, address=wanted.address, weight_kg=weight)
        return panel(self.actor, need)


def explained(actor: Actor, draft: Draft) -> dict[str, Any]:
    """Why a draft has its warehouse and carrier, and every warehouse that was asked."""
    options = panel(actor, need_of(draft))
    return {
        "chosen": why_sentences(draft.chosen),
        "warehouses": [option_facts(one, draft.warehouse_ids) for one in options],
    }


def is_explained(request: Request) -> bool:
    """Whether the asker wants to know why."""
    asked = request.query_params.get("explain", "")
    return bool(asked) and switch("explain", {"1": "true", "0": "false"}.get(asked, asked))
