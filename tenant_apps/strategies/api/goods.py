"""Goods strategies and dealers' own items over the API."""

from __future__ import annotations

from collections.abc import Sequence
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
from platform_core.kernel.actor import Actor
from platform_core.kernel.quantity import plain
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.models import DealerItem, GoodsStrategy, StrategyItem
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.rules import ItemChange
from tenant_apps.strategies.serializers import (
    AssignmentShape,
    AssignShape,
    ItemPage,
    ItemsShape,
    NameChange,
    NameShape,
    NameUpsert,
    ResetShape,
    ResultsShape,
    StrategyDealerPage,
    StrategyPage,
    StrategyShape,
)

STRATEGY_COLUMNS = Columns("name", "external_id")
DEALER_COLUMNS = Columns("code")
ITEM_COLUMNS = Columns(sku="sku__public_id", merchant_code="sku__merchant_code", flags=("enabled",))


class GoodsStrategies(Endpoint):
    """`/goods-strategies`."""

    @extend_schema(
        parameters=[OpenApiParameter("q", description="A part of the name."), *STRATEGY_COLUMNS.parameters],
        responses=StrategyPage,
    )
    def get(self, request: Request) -> Response:
        """All goods strategies with their counts."""
        self.actor.require(StrategyPermission.READ)
        rows = queries.strategies_with_counts(self.actor, request.query_params.get("q", ""))
        return listed(request, rows, lambda found: map(_strategy, found), columns=STRATEGY_COLUMNS)

    @extend_schema(parameters=[KEY], request=NameShape, responses={201: StrategyShape})
    def post(self, request: Request) -> Response:
        """Create an empty one."""
        return self.once(
            commands.create_strategy,
            lambda made: _strategy(_counted(self.actor, made.public_id)),
            status=201,
            **self.parsed(NameShape),
        )


