"""Publication limits and ordering organisations over the API (K-12…K-15)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as queries
from tenant_apps.strategies.serializers.publication import (
    DealerOrganisationsShape,
    OrderingOrganisationOutput,
    OrderingOrganisationPage,
    OrganisationChange,
    OrganisationInput,
    PublicationInput,
    PublicationOutput,
    organisation_shape,
    publication_shape,
)

COLUMNS = Columns("code", "name", "external_id", flags=("enabled",))
STEPS = {"enable": commands.enable_organisation, "disable": commands.disable_organisation}
_NOTHING: dict[str, Any] = {"dealers": [], "groups": [], "organisation": None, "display_warehouse": None}


class SkuPublication(Endpoint):
    """`/skus/{id}/publication`."""

    @extend_schema(operation_id="get_publication", responses=PublicationOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """Who gets a SKU, who sells it, whose stock is shown."""
        row = queries.publication_for(self.actor, public_id)
        return tagged(sparse(request, publication_shape(row)), row.version)

    @extend_schema(operation_id="put_publication", request=PublicationInput, responses=PublicationOutput)
    def put(self, request: Request, public_id: str) -> Response:
        """Say it as a whole; `If-Match` refuses when somebody else did meanwhile."""
        values = {**_NOTHING, **self.parsed(PublicationInput)}
        row = commands.publish_sku(
            actor=self.actor, sku_id=public_id, values=values, version=self.expected_version()
        )
        return tagged(publication_shape(row), row.version)


class DealerOrganisations(Endpoint):
    """`/dealers/{id}/ordering-organisations`."""

    @extend_schema(operation_id="get_dealer_organisations", responses=DealerOrganisationsShape)
    def get(self, request: Request, public_id: str) -> Response:
        """The ordering organisations a dealer is limited to."""
        self.actor.require(StrategyPermission.READ)
        dealer = dealers.dealer_for(self.actor, public_id)
        rows = queries.organisations_of(self.actor, dealer)
        return Response(sparse(request, {"organisations": [row.public_id for row in rows]}))

    @extend_schema(
        operation_id="put_dealer_organisations",
        request=DealerOrganisationsShape,
        responses=DealerOrganisationsShape,
    )
    def put(self, request: Request, public_id: str) -> Response:
        """Limit a dealer to these ordering organisations; an empty list lets it order from all."""
        rows = commands.set_dealer_organisations(
            actor=self.actor, dealer_id=public_id, **self.parsed(DealerOrganisationsShape)
        )
        return Response({"organisations": [row.public_id for row in rows]})


class OrderingOrganisations(Endpoint):
    """`/ordering-organisations`."""

    @extend_schema(
        operation_id="list_ordering_organisations",
        parameters=COLUMNS.parameters,
        responses=OrderingOrganisationPage,
    )
    def get(self, request: Request) -> Response:
        """All ordering organisations, for the supplier's people."""
        self.actor.require(StrategyPermission.READ)
        rows = queries.organisations_visible_to(self.actor)
        return listed(request, rows, lambda found: map(organisation_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_ordering_organisation",
        parameters=[KEY],
        request=OrganisationInput,
        responses={201: OrderingOrganisationOutput},
    )
    def post(self, request: Request) -> Response:
        """Add an ordering organisation."""
        values = self.parsed(OrganisationInput)
        return self.once(commands.add_organisation, organisation_shape, status=201, values=values)


class OrderingOrganisationOne(Endpoint):
    """`/ordering-organisations/{id}`."""

    @extend_schema(operation_id="get_ordering_organisation", responses=OrderingOrganisationOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One ordering organisation."""
        self.actor.require(StrategyPermission.READ)
        row = queries.organisation_for(self.actor, public_id)
        return tagged(sparse(request, organisation_shape(row)), row.version)

    @extend_schema(
        operation_id="change_ordering_organisation",
        request=OrganisationChange,
        responses=OrderingOrganisationOutput,
    )
    def patch(self, request: Request, public_id: str) -> Response:
        """Change an ordering organisation."""
        row = commands.change_organisation(
            actor=self.actor,
            organisation_id=public_id,
            changes=self.parsed(OrganisationChange),
            version=self.expected_version(),
        )
        return tagged(organisation_shape(row), row.version)

    @extend_schema(operation_id="delete_ordering_organisation", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete it while no SKU and no dealer names it."""
        commands.delete_organisation(actor=self.actor, organisation_id=public_id)
        return Response(status=204)


class OrderingOrganisationStep(Endpoint):
    """What can be done with an ordering organisation."""

    @extend_schema(
        operation_id="step_ordering_organisation", request=None, responses=OrderingOrganisationOutput
    )
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable or disable: a disabled one sells nothing."""
        row = STEPS[step](actor=self.actor, organisation_id=public_id)
        return tagged(organisation_shape(row), row.version)


class OrderingOrganisationByExternalId(Endpoint):
    """An ordering organisation by the id of another system."""

    @extend_schema(
        operation_id="put_ordering_organisation",
        request=OrganisationChange,
        responses={200: OrderingOrganisationOutput, 201: OrderingOrganisationOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the ordering organisation with this external id, or add it."""
        values = {**self.parsed(OrganisationChange), "external_id": external_id}
        return put_row(
            queries.organisations_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_organisation(actor=self.actor, values=values),
            change=lambda known: commands.change_organisation(
                actor=self.actor, organisation_id=known, changes=values, version=self.expected_version()
            ),
            shape=organisation_shape,
        )
