"""Price rules over the API."""

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
from tenant_apps.strategies import commands
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import price_rules as queries
from tenant_apps.strategies.serializers.prices import (
    NewPriceRule,
    PriceRuleChange,
    PriceRulePage,
    PriceRuleShape,
)

COLUMNS = Columns("external_id", dealer="dealer__public_id", level="level__public_id", sku="sku__public_id")
_PARAMETERS = [
    OpenApiParameter("q", description="Words of the SKU or of the dealer; pinyin and initials too."),
    OpenApiParameter("state", description="now, later or over."),
]


class PriceRules(Endpoint):
    """`/price-rules`."""

    @extend_schema(
        operation_id="list_price_rules",
        parameters=[*_PARAMETERS, *COLUMNS.parameters],
        responses=PriceRulePage,
    )
    def get(self, request: Request) -> Response:
        """The prices of levels and dealers that differ from the goods strategies."""
        self.actor.require(StrategyPermission.READ)
        asked = {name: request.query_params.get(name, "") for name in ("q", "state")}
        rows = queries.price_rules_matching(self.actor, queries.PriceRuleFilter.of(asked))
        return listed(request, rows, lambda found: map(_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_price_rule",
        parameters=[KEY],
        request=NewPriceRule,
        responses={201: PriceRuleShape},
    )
    def post(self, request: Request) -> Response:
        """Add a price rule for a dealer or a level."""
        return self.once(commands.add_price_rule, _shape, status=201, values=self.parsed(NewPriceRule))


class PriceRuleDetail(Endpoint):
    """`/price-rules/{id}`."""

    @extend_schema(operation_id="get_price_rule", responses=PriceRuleShape)
    def get(self, request: Request, public_id: str) -> Response:
        """One price rule."""
        self.actor.require(StrategyPermission.READ)
        row = queries.price_rule_for(self.actor, public_id)
        return tagged(sparse(request, _shape(row)), row.version)

    @extend_schema(operation_id="change_price_rule", request=PriceRuleChange, responses=PriceRuleShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change the named parts; `If-Match` guards against a lost change."""
        row = commands.change_price_rule(
            actor=self.actor,
            rule_id=public_id,
            changes=self.parsed(PriceRuleChange),
            version=self.expected_version(),
        )
        return tagged(_shape(row), row.version)

    @extend_schema(operation_id="delete_price_rule", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete it: dealers buy at what is left."""
        commands.delete_price_rule(actor=self.actor, rule_id=public_id)
        return Response(status=204)


class PriceRuleByExternalId(Endpoint):
    """A price rule by the id of another system."""

    @extend_schema(
        operation_id="put_price_rule",
        request=PriceRuleChange,
        responses={200: PriceRuleShape, 201: PriceRuleShape},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the price rule with this external id, or add it."""
        values = {**self.parsed(PriceRuleChange), "external_id": external_id}
        return put_row(
            queries.price_rules_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_price_rule(actor=self.actor, values=values),
            change=lambda known: commands.change_price_rule(
                actor=self.actor, rule_id=known, changes=values, version=self.expected_version()
            ),
            shape=_shape,
        )


def _shape(row: PriceRule) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "dealer": row.dealer.public_id if row.dealer else None,
        "level": row.level.public_id if row.level else None,
        "sku": row.sku.public_id if row.sku else None,
        "fixed": None if row.fixed is None else plain(row.fixed),
        "rate": None if row.rate is None else plain(row.rate),
        "from_quantity": plain(row.from_quantity),
        "valid_from": None if row.valid_from is None else row.valid_from.isoformat(),
        "valid_until": None if row.valid_until is None else row.valid_until.isoformat(),
        "state": queries.state_of(row),
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }
