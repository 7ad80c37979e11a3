"""Messages and the dealer's sales prices of an order over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.paging import listed
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.orders.commands.profit import set_sales_prices
from tenant_apps.orders.commands.talk import write_message
from tenant_apps.orders.queries.details import whole_order
from tenant_apps.orders.queries.orders import order_for
from tenant_apps.orders.queries.talk import messages_of
from tenant_apps.orders.serializers.orders import OrderDetail, detail_shape
from tenant_apps.orders.serializers.talk import (
    MessageInput,
    MessageOutput,
    MessagePage,
    SalesPricesInput,
    message_shape,
)


class OrderMessages(Endpoint):
    """What dealer and supplier wrote about an order."""

    @extend_schema(operation_id="list_order_messages", responses=MessagePage)
    def get(self, request: Request, public_id: str) -> Response:
        """The messages, oldest first; reading them here does not mark them as seen."""
        rows = messages_of(order_for(self.actor, public_id))
        return listed(request, rows, lambda found: map(message_shape, found), order=("id",), updated="at")

    @extend_schema(
        operation_id="write_order_message",
        parameters=[KEY],
        request=MessageInput,
        responses={201: MessageOutput},
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Write to the other side."""
        text = self.parsed(MessageInput)["text"]
        return self.once(write_message, message_shape, status=201, order_id=public_id, text=text)


class OrderSalesPrices(Endpoint):
    """The dealer's own sales prices."""

    @extend_schema(operation_id="set_sales_prices", request=SalesPricesInput, responses=OrderDetail)
    def put(self, request: Request, public_id: str) -> Response:
        """Set what the dealer's own customer pays, for the dealer's profit only."""
        rows = self.parsed(SalesPricesInput)["lines"]
        prices = {row["line"]: row["sales_price"] for row in rows}
        set_sales_prices(actor=self.actor, order_id=public_id, prices=prices)
        order = whole_order(self.actor, public_id)
        return tagged(detail_shape(order, self.actor), order.version)
