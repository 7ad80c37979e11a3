"""A dealer's own item codes over the API (K-06)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.fields import instant
from platform_core.api.paging import listed
from platform_core.api.views import Endpoint
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.api.goods import results_of
from tenant_apps.strategies.models import DealerCode
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.rules import CodeChange
from tenant_apps.strategies.serializers.goods import CodePage, CodesShape, ResultsShape

COLUMNS = Columns(own_code="code", sku="sku__public_id", merchant_code="sku__merchant_code")


class DealerCodes(Endpoint):
    """`/dealers/{id}/codes`."""

    @extend_schema(parameters=COLUMNS.parameters, responses=CodePage)
    def get(self, request: Request, public_id: str) -> Response:
        """How the dealer itself calls its goods."""
        reading = StrategyPermission.READ if self.actor.dealer_id is None else StrategyPermission.READ_OFFER
        self.actor.require(reading)
        rows = queries.codes_of_dealer(dealers.dealer_for(self.actor, public_id))
        return listed(request, rows, lambda found: map(_code, found), columns=COLUMNS)

    @extend_schema(request=CodesShape, responses={207: ResultsShape})
    def post(self, request: Request, public_id: str) -> Response:
        """Set own codes and names by merchant code, at most 1,000; a blank one is forgotten.

        A result per row; good rows are stored.
        """
        items = [
            CodeChange(one["merchant_code"], one["own_code"], one["own_name"])
            for one in self.parsed(CodesShape)["items"]
        ]
        results = commands.put_codes(actor=self.actor, dealer_id=public_id, items=items, partly=True)
        return results_of(results)


def _code(row: DealerCode) -> dict[str, Any]:
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "own_code": row.code,
        "own_name": row.name,
        "updated_at": instant(row.updated_at),
    }
