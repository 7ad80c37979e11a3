"""Freight tables and quotes over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.fields import instant
from platform_core.api.paging import listed, sparse
from platform_core.api.views import Endpoint, tagged
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from tenant_apps.logistics import queries as logistics
from tenant_apps.strategies import queries
from tenant_apps.strategies.models import FreightStrategy
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.serializers import (
    FreightStrategyPage,
    FreightStrategyShape,
    QuoteRequestShape,
    QuoteShape,
)

COLUMNS = Columns("name", warehouse="warehouse__public_id")


class FreightStrategies(Endpoint):
    """`/freight-strategies`."""

    @extend_schema(parameters=COLUMNS.parameters, responses=FreightStrategyPage)
    def get(self, request: Request) -> Response:
        """The freight tables of the visible warehouses, without their rows."""
        self.actor.require(StrategyPermission.READ)
        rows = queries.freight_strategies_visible_to(self.actor)
        return listed(request, rows, lambda found: map(_strategy, found), columns=COLUMNS)


class FreightStrategyDetail(Endpoint):
    """`/freight-strategies/{id}`."""

    @extend_schema(responses=FreightStrategyShape)
    def get(self, request: Request, public_id: str) -> Response:
        """One freight table with its rows."""
        self.actor.require(StrategyPermission.READ)
        strategy = queries.freight_strategy_for(self.actor, public_id)
        lines = queries.freight_table(strategy.warehouse_id)
        rows = [_row(line) for line in queries.coded_lines(lines)]
        return tagged(sparse(request, {**_strategy(strategy), "rows": rows}), strategy.version)


class FreightQuotes(Endpoint):
    """`/freight-quote`."""

    @extend_schema(request=QuoteRequestShape, responses=QuoteShape)
    def post(self, request: Request) -> Response:
        """What transport to an address costs, step by step; stores nothing."""
        asking = StrategyPermission.READ if self.actor.dealer_id is None else StrategyPermission.READ_OFFER
        self.actor.require(asking)
        asked = self.parsed(QuoteRequestShape)
        warehouse = logistics.warehouse_for(self.actor, asked["warehouse"])
        named = asked.get("carrier")
        carrier = logistics.carrier_for(self.actor, named) if named else None
        place = queries.destination(asked["address"])
        currency = Currency(serving().currency)
        quote = queries.freight_quote(
            warehouse_id=warehouse.pk,
            carrier=carrier,
            address=place,
            weight_kg=asked["weight_kg"],
            currency=currency,
        )
        reaching = queries.carriers_reaching(warehouse_ids=[warehouse.pk], address=place)
        return Response(
            {
                "known": quote.known,
                "amount": str(quote.amount.amount),
                "currency": currency.value,
                "reason": quote.reason,
                "message": queries.reason_sentence(quote.reason),
                "rounding": quote.rounding,
                "line": _taken_line(quote),
                "steps": quote.step_facts(),
                "carriers": [one.public_id for one in reaching],
            }
        )


def _strategy(row: FreightStrategy) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "name": row.name,
        "warehouse": row.warehouse.public_id,
        "rounding": row.rounding,
        "version": row.version,
        "updated_at": instant(row.updated_at),
    }


def _area(line: queries.TableLine) -> dict[str, str]:
    area = line.area
    return {
        "country": area.country,
        "region1": area.region1,
        "region2": area.region2,
        "region3": area.region3,
        "postcode_prefix": area.postcode_prefix,
    }


def _row(coded: tuple[str | None, queries.TableLine]) -> dict[str, Any]:
    carrier, line = coded
    rate = line.rate
    return {
        "carrier": carrier,
        **_area(line),
        "first_kg": plain(rate.first_kg),
        "first_fee": plain(rate.first_fee),
        "tiers": [
            {
                "up_to_kg": None if tier.up_to_kg is None else plain(tier.up_to_kg),
                "unit_kg": plain(tier.unit_kg),
                "fee": plain(tier.fee),
            }
            for tier in rate.tiers
        ],
    }


def _taken_line(quote: queries.FreightQuote) -> dict[str, Any] | None:
    """The line of the table that was taken: its number, and where and for whom it holds."""
    if quote.line is None:
        return None
    ((carrier, line),) = queries.coded_lines([quote.line])
    return {"number": line.position + 1, "carrier": carrier, **_area(line)}
