"""Bundles over the API: a dealer's own; the supplier's people read those of their dealers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.fields import instant
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.kernel.quantity import plain
from tenant_apps.strategies.commands import bundles as commands
from tenant_apps.strategies.models import Bundle
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries.bundles import bundle_for, bundles_matching, bundles_visible_to
from tenant_apps.strategies.serializers import (
    BundleChange,
    BundleInput,
    BundlePage,
    BundleShape,
    BundleUpsert,
)

COLUMNS = Columns("code", "external_id", flags=("enabled",), dealer="dealer__public_id")


class Bundles(Endpoint):
    """`/bundles`."""

    @extend_schema(
        operation_id="list_bundles",
        parameters=[OpenApiParameter("q", description="A part of code or name."), *COLUMNS.parameters],
        responses=BundlePage,
    )
    def get(self, request: Request) -> Response:
        """The bundles the caller may see, with their SKUs."""
        self.actor.require(StrategyPermission.READ_OFFER)
        rows = bundles_matching(self.actor, request.query_params.get("q", ""))
        rows = rows.prefetch_related("items__sku")
        return listed(request, rows, lambda found: map(bundle_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_bundle", parameters=[KEY], request=BundleInput, responses={201: BundleShape}
    )
    def post(self, request: Request) -> Response:
        """Make a bundle of the caller's own goods."""
        values = _values(self.parsed(BundleInput))
        return self.once(
            commands.add_bundle,
            lambda row: bundle_shape(bundle_for(self.actor, row.public_id)),
            status=201,
            values=values,
        )


class BundleOne(Endpoint):
    """`/bundles/{id}`."""

    @extend_schema(operation_id="get_bundle", responses=BundleShape)
    def get(self, request: Request, public_id: str) -> Response:
        """One bundle."""
        self.actor.require(StrategyPermission.READ_OFFER)
        row = bundle_for(self.actor, public_id)
        return tagged(sparse(request, bundle_shape(row)), row.version)

    @extend_schema(operation_id="change_bundle", request=BundleChange, responses=BundleShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is named; `If-Match` refuses when somebody else did meanwhile."""
        commands.change_bundle(
            actor=self.actor,
            bundle_id=public_id,
            changes=_values(self.parsed(BundleChange)),
            version=self.expected_version(),
        )
        row = bundle_for(self.actor, public_id)
        return tagged(bundle_shape(row), row.version)

    @extend_schema(operation_id="delete_bundle", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete it; orders that were placed with it stay as they are."""
        commands.delete_bundle(actor=self.actor, bundle_id=public_id)
        return Response(status=204)


class BundleByExternalId(Endpoint):
    """A bundle by the id of another system."""

    @extend_schema(
        operation_id="put_bundle", request=BundleUpsert, responses={200: BundleShape, 201: BundleShape}
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the bundle with this external id, or make it."""
        values = {**_values(self.parsed(BundleUpsert)), "external_id": external_id}
        return put_row(
            bundles_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_bundle(actor=self.actor, values=values),
            change=lambda known: commands.change_bundle(
                actor=self.actor, bundle_id=known, changes=values, version=self.expected_version()
            ),
            shape=lambda row: bundle_shape(bundle_for(self.actor, row.public_id)),
        )


def _values(data: dict[str, Any]) -> dict[str, Any]:
    """What was sent as the command takes it: items as (merchant code, quantity)."""
    if "items" not in data:
        return dict(data)
    return {**data, "items": [(one["merchant_code"], one["quantity"]) for one in data["items"]]}


def bundle_shape(row: Bundle) -> dict[str, Any]:
    """A bundle as the API says it; dealer and items must be at hand."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "dealer": row.dealer.public_id,
        "code": row.code,
        "name": row.name,
        "sales_price": None if row.sales_price is None else plain(row.sales_price),
        "enabled": row.enabled,
        "items": [
            {"merchant_code": item.sku.merchant_code, "quantity": plain(item.quantity)}
            for item in sorted(row.items.all(), key=lambda item: item.position)
        ],
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }
