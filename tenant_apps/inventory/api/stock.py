"""REST doors of stock and stock-outs."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.paging import instant_of, listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.serializers.stock import (
    StockInput,
    StockOutOutput,
    StockOutPage,
    StockPage,
    StockResults,
    WarningLineResults,
    WarningLinesInput,
    past_shape,
    stock_out_shape,
    stock_shape,
)

WORDS = OpenApiParameter("q", description="Words; every one must be found.")
WAREHOUSE = OpenApiParameter("warehouse", description="Id of a warehouse.")
STOCK_COLUMNS = Columns(
    sku="sku__public_id", merchant_code="sku__merchant_code", external_id="sku__external_id"
)
STOCK_FILTERS = [
    WORDS,
    WAREHOUSE,
    OpenApiParameter("state", description="`some`, `none`, `short` or `low`."),
    OpenApiParameter(
        "at",
        description="An instant with its time zone: the numbers of then, from the movements. No feed.",
    ),
    *STOCK_COLUMNS.parameters,
]
STOCK_OUT_COLUMNS = Columns(
    "number", order_number="source_number", dealer="dealer__public_id", carrier="carrier__public_id"
)
STOCK_OUT_FILTERS = [
    WORDS,
    WAREHOUSE,
    OpenApiParameter("state", description="`open`, `done` or `void`."),
    *STOCK_OUT_COLUMNS.parameters,
]


class StockList(Endpoint):
    """Stock."""

    @extend_schema(operation_id="list_stock", parameters=STOCK_FILTERS, responses=StockPage)
    def get(self, request: Request) -> Response:
        """Stock of the visible warehouses: on hand, reserved, what is free and what may be promised.

        `available` = on hand − reserved; `orderable` (available to promise) adds what is in transit to the
        warehouse; neither is below 0. With `at` these are the numbers of that instant.
        """
        asked = request.query_params
        narrowing = (asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", ""))
        if not asked.get("at"):
            rows = queries.stock_matching(self.actor, *narrowing)
            return listed(request, rows, lambda found: map(stock_shape, found), columns=STOCK_COLUMNS)
        then = queries.stock_matching_at(self.actor, instant_of("at", asked["at"]), *narrowing)
        return listed(request, then, lambda found: map(past_shape, found), updated="", columns=STOCK_COLUMNS)

    @extend_schema(
        operation_id="set_stock", parameters=[KEY], request=StockInput, responses={207: StockResults}
    )
    def put(self, request: Request) -> Response:
        """Set what lies in a warehouse, by merchant code or external id; a result per item.

        An ERP's warehouse stores floor(count × the supplier's sync percent).
        """
        asked = self.parsed(StockInput)
        items = [commands.Counted(**item) for item in asked["items"]]
        return self.once(
            commands.set_stock,
            lambda results: {"results": results},
            status=207,
            warehouse=asked["warehouse"],
            items=items,
        )


class WarningLines(Endpoint):
    """Warning lines of stock."""

    @extend_schema(
        operation_id="set_warning_lines", request=WarningLinesInput, responses={207: WarningLineResults}
    )
    def put(self, request: Request) -> Response:
        """Set the warning lines of many SKUs in a warehouse; a result per item.

        `null` returns a SKU to the supplier's line, `0` warns of nothing.
        """
        asked = self.parsed(WarningLinesInput)
        items = [commands.WarningLine(**item) for item in asked["items"]]
        results = commands.set_warning_lines(actor=self.actor, warehouse=asked["warehouse"], items=items)
        return Response({"results": results}, status=207)


class StockOutList(Endpoint):
    """Stock-outs."""

    @extend_schema(operation_id="list_stock_outs", parameters=STOCK_OUT_FILTERS, responses=StockOutPage)
    def get(self, request: Request) -> Response:
        """Stock-outs of the visible warehouses."""
        asked = request.query_params
        rows = queries.stock_outs_matching(
            self.actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", "")
        )
        rows = rows.prefetch_related("lines__sku")
        return listed(request, rows, lambda found: map(stock_out_shape, found), columns=STOCK_OUT_COLUMNS)


class StockOutOne(Endpoint):
    """One stock-out."""

    @extend_schema(operation_id="get_stock_out", responses=StockOutOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One stock-out with its lines."""
        row = queries.stock_out_for(self.actor, public_id)
        return tagged(sparse(request, stock_out_shape(row)), row.version)
