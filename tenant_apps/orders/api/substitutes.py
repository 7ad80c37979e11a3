"""REST doors of substitutes."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.errors import field_problem
from platform_core.api.paging import listed
from platform_core.api.views import Endpoint
from tenant_apps.orders.commands.substitutes import put_substitutes
from tenant_apps.orders.queries import substitutes as queries
from tenant_apps.orders.serializers.substitutes import (
    SubstitutePage,
    SubstituteResults,
    SubstitutesInput,
    substitute_shape,
)

COLUMNS = Columns(
    sku="sku__public_id",
    merchant_code="sku__merchant_code",
    substitute="substitute__public_id",
    substitute_code="substitute__merchant_code",
)


class Substitutes(Endpoint):
    """`/substitutes`: rows of lists, named by SKU and written in bulk."""

    @extend_schema(operation_id="list_substitutes", parameters=COLUMNS.parameters, responses=SubstitutePage)
    def get(self, request: Request) -> Response:
        """What is proposed to dealers when a SKU is short, for the supplier's people."""
        rows = queries.substitutes_visible_to(self.actor)
        return listed(request, rows, lambda found: map(substitute_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="put_substitutes", request=SubstitutesInput, responses={207: SubstituteResults}
    )
    def post(self, request: Request) -> Response:
        """Replace the whole lists of at most 1,000 SKUs; good rows are stored, with a result per row."""
        items = [
            queries.SubstituteChange(one["sku"], tuple(one["substitutes"]))
            for one in self.parsed(SubstitutesInput)["items"]
        ]
        rows = put_substitutes(actor=self.actor, items=items, partly=True)
        results = [
            {
                "index": index,
                "sku": one.change.sku,
                "outcome": one.outcome,
                "problems": [field_problem(problem) for problem in one.problems],
            }
            for index, one in enumerate(rows)
        ]
        return Response({"results": results}, status=207)
