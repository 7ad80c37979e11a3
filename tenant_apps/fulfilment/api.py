"""REST doors of shipments."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.fulfilment import commands, queries
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.fulfilment.queries import ShipmentFilter
from tenant_apps.fulfilment.serializers import (
    ShipInput,
    ShipmentOutput,
    ShipmentPage,
    quantities_of,
    shipment_shape,
)

FILTERS = [
    OpenApiParameter("q", description="Words in number, tracking number, order number or dealer."),
    OpenApiParameter("state", description="`shipped` or `received`."),
    OpenApiParameter("warehouse", description="Id of a warehouse."),
    OpenApiParameter("from", description="First day of shipping, `2026-11-21`, where the supplier is."),
    OpenApiParameter("to", description="Last day of shipping."),
]
COLUMNS = Columns(
    "number",
    "tracking_number",
    stock_out="stock_out__public_id",
    order_number="stock_out__source_number",
    dealer="dealer__public_id",
    carrier="carrier__public_id",
)


class ShipmentList(Endpoint):
    """Shipments."""

    @extend_schema(
        operation_id="list_shipments", parameters=FILTERS + COLUMNS.parameters, responses=ShipmentPage
    )
    def get(self, request: Request) -> Response:
        """The visible shipments: of one's warehouses and dealers, or a dealer's own."""
        asked = request.query_params
        wanted = ShipmentFilter(
            q=asked.get("q", ""),
            state=asked.get("state", ""),
            warehouse=asked.get("warehouse", ""),
            from_day=asked.get("from", ""),
            to_day=asked.get("to", ""),
        )
        rows = queries.shipments_matching(self.actor, wanted).prefetch_related("lines__stock_out_line")
        return listed(request, rows, lambda found: map(shipment_shape, found), columns=COLUMNS)


class OneShipment(Endpoint):
    """One shipment."""

    @extend_schema(operation_id="read_shipment", responses=ShipmentOutput)
    def get(self, request: Request, shipment_id: str) -> Response:
        """Read a shipment."""
        found = queries.shipment_for(self.actor, shipment_id)
        return tagged(sparse(request, shipment_shape(found)), found.version)


class Ship(Endpoint):
    """Ship a stock-out."""

    @extend_schema(
        operation_id="ship_stock_out", parameters=[KEY], request=ShipInput, responses={201: ShipmentOutput}
    )
    def post(self, request: Request, stock_out_id: str) -> Response:
        """Send all that is left of a stock-out, or the named quantities, as one shipment."""
        asked = dict(self.parsed(ShipInput))
        quantities = quantities_of(asked.pop("lines"))
        return self.once(
            commands.ship_stock_out,
            self._shape,
            status=201,
            stock_out_id=stock_out_id,
            quantities=quantities,
            **asked,
        )

    def _shape(self, shipment: Shipment) -> dict[str, Any]:
        return shipment_shape(queries.shipment_for(self.actor, shipment.public_id))
