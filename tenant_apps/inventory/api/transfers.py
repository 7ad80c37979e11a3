"""REST doors of transfers between warehouses."""

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
from tenant_apps.inventory.models import StockTransfer
from tenant_apps.inventory.serializers.stock_takes import VersionInput
from tenant_apps.inventory.serializers.transfers import (
    ReceivedInput,
    TransferInput,
    TransferLinesInput,
    TransferOutput,
    TransferPage,
    transfer_shape,
)
from tenant_apps.inventory.states import TransferState

COLUMNS = Columns("number", origin="origin__public_id", destination="destination__public_id")
FILTERS = [
    OpenApiParameter("q", description="Words of number or note, or a merchant code."),
    OpenApiParameter("warehouse", description="Id of either warehouse."),
    OpenApiParameter("state", enum=TransferState.values),
    *COLUMNS.parameters,
]


class _Door(Endpoint):
    """What the doors of one transfer share."""

    def _shown(self, row: StockTransfer) -> dict[str, Any]:
        return transfer_shape(queries.transfer_for(self.actor, row.public_id))

    def _step(self, command: Command[..., StockTransfer], public_id: str) -> Response:
        return self.once(command, self._shown, transfer_id=public_id, **self.parsed(VersionInput))


class TransferList(_Door):
    """Transfers."""

    @extend_schema(operation_id="list_stock_transfers", parameters=FILTERS, responses=TransferPage)
    def get(self, request: Request) -> Response:
        """Transfers that leave or reach a visible warehouse."""
        asked = request.query_params
        rows = queries.transfers_matching(
            self.actor, asked.get("q", ""), asked.get("warehouse", ""), asked.get("state", "")
        )
        rows = rows.prefetch_related("lines__sku")
        return listed(request, rows, lambda found: map(transfer_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="create_stock_transfer",
        parameters=[KEY],
        request=TransferInput,
        responses={201: TransferOutput},
    )
    def post(self, request: Request) -> Response:
        """Write a transfer between two own warehouses; nothing moves before it is sent."""
        asked = self.parsed(TransferInput)
        lines = [commands.TransferLine(**line) for line in asked.pop("lines")]
        return self.once(commands.create_transfer, self._shown, status=201, lines=lines, **asked)


class TransferOne(_Door):
    """One transfer."""

    @extend_schema(operation_id="get_stock_transfer", responses=TransferOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One transfer with its lines."""
        row = queries.transfer_for(self.actor, public_id)
        return tagged(sparse(request, transfer_shape(row)), row.version)

    @extend_schema(operation_id="change_stock_transfer", request=TransferLinesInput, responses=TransferOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Put other lines in the place of a draft's, or another note."""
        asked = self.parsed(TransferLinesInput)
        wanted = asked.pop("lines", None)
        lines = None if wanted is None else [commands.TransferLine(**line) for line in wanted]
        return self.once(
            commands.change_transfer,
            self._shown,
            transfer_id=public_id,
            lines=lines,
            version=self.expected_version(),
            **asked,
        )


class TransferSend(_Door):
    """Sending."""

    @extend_schema(
        operation_id="send_stock_transfer", parameters=[KEY], request=VersionInput, responses=TransferOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Take the goods out of the origin: they are in transit. What is reserved there stays."""
        return self._step(commands.send_transfer, public_id)


class TransferReceive(_Door):
    """Receiving."""

    @extend_schema(
        operation_id="receive_stock_transfer",
        parameters=[KEY],
        request=ReceivedInput,
        responses=TransferOutput,
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Put what arrived into the destination; what is missing is lost and stays named."""
        asked = self.parsed(ReceivedInput)
        received = [commands.TransferLine(**line) for line in asked.pop("received", ())]
        return self.once(
            commands.receive_transfer, self._shown, transfer_id=public_id, received=received, **asked
        )


class TransferReturn(_Door):
    """Bringing back."""

    @extend_schema(
        operation_id="return_stock_transfer", parameters=[KEY], request=VersionInput, responses=TransferOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Bring everything in transit back to the origin."""
        return self._step(commands.return_transfer, public_id)


class TransferCancel(_Door):
    """Giving up."""

    @extend_schema(
        operation_id="cancel_stock_transfer", parameters=[KEY], request=VersionInput, responses=TransferOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Give a draft up; nothing moves."""
        return self._step(commands.cancel_transfer, public_id)
