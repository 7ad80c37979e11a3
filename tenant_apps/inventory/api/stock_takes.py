"""REST doors of stock takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.commands import Command
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.api.stock import WAREHOUSE, WORDS
from tenant_apps.inventory.models import StockTake
from tenant_apps.inventory.serializers.stock_takes import (
    CountsInput,
    StockTakeInput,
    StockTakeLinePage,
    StockTakeOutput,
    StockTakePage,
    VersionInput,
    stock_take_line_shape,
    stock_take_shape,
)
from tenant_apps.inventory.states import StockTakeState

COLUMNS = Columns("number")
FILTERS = [
    WORDS,
    WAREHOUSE,
    OpenApiParameter("state", enum=StockTakeState.values),
    *COLUMNS.parameters,
]
LINE_COLUMNS = Columns(sku="sku__public_id", merchant_code="sku__merchant_code")
LINE_FILTERS = [
    WORDS,
    OpenApiParameter("state", enum=list(queries.LINE_STATES)),
    *LINE_COLUMNS.parameters,
]


class _Door(Endpoint):
    """What the doors of one stock take share."""

    def _shown(self, row: StockTake) -> dict[str, Any]:
        return stock_take_shape(queries.stock_take_for(self.actor, row.public_id))

    def _step(self, command: Command[..., StockTake], public_id: str) -> Response:
        return self.once(command, self._shown, stock_take_id=public_id, **self.parsed(VersionInput))


class StockTakeList(_Door):
    """Stock takes."""

    @extend_schema(operation_id="list_stock_takes", parameters=FILTERS, responses=StockTakePage)
    def get(self, request: Request) -> Response:
        """Stock takes of the visible warehouses."""
        asked = request.query_params
        rows = queries.stock_takes_matching(
            self.actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", "")
        )
        return listed(request, rows, lambda found: map(stock_take_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="start_stock_take",
        parameters=[KEY],
        request=StockTakeInput,
        responses={201: StockTakeOutput},
    )
    def post(self, request: Request) -> Response:
        """Start a stock take of an own warehouse: of all that lies there, or of the chosen goods."""
        asked = self.parsed(StockTakeInput)
        chosen = asked.pop("goods", {})
        codes = tuple(chosen.pop("merchant_codes", ()))
        goods = commands.GoodsToCount(**chosen, merchant_codes=codes)
        return self.once(commands.start_stock_take, self._shown, status=201, goods=goods, **asked)


class StockTakeOne(_Door):
    """One stock take."""

    @extend_schema(operation_id="get_stock_take", responses=StockTakeOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One stock take; its lines have an address of their own."""
        row = queries.stock_take_for(self.actor, public_id)
        return tagged(sparse(request, stock_take_shape(row)), row.version)


class StockTakeLines(_Door):
    """Lines of a stock take."""

    @extend_schema(operation_id="list_stock_take_lines", parameters=LINE_FILTERS, responses=StockTakeLinePage)
    def get(self, request: Request, public_id: str) -> Response:
        """What is counted of each SKU, and how far it is from what lay there."""
        take = queries.stock_take_for(self.actor, public_id)
        asked = request.query_params
        rows = queries.lines_of_stock_take(take, asked.get("q", ""), asked.get("state", ""))
        return listed(
            request,
            rows,
            lambda found: map(stock_take_line_shape, found),
            order=("position", "id"),
            columns=LINE_COLUMNS,
        )


class StockTakeCounts(_Door):
    """Entering counts."""

    @extend_schema(
        operation_id="count_stock_take", parameters=[KEY], request=CountsInput, responses=StockTakeOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Enter counts, all or none; each is compared with what lies there at this moment."""
        counts = [commands.LineCount(**item) for item in self.parsed(CountsInput)["counts"]]
        return self.once(commands.count_stock_take, self._shown, stock_take_id=public_id, counts=counts)


class StockTakePost(_Door):
    """Posting."""

    @extend_schema(
        operation_id="post_stock_take", parameters=[KEY], request=VersionInput, responses=StockTakeOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Move the stock of every counted line by counted − expected, whole or not at all."""
        return self._step(commands.post_stock_take, public_id)


class StockTakeCancel(_Door):
    """Giving up."""

    @extend_schema(
        operation_id="cancel_stock_take", parameters=[KEY], request=VersionInput, responses=StockTakeOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Give an open stock take up; nothing moves."""
        return self._step(commands.cancel_stock_take, public_id)
