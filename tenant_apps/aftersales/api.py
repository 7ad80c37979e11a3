"""REST doors of receipts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint
from tenant_apps.aftersales import commands, queries
from tenant_apps.aftersales.models import Receipt
from tenant_apps.aftersales.queries import ReceiptFilter
from tenant_apps.aftersales.rules import ReceivedLine
from tenant_apps.aftersales.serializers import ReceiptInput, ReceiptOutput, ReceiptPage, receipt_shape

FILTERS = [
    OpenApiParameter("q", description="Words in receipt, shipment, tracking or order number, or dealer."),
    OpenApiParameter("difference", description="`any`, `short`, `over`, `replenish` or `none`."),
    OpenApiParameter("automatic", description="`yes` or `no`."),
]
COLUMNS = Columns(
    "number",
    shipment="shipment__public_id",
    shipment_number="shipment__number",
    order_number="shipment__stock_out__source_number",
    dealer="dealer__public_id",
)


class ReceiptList(Endpoint):
    """Receipts."""

    @extend_schema(
        operation_id="list_receipts", parameters=FILTERS + COLUMNS.parameters, responses=ReceiptPage
    )
    def get(self, request: Request) -> Response:
        """The visible receipts: of one's warehouses and dealers, or a dealer's own."""
        asked = request.query_params
        wanted = ReceiptFilter(asked.get("q", ""), asked.get("difference", ""), asked.get("automatic", ""))
        rows = queries.with_lines(queries.receipts_matching(self.actor, wanted))
        return listed(
            request, rows, lambda found: map(receipt_shape, found), updated="created_at", columns=COLUMNS
        )


class OneReceipt(Endpoint):
    """One receipt."""

    @extend_schema(operation_id="read_receipt", responses=ReceiptOutput)
    def get(self, request: Request, receipt_id: str) -> Response:
        """Read a receipt."""
        return Response(sparse(request, receipt_shape(queries.receipt_for(self.actor, receipt_id))))


class Confirm(Endpoint):
    """Confirm the receipt of a shipment."""

    @extend_schema(
        operation_id="confirm_receipt", parameters=[KEY], request=ReceiptInput, responses={201: ReceiptOutput}
    )
    def post(self, request: Request, shipment_id: str) -> Response:
        """Say what arrived; differences stay visible."""
        asked = self.parsed(ReceiptInput)
        return self.once(
            commands.confirm_receipt,
            self._shape,
            status=201,
            shipment_id=shipment_id,
            lines=tuple(ReceivedLine(**line) for line in asked["lines"]),
            note=asked["note"],
        )

    def _shape(self, receipt: Receipt) -> dict[str, Any]:
        return receipt_shape(queries.receipt_for(self.actor, receipt.public_id))
