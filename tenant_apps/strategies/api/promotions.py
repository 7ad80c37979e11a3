"""REST doors of promotions."""

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
from tenant_apps.strategies.commands import promotions as commands
from tenant_apps.strategies.models import Promotion
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries import promotions_list as lists
from tenant_apps.strategies.serializers.promotions import (
    PromotionChange,
    PromotionInput,
    PromotionOutput,
    PromotionPage,
    promotion_shape,
)

COLUMNS = Columns("name", "external_id", "kind", "code", flags=("enabled", "combines"))
_STATE = OpenApiParameter("state", enum=[one.value for one in State], description="What it does now.")
_GROUP = OpenApiParameter("group", description="Id of a dealer group that it names.")
_STEPS = {
    "end": commands.end_promotion,
    "enable": commands.enable_promotion,
    "disable": commands.disable_promotion,
}


class PromotionEndpoint(Endpoint):
    """What the doors of promotions share."""

    def shaped(self, row: Promotion) -> dict[str, Any]:
        """A written promotion as it is read."""
        return promotion_shape(lists.promotion_for(self.actor, row.public_id), self.actor)


class PromotionList(PromotionEndpoint):
    """Promotions."""

    @extend_schema(
        operation_id="list_promotions",
        parameters=[
            OpenApiParameter("q", description="A part of the name or the coupon code."),
            _STATE,
            _GROUP,
            *COLUMNS.parameters,
        ],
        responses=PromotionPage,
    )
    def get(self, request: Request) -> Response:
        """All promotions; for a dealer those that run for it now, without coupons."""
        asked = request.query_params
        wanted = lists.PromotionFilter.of({name: asked.get(name, "") for name in ("q", "state", "group")})
        rows = lists.with_names(lists.promotions_matching(self.actor, wanted))
        return listed(
            request, rows, lambda found: [promotion_shape(row, self.actor) for row in found], columns=COLUMNS
        )

    @extend_schema(
        operation_id="create_promotion",
        parameters=[KEY],
        request=PromotionInput,
        responses={201: PromotionOutput},
    )
    def post(self, request: Request) -> Response:
        """Create a promotion. It runs by itself from its start until its end."""
        return self.once(
            commands.create_promotion, self.shaped, status=201, values=self.parsed(PromotionInput)
        )


class PromotionOne(PromotionEndpoint):
    """One promotion."""

    @extend_schema(operation_id="get_promotion", responses=PromotionOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One promotion."""
        row = lists.promotion_for(self.actor, public_id)
        return tagged(sparse(request, promotion_shape(row, self.actor)), row.version)

    @extend_schema(operation_id="change_promotion", request=PromotionChange, responses=PromotionOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is named; orders that were placed keep what they got."""
        row = commands.change_promotion(
            actor=self.actor,
            promotion_id=public_id,
            changes=self.parsed(PromotionChange),
            version=self.expected_version(),
        )
        return tagged(self.shaped(row), row.version)


class PromotionStep(PromotionEndpoint):
    """Ending and switching."""

    @extend_schema(operation_id="step_promotion", parameters=[KEY], request=None, responses=PromotionOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """`end` it for good, or `disable` and `enable` it in its time."""
        return self.once(_STEPS[step], self.shaped, promotion_id=public_id)


class PromotionByExternalId(PromotionEndpoint):
    """A promotion by the id of another system."""

    @extend_schema(
        operation_id="put_promotion",
        request=PromotionChange,
        responses={200: PromotionOutput, 201: PromotionOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the promotion with this external id, or create it."""
        values = {**self.parsed(PromotionChange), "external_id": external_id}
        return put_row(
            lists.promotions_visible_to(self.actor),
            external_id,
            add=lambda: commands.create_promotion(actor=self.actor, values=values),
            change=lambda known: commands.change_promotion(
                actor=self.actor, promotion_id=known, changes=values, version=self.expected_version()
            ),
            shape=self.shaped,
        )
