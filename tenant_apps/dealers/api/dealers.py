"""REST doors of dealers and their levels."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop
from tenant_apps.access import queries as access
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.queries import DealerFilter
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts
from tenant_apps.dealers.serializers import (
    DealerChange,
    DealerInput,
    DealerOutput,
    DealerPage,
    DealerUpsert,
    IssuedPassword,
    LevelChange,
    LevelInput,
    LevelOutput,
    LevelPage,
    dealer_shape,
    level_shape,
)

DEALER_COLUMNS = Columns("code", "name", "external_id", "erp_shop_code", "tax_number", flags=("enabled",))
DEALER_FILTERS = [
    OpenApiParameter("q", description="Words in code, name, contact, phone or e-mail; pinyin too."),
    OpenApiParameter("level", description="Id of a level."),
    OpenApiParameter("group", description="Id of a dealer group, or `none`."),
    *DEALER_COLUMNS.parameters,
]
LEVEL_COLUMNS = Columns("name", "external_id")
DEALER_STEPS = {"enable": commands.enable_dealer, "disable": commands.disable_dealer}
_ADMINISTRATOR = noop("A new dealer needs an administrator.")


class DealerEndpoint(Endpoint):
    """What the doors of dealers share."""

    def shape(self, row: Dealer) -> dict[str, Any]:
        """A dealer as this caller may read it."""
        return dealer_shape(row, access.settings().currency, internal=self.actor.dealer_id is None)

    def create(self, values: dict[str, Any]) -> Response:
        """Create a dealer once for this request's key; the stored answer never holds the password."""
        issued: list[str] = []
        person = values.pop("administrator")

        def render(row: Dealer) -> dict[str, Any]:
            issued.append(row.issued_password)
            named = {"name": person["name"], "login": person.get("login", "")}
            return {**self.shape(row), "administrator": {**named, "issued_password": None}}

        response = self.once(
            commands.create_dealer,
            render,
            status=201,
            dealer=DealerFacts(**values),
            administrator=AdministratorFacts(**person),
        )
        if "Idempotent-Replayed" not in response.headers:
            response.data["administrator"]["issued_password"] = issued[-1]
        response["Cache-Control"] = "no-store"
        return response


class DealerList(DealerEndpoint):
    """Dealers."""

    @extend_schema(operation_id="list_dealers", parameters=DEALER_FILTERS, responses=DealerPage)
    def get(self, request: Request) -> Response:
        """The dealers the caller may see."""
        self.actor.require(DealerPermission.READ)
        asked = request.query_params
        wanted = DealerFilter(asked.get("q", ""), asked.get("level", ""), group=asked.get("group", ""))
        rows = queries.dealers_matching(self.actor, wanted)
        internal, currency = self.actor.dealer_id is None, access.settings().currency
        return listed(
            request,
            rows,
            lambda found: [dealer_shape(row, currency, internal=internal) for row in found],
            columns=DEALER_COLUMNS,
        )

    @extend_schema(
        operation_id="create_dealer", parameters=[KEY], request=DealerInput, responses={201: DealerOutput}
    )
    def post(self, request: Request) -> Response:
        """Create a dealer with administrator, wallet and shop. The issued password is said once."""
        return self.create(dict(self.parsed(DealerInput)))


class DealerOne(DealerEndpoint):
    """One dealer."""

    @extend_schema(operation_id="get_dealer", responses=DealerOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One dealer."""
        self.actor.require(DealerPermission.READ)
        row = queries.dealer_for(self.actor, public_id)
        return tagged(sparse(request, self.shape(row)), row.version)

    @extend_schema(operation_id="change_dealer", request=DealerChange, responses=DealerOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a dealer; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_dealer(
            actor=self.actor,
            dealer_id=public_id,
            changes=self.parsed(DealerChange),
            version=self.expected_version(),
        )
        return tagged(self.shape(row), row.version)


class DealerByExternalId(DealerEndpoint):
    """A dealer by the id of another system."""

    @extend_schema(
        operation_id="put_dealer",
        request=DealerUpsert,
        responses={200: DealerOutput, 201: DealerOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the dealer with this external id, or create it."""
        values = dict(self.parsed(DealerUpsert))
        values["external_id"] = external_id
        known = queries.dealers_visible_to(self.actor).filter(external_id=external_id).first()
        if known is None:
            if "administrator" not in values:
                raise Invalid(problems=[FieldProblem("/administrator", "required", _ADMINISTRATOR)])
            return self.create({"code": "", "name": "", **values})
        values.pop("administrator", None)
        row = commands.change_dealer(
            actor=self.actor,
            dealer_id=known.public_id,
            changes=values,
            version=self.expected_version(),
        )
        return tagged(self.shape(row), row.version)


class DealerStep(DealerEndpoint):
    """What can be done with a dealer."""

    @extend_schema(operation_id="step_dealer", request=None, responses=DealerOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable or disable."""
        row = DEALER_STEPS[step](actor=self.actor, dealer_id=public_id)
        return tagged(self.shape(row), row.version)


class DealerPassword(DealerEndpoint):
    """The administrator's password."""

    @extend_schema(operation_id="reset_dealer_password", request=None, responses=IssuedPassword)
    def post(self, request: Request, public_id: str) -> Response:
        """Issue a new password to the first administrator; it is said once."""
        row = commands.reset_administrator_password(actor=self.actor, dealer_id=public_id)
        body = {"dealer": row.public_id, "issued_password": row.issued_password}
        return Response(body, headers={"Cache-Control": "no-store"})


class LevelList(Endpoint):
    """Levels."""

    @extend_schema(operation_id="list_levels", parameters=LEVEL_COLUMNS.parameters, responses=LevelPage)
    def get(self, request: Request) -> Response:
        """All levels, for the supplier's people."""
        self.actor.require(DealerPermission.READ)
        rows = queries.levels_visible_to(self.actor)
        return listed(request, rows, lambda found: map(level_shape, found), columns=LEVEL_COLUMNS)

    @extend_schema(
        operation_id="add_level", parameters=[KEY], request=LevelInput, responses={201: LevelOutput}
    )
    def post(self, request: Request) -> Response:
        """Add a level."""
        return self.once(commands.add_level, level_shape, status=201, values=self.parsed(LevelInput))


class LevelOne(Endpoint):
    """One level."""

    @extend_schema(operation_id="get_level", responses=LevelOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One level."""
        self.actor.require(DealerPermission.READ)
        row = queries.level_for(self.actor, public_id)
        return tagged(sparse(request, level_shape(row)), row.version)

    @extend_schema(operation_id="change_level", request=LevelChange, responses=LevelOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a level, for all its dealers at once."""
        row = commands.change_level(
            actor=self.actor,
            level_id=public_id,
            changes=self.parsed(LevelChange),
            version=self.expected_version(),
        )
        return tagged(level_shape(row), row.version)

    @extend_schema(operation_id="delete_level", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete a level that no dealer is on."""
        commands.delete_level(actor=self.actor, level_id=public_id)
        return Response(status=204)


class LevelByExternalId(Endpoint):
    """A level by the id of another system."""

    @extend_schema(
        operation_id="put_level", request=LevelChange, responses={200: LevelOutput, 201: LevelOutput}
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the level with this external id, or add it."""
        values = {**self.parsed(LevelChange), "external_id": external_id}
        return put_row(
            queries.levels_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_level(actor=self.actor, values=values),
            change=lambda known: commands.change_level(
                actor=self.actor, level_id=known, changes=values, version=self.expected_version()
            ),
            shape=level_shape,
        )