class GoodsStrategyDetail(Endpoint):
    """`/goods-strategies/{id}`."""

    @extend_schema(responses=StrategyShape)
    def get(self, request: Request, public_id: str) -> Response:
        """One goods strategy."""
        self.actor.require(StrategyPermission.READ)
        strategy = _counted(self.actor, public_id)
        return tagged(sparse(request, _strategy(strategy)), strategy.version)

    @extend_schema(request=NameChange, responses=StrategyShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Rename it; `If-Match` guards against a lost change."""
        commands.rename_strategy(
            actor=self.actor,
            strategy_id=public_id,
            version=self.expected_version(),
            **self.parsed(NameChange),
        )
        return _one_strategy(self.actor, public_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete it while no dealer buys by it."""
        commands.delete_strategy(actor=self.actor, strategy_id=public_id)
        return Response(status=204)


class GoodsStrategyByExternalId(Endpoint):
    """A goods strategy by the id of another system."""

    @extend_schema(request=NameUpsert, responses={200: StrategyShape, 201: StrategyShape})
    def put(self, request: Request, external_id: str) -> Response:
        """Rename the goods strategy with this external id, or create it."""
        values = self.parsed(NameUpsert)
        return put_row(
            queries.strategies_visible_to(self.actor),
            external_id,
            add=lambda: commands.create_strategy(
                actor=self.actor, external_id=external_id, **{"name": "", **values}
            ),
            change=lambda known: commands.rename_strategy(
                actor=self.actor, strategy_id=known, version=self.expected_version(), **values
            ),
            shape=lambda row: _strategy(_counted(self.actor, row.public_id)),
        )


class GoodsStrategyItems(Endpoint):
    """`/goods-strategies/{id}/items`."""

    @extend_schema(parameters=ITEM_COLUMNS.parameters, responses=ItemPage)
    def get(self, request: Request, public_id: str) -> Response:
        """The SKUs and prices of a strategy."""
        self.actor.require(StrategyPermission.READ)
        strategy = queries.strategy_for(self.actor, public_id)
        rows = strategy.items.select_related("sku")
        return listed(request, rows, lambda found: map(_item, found), order=("id",), columns=ITEM_COLUMNS)

    @extend_schema(request=ItemsShape, responses={207: ResultsShape})
    def post(self, request: Request, public_id: str) -> Response:
        """Update or add SKUs by merchant code, at most 1,000; a result per row, good rows are stored."""
        changes = _changes(self.parsed(ItemsShape))
        results = commands.put_items(actor=self.actor, strategy_id=public_id, items=changes, partly=True)
        return results_of(results)


class GoodsStrategyDealers(Endpoint):
    """`/goods-strategies/{id}/dealers`."""

    @extend_schema(
        operation_id="list_dealers_of_goods_strategy",
        parameters=[
            OpenApiParameter("q", description="Words of code or name; pinyin and initials too."),
            *DEALER_COLUMNS.parameters,
        ],
        responses=StrategyDealerPage,
    )
    def get(self, request: Request, public_id: str) -> Response:
        """Who buys by a strategy, each with the count of what is its own (W-073)."""
        self.actor.require(StrategyPermission.READ)
        strategy = queries.strategy_for(self.actor, public_id)
        rows = queries.dealers_on(self.actor, strategy, request.query_params.get("q", ""))
        return listed(request, rows, lambda found: map(_user, found), columns=DEALER_COLUMNS)


class GoodsStrategyReset(Endpoint):
    """`/goods-strategies/{id}/reset`."""

    @extend_schema(request=ResetShape, responses=StrategyShape)
    def post(self, request: Request, public_id: str) -> Response:
        """Clear all SKUs; the numbers confirm what that takes away."""
        asked = self.parsed(ResetShape)
        commands.reset_strategy(actor=self.actor, strategy_id=public_id, **asked)
        return _one_strategy(self.actor, public_id)


class DealerStrategy(Endpoint):
    """`/dealers/{id}/strategy`."""

    @extend_schema(responses=AssignmentShape)
    def get(self, request: Request, public_id: str) -> Response:
        """What the dealer's goods follow, and how many own rows lie over it."""
        return Response(sparse(request, _assignment(_dealer(self.actor, public_id))))

    @extend_schema(request=AssignShape, responses=AssignmentShape)
    def put(self, request: Request, public_id: str) -> Response:
        """Assign a strategy (W-075, W-077)."""
        asked = self.parsed(AssignShape)
        commands.assign_strategy(
            actor=self.actor, dealer_id=public_id, strategy_id=asked["strategy"], losing=asked["losing"]
        )
        return Response(_assignment(_dealer(self.actor, public_id)))


class DealerItems(Endpoint):
    """`/dealers/{id}/items`."""

    @extend_schema(parameters=ITEM_COLUMNS.parameters, responses=ItemPage)
    def get(self, request: Request, public_id: str) -> Response:
        """The dealer's own rows; null follows the strategy."""
        rows = DealerItem.objects.select_related("sku").filter(dealer=_dealer(self.actor, public_id))
        return listed(request, rows, lambda found: map(_own, found), order=("id",), columns=ITEM_COLUMNS)

    @extend_schema(request=ItemsShape, responses={207: ResultsShape})
    def post(self, request: Request, public_id: str) -> Response:
        """Override or add SKUs for this dealer alone, at most 1,000; a result per row."""
        changes = _changes(self.parsed(ItemsShape))
        results = commands.put_own_items(actor=self.actor, dealer_id=public_id, items=changes, partly=True)
        return results_of(results)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """All own rows follow the strategy again."""
        commands.return_to_strategy(actor=self.actor, dealer_id=public_id)
        return Response(status=204)


class DealerItemDetail(Endpoint):
    """`/dealers/{id}/items/{sku}`."""

    @extend_schema(
        parameters=[OpenApiParameter("field", description="price or enabled; both without it.")],
        responses={204: None},
    )
    def delete(self, request: Request, public_id: str, sku_id: str) -> Response:
        """One SKU, or one field of it, follows the strategy again."""
        field = request.query_params.get("field")
        fields = [field] if field in commands.FIELDS else commands.FIELDS
        commands.return_to_strategy(actor=self.actor, dealer_id=public_id, sku_ids=[sku_id], fields=fields)
        return Response(status=204)


def _dealer(actor: Actor, public_id: str) -> Dealer:
    """A dealer whose goods the supplier's people may read."""
    actor.require(StrategyPermission.READ)
    return dealers.dealer_for(actor, public_id)


def _one_strategy(actor: Actor, public_id: str) -> Response:
    strategy = _counted(actor, public_id)
    return tagged(_strategy(strategy), strategy.version)


def _counted(actor: Actor, public_id: str) -> GoodsStrategy:
    row = queries.strategies_with_counts(actor).filter(public_id=public_id).first()
    return row or queries.strategy_for(actor, public_id)


def _strategy(row: Any) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "name": row.name,
        "item_count": row.item_count,
        "dealer_count": row.dealer_count,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def _user(row: Dealer) -> dict[str, Any]:
    return {
        "dealer": row.public_id,
        "code": row.code,
        "name": row.name,
        "own_rows": row.own_count,  # type: ignore[attr-defined]  # annotated
    }


def _item(row: StrategyItem) -> dict[str, Any]:
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "price": plain(row.settlement_price),
        "enabled": row.enabled,
        "updated_at": instant(row.updated_at),
    }


def _own(row: DealerItem) -> dict[str, Any]:
    price = row.settlement_price
    return {
        "sku": row.sku.public_id,
        "merchant_code": row.sku.merchant_code,
        "price": None if price is None else plain(price),
        "enabled": row.enabled,
        "added": row.added,
        "updated_at": instant(row.updated_at),
    }


def _assignment(dealer: Dealer) -> dict[str, Any]:
    strategy = queries.strategy_of(dealer)
    return {
        "strategy": strategy.public_id if strategy else None,
        "name": strategy.name if strategy else None,
        "own_rows": queries.own_row_count(dealer),
    }


def _changes(asked: dict[str, Any]) -> list[ItemChange]:
    return [
        ItemChange(one["merchant_code"], one.get("price"), one.get("enabled"), one.get("pack", ""))
        for one in asked["items"]
    ]


def results_of(results: Sequence[commands.RowResult]) -> Response:
    """A result per row."""
    found = [_result(index, one) for index, one in enumerate(results)]
    return Response({"results": found}, status=207)


def _result(index: int, one: commands.RowResult) -> dict[str, Any]:
    told = {"index": index, "merchant_code": one.code, "outcome": one.outcome}
    return {**told, "code": one.problem.code, "message": str(one.problem)} if one.problem else told
