"""REST doors of dealer groups (MO-03, K-12)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.serializers import (
    DealerGroupChange,
    DealerGroupInput,
    DealerGroupOutput,
    DealerGroupPage,
    group_shape,
)

COLUMNS = Columns("name", "external_id")


class DealerGroups(Endpoint):
    """`/dealer-groups`."""

    @extend_schema(
        operation_id="list_dealer_groups", parameters=COLUMNS.parameters, responses=DealerGroupPage
    )
    def get(self, request: Request) -> Response:
        """All dealer groups, for the supplier's people."""
        self.actor.require(DealerPermission.READ)
        rows = queries.groups_visible_to(self.actor)
        return listed(request, rows, lambda found: map(group_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_dealer_group",
        parameters=[KEY],
        request=DealerGroupInput,
        responses={201: DealerGroupOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a dealer group."""
        return self.once(commands.add_group, group_shape, status=201, values=self.parsed(DealerGroupInput))


class DealerGroupOne(Endpoint):
    """One dealer group."""

    @extend_schema(operation_id="get_dealer_group", responses=DealerGroupOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One dealer group."""
        self.actor.require(DealerPermission.READ)
        row = queries.group_for(self.actor, public_id)
        return tagged(sparse(request, group_shape(row)), row.version)

    @extend_schema(operation_id="change_dealer_group", request=DealerGroupChange, responses=DealerGroupOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a dealer group."""
        row = commands.change_group(
            actor=self.actor,
            group_id=public_id,
            changes=self.parsed(DealerGroupChange),
            version=self.expected_version(),
        )
        return tagged(group_shape(row), row.version)

    @extend_schema(operation_id="delete_dealer_group", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete a dealer group that nothing uses; else 409 names what does."""
        commands.delete_group(actor=self.actor, group_id=public_id)
        return Response(status=204)


class DealerGroupByExternalId(Endpoint):
    """A dealer group by the id of another system."""

    @extend_schema(
        operation_id="put_dealer_group",
        request=DealerGroupChange,
        responses={200: DealerGroupOutput, 201: DealerGroupOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the dealer group with this external id, or add it."""
        values = {**self.parsed(DealerGroupChange), "external_id": external_id}
        return put_row(
            queries.groups_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_group(actor=self.actor, values=values),
            change=lambda known: commands.change_group(
                actor=self.actor, group_id=known, changes=values, version=self.expected_version()
            ),
            shape=group_shape,
        )
