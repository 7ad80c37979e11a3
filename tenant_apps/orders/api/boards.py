"""REST doors of supply boards, their shares and corrections, and of calendars' order cycles."""

from __future__ import annotations

from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse, wrong
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.commands import Command
from platform_core.kernel.words import noop
from tenant_apps.orders.commands import supply as commands
from tenant_apps.orders.commands.board_rows import alter_board
from tenant_apps.orders.models import SupplyBoard
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import boards as queries
from tenant_apps.orders.queries.calendars import calendar_for, windows_of
from tenant_apps.orders.serializers.boards import (
    BoardChangeInput,
    BoardDetail,
    BoardInput,
    BoardOutput,
    BoardPage,
    CorrectionPage,
    CyclesOutput,
    RowsInput,
    SharePage,
    board_changes,
    board_shape,
    correction_shape,
    cycle_shape,
    item_shape,
    rows_change,
    share_shape,
)

COLUMNS = Columns("external_id", "state", group="group__public_id")
SHARE_COLUMNS = Columns(
    sku="item__sku__public_id",
    merchant_code="item__sku__merchant_code",
    dealer="dealer__public_id",
)
OWN_COLUMNS = Columns(
    sku="item__sku__public_id", merchant_code="item__sku__merchant_code", board="item__board__public_id"
)
STEPS: dict[str, Command[..., SupplyBoard]] = {
    "publish": commands.publish_board,
    "close": commands.close_board,
}
CYCLES, CYCLES_MAX = 8, 60


class BoardList(Endpoint):
    """Supply boards."""

    @extend_schema(operation_id="list_supply_boards", parameters=COLUMNS.parameters, responses=BoardPage)
    def get(self, request: Request) -> Response:
        """What was shared out over dealer groups, for the supplier's people; one of them has its rows."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        rows = queries.boards_visible_to(self.actor)
        return listed(request, rows, lambda found: map(board_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_supply_board", parameters=[KEY], request=BoardInput, responses={201: BoardOutput}
    )
    def post(self, request: Request) -> Response:
        """Add a draft board for a dealer group and an order day; its items are shared out."""
        values = board_changes(self.parsed(BoardInput))
        return self.once(commands.put_board, board_shape, status=201, values=values)


class BoardOne(Endpoint):
    """One supply board."""

    @extend_schema(operation_id="get_supply_board", responses=BoardDetail)
    def get(self, request: Request, public_id: str) -> Response:
        """One board with what there is of each SKU, was shared out, demanded, granted and missed."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        row = queries.board_for(self.actor, public_id)
        items = [item_shape(one) for one in queries.demand_of(row)]
        return tagged(sparse(request, {**board_shape(row), "items": items}), row.version)

    @extend_schema(operation_id="change_supply_board", request=BoardChangeInput, responses=BoardOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a draft board; named items replace all rows. A published one: `…/rows`, with a reason."""
        row = commands.edit_board(
            actor=self.actor,
            board_id=public_id,
            changes=board_changes(self.parsed(BoardChangeInput)),
            version=self.expected_version(),
        )
        return tagged(board_shape(row), row.version)

    @extend_schema(operation_id="delete_supply_board", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete a draft. A published board is closed."""
        commands.delete_board(actor=self.actor, board_id=public_id)
        return Response(status=204)


class BoardByExternalId(Endpoint):
    """A supply board by the id of another system."""

    @extend_schema(
        operation_id="put_supply_board",
        request=BoardChangeInput,
        responses={200: BoardOutput, 201: BoardOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the draft board with this external id, or add it."""
        values = {**board_changes(self.parsed(BoardChangeInput)), "external_id": external_id}
        return put_row(
            queries.boards_visible_to(self.actor),
            external_id,
            add=lambda: commands.put_board(actor=self.actor, values=values),
            change=lambda known: commands.edit_board(
                actor=self.actor, board_id=known, changes=values, version=self.expected_version()
            ),
            shape=board_shape,
        )


class BoardStep(Endpoint):
    """What can be done with a supply board."""

    @extend_schema(operation_id="step_supply_board", request=None, responses=BoardOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Publish a draft: its shares bind; or close a published one: they bind no further order."""
        row = STEPS[step](actor=self.actor, board_id=public_id)
        return tagged(board_shape(row), row.version)


class BoardRows(Endpoint):
    """The rows of a supply board."""

    @extend_schema(
        operation_id="change_supply_rows", parameters=[KEY], request=RowsInput, responses=BoardOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Change totals and shares, all or nothing; of a published board with a reason, which is kept."""
        data = self.parsed(RowsInput)
        return self.once(
            alter_board,
            board_shape,
            board_id=public_id,
            change=rows_change(data),
            reason=data["reason"],
            version=self.expected_version(),
        )


class BoardShares(Endpoint):
    """The dealers' shares of one board."""

    @extend_schema(
        operation_id="list_supply_board_shares", parameters=SHARE_COLUMNS.parameters, responses=SharePage
    )
    def get(self, request: Request, public_id: str) -> Response:
        """Every dealer's part of every SKU, with what its orders hold of it."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        rows = queries.shares_in(queries.board_for(self.actor, public_id))
        return listed(request, rows, partial(map, share_shape), columns=SHARE_COLUMNS)


class BoardCorrections(Endpoint):
    """How a published board was corrected."""

    @extend_schema(operation_id="list_supply_corrections", responses=CorrectionPage)
    def get(self, request: Request, public_id: str) -> Response:
        """Every correction with its reason, newest first."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        rows = queries.board_for(self.actor, public_id).corrections.all()
        return listed(request, rows, partial(map, correction_shape), updated="at")


class OwnShares(Endpoint):
    """A dealer's own shares."""

    @extend_schema(
        operation_id="list_own_supply_shares", parameters=OWN_COLUMNS.parameters, responses=SharePage
    )
    def get(self, request: Request) -> Response:
        """The caller's own shares on the published boards of today and later, with what its orders hold."""
        self.actor.require(OrderPermission.READ)
        rows = queries.own_shares(self.actor)
        return listed(request, rows, partial(map, share_shape), columns=OWN_COLUMNS)


class CalendarCycles(Endpoint):
    """The order cycles of a calendar."""

    @extend_schema(
        operation_id="list_order_cycles",
        parameters=[OpenApiParameter("count", int, description=f"1 to {CYCLES_MAX}; {CYCLES} without it.")],
        responses=CyclesOutput,
    )
    def get(self, request: Request, public_id: str) -> Response:
        """The order days that are open or come next, with the window of each."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        text = request.query_params.get("count", str(CYCLES))
        if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= CYCLES_MAX):
            raise wrong("count", noop("A number from 1 to 60."))
        windows = windows_of(calendar_for(self.actor, public_id), int(text))
        found: dict[str, Any] = {"cycles": [cycle_shape(one) for one in windows]}
        return Response(sparse(request, found))
