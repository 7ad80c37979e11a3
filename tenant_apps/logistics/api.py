"""REST doors of warehouses and carriers."""

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
from platform_core.commands import Command
from tenant_apps.logistics import commands, queries
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.logistics.permissions import LogisticsPermission
from tenant_apps.logistics.serializers import (
    CarrierChange,
    CarrierInput,
    CarrierOutput,
    CarrierPage,
    MemoRuleChange,
    MemoRuleInput,
    MemoRuleOutput,
    MemoRulePage,
    WarehouseChange,
    WarehouseInput,
    WarehouseOutput,
    WarehousePage,
    carrier_shape,
    flat,
    memo_rule_shape,
    warehouse_shape,
)

WORDS = OpenApiParameter("q", description="A part of code or name.")
WAREHOUSE_COLUMNS = Columns("code", "name", "external_id", "kind", flags=("enabled", "is_default"))
CARRIER_COLUMNS = Columns("code", "name", "external_id", flags=("enabled", "is_default", "free_shipping"))
MEMO_RULE_COLUMNS = Columns("target", "keyword", carrier="carrier__public_id", flags=("enabled",))
WAREHOUSE_STEPS: dict[str, Command[..., Warehouse]] = {
    "enable": commands.enable_warehouse,
    "disable": commands.disable_warehouse,
    "make-default": commands.make_default_warehouse,
}
CARRIER_STEPS: dict[str, Command[..., Carrier]] = {
    "enable": commands.enable_carrier,
    "disable": commands.disable_carrier,
    "make-default": commands.make_default_carrier,
}


class WarehouseList(Endpoint):
    """Warehouses."""

    @extend_schema(
        operation_id="list_warehouses",
        parameters=[WORDS, *WAREHOUSE_COLUMNS.parameters],
        responses=WarehousePage,
    )
    def get(self, request: Request) -> Response:
        """The warehouses the caller may see."""
        self.actor.require(LogisticsPermission.READ)
        rows = queries.warehouses_visible_to(self.actor).prefetch_related("finance_conditions__carrier")
        rows = queries.matching(rows, request.query_params.get("q", ""), "", "")
        return listed(request, rows, lambda found: map(warehouse_shape, found), columns=WAREHOUSE_COLUMNS)

    @extend_schema(
        operation_id="add_warehouse",
        parameters=[KEY],
        request=WarehouseInput,
        responses={201: WarehouseOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a warehouse."""
        values = flat(self.parsed(WarehouseInput))
        return self.once(commands.add_warehouse, warehouse_shape, status=201, values=values)


class WarehouseOne(Endpoint):
    """One warehouse."""

    @extend_schema(operation_id="get_warehouse", responses=WarehouseOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One warehouse."""
        self.actor.require(LogisticsPermission.READ)
        row = queries.warehouse_for(self.actor, public_id)
        return tagged(sparse(request, warehouse_shape(row)), row.version)

    @extend_schema(operation_id="change_warehouse", request=WarehouseChange, responses=WarehouseOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a warehouse; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_warehouse(
            actor=self.actor,
            warehouse_id=public_id,
            changes=flat(_named(self, WarehouseChange)),
            version=self.expected_version(),
        )
        return tagged(warehouse_shape(row), row.version)


class WarehouseByExternalId(Endpoint):
    """A warehouse by the id of another system."""

    @extend_schema(
        operation_id="put_warehouse",
        request=WarehouseChange,
        responses={200: WarehouseOutput, 201: WarehouseOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the warehouse with this external id, or add it."""
        values = {**flat(_named(self, WarehouseChange)), "external_id": external_id}
        return put_row(
            queries.warehouses_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_warehouse(actor=self.actor, values=values),
            change=lambda known: commands.change_warehouse(
                actor=self.actor, warehouse_id=known, changes=values, version=self.expected_version()
            ),
            shape=warehouse_shape,
        )


class WarehouseStep(Endpoint):
    """What can be done with a warehouse."""

    @extend_schema(operation_id="step_warehouse", request=None, responses=WarehouseOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable, disable, or make the default."""
        row = WAREHOUSE_STEPS[step](actor=self.actor, warehouse_id=public_id)
        return tagged(warehouse_shape(row), row.version)


class WarehouseConditions(Endpoint):
    """Copying conditions."""

    @extend_schema(
        operation_id="apply_conditions_everywhere", request=None, responses=WarehouseOutput(many=True)
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Copy the conditions to every other enabled warehouse with finance review; answers those."""
        rows = commands.apply_conditions_everywhere(actor=self.actor, warehouse_id=public_id)
        ids = [row.pk for row in rows]
        found = queries.warehouses_visible_to(self.actor).filter(pk__in=ids).order_by("id")
        return Response(
            [warehouse_shape(row) for row in found.prefetch_related("finance_conditions__carrier")]
        )


class CarrierList(Endpoint):
    """Carriers."""

    @extend_schema(
        operation_id="list_carriers", parameters=[WORDS, *CARRIER_COLUMNS.parameters], responses=CarrierPage
    )
    def get(self, request: Request) -> Response:
        """All carriers, for a dealer the enabled ones."""
        self.actor.require(LogisticsPermission.READ)
        rows = queries.carriers_visible_to(self.actor)
        rows = queries.carriers_matching(rows, request.query_params.get("q", ""), "")
        return listed(request, rows, lambda found: map(carrier_shape, found), columns=CARRIER_COLUMNS)

    @extend_schema(
        operation_id="add_carrier", parameters=[KEY], request=CarrierInput, responses={201: CarrierOutput}
    )
    def post(self, request: Request) -> Response:
        """Add a carrier."""
        return self.once(commands.add_carrier, carrier_shape, status=201, values=self.parsed(CarrierInput))


class CarrierOne(Endpoint):
    """One carrier."""

    @extend_schema(operation_id="get_carrier", responses=CarrierOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One carrier."""
        self.actor.require(LogisticsPermission.READ)
        row = queries.carrier_for(self.actor, public_id)
        return tagged(sparse(request, carrier_shape(row)), row.version)

    @extend_schema(operation_id="change_carrier", request=CarrierChange, responses=CarrierOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a carrier; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_carrier(
            actor=self.actor,
            carrier_id=public_id,
            changes=_named(self, CarrierChange),
            version=self.expected_version(),
        )
        return tagged(carrier_shape(row), row.version)


class CarrierByExternalId(Endpoint):
    """A carrier by the id of another system."""

    @extend_schema(
        operation_id="put_carrier", request=CarrierChange, responses={200: CarrierOutput, 201: CarrierOutput}
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the carrier with this external id, or add it."""
        values = {**_named(self, CarrierChange), "external_id": external_id}
        return put_row(
            queries.carriers_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_carrier(actor=self.actor, values=values),
            change=lambda known: commands.change_carrier(
                actor=self.actor, carrier_id=known, changes=values, version=self.expected_version()
            ),
            shape=carrier_shape,
        )


class CarrierStep(Endpoint):
    """What can be done with a carrier."""

    @extend_schema(operation_id="step_carrier", request=None, responses=CarrierOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable, disable, or make the default."""
        row = CARRIER_STEPS[step](actor=self.actor, carrier_id=public_id)
        return tagged(carrier_shape(row), row.version)


class MemoRuleList(Endpoint):
    """Rules of memo extraction."""

    @extend_schema(
        operation_id="list_memo_rules", parameters=MEMO_RULE_COLUMNS.parameters, responses=MemoRulePage
    )
    def get(self, request: Request) -> Response:
        """The rules that set an order's carrier by its memos; a dealer's caller sees none."""
        self.actor.require(LogisticsPermission.READ)
        rows = queries.memo_rules_visible_to(self.actor)
        return listed(request, rows, lambda found: map(memo_rule_shape, found), columns=MEMO_RULE_COLUMNS)

    @extend_schema(
        operation_id="add_memo_rule",
        parameters=[KEY],
        request=MemoRuleInput,
        responses={201: MemoRuleOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a rule; without a position it comes last."""
        values = self.parsed(MemoRuleInput)
        return self.once(commands.add_memo_rule, memo_rule_shape, status=201, values=values)


class MemoRuleOne(Endpoint):
    """One rule of memo extraction."""

    @extend_schema(operation_id="get_memo_rule", responses=MemoRuleOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One rule."""
        self.actor.require(LogisticsPermission.READ)
        row = queries.memo_rule_for(self.actor, public_id)
        return tagged(sparse(request, memo_rule_shape(row)), row.version)

    @extend_schema(operation_id="change_memo_rule", request=MemoRuleChange, responses=MemoRuleOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a rule; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_memo_rule(
            actor=self.actor,
            rule_id=public_id,
            changes=_named(self, MemoRuleChange),
            version=self.expected_version(),
        )
        return tagged(memo_rule_shape(row), row.version)

    @extend_schema(operation_id="delete_memo_rule", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete a rule; orders keep the carrier it gave them."""
        commands.delete_memo_rule(actor=self.actor, rule_id=public_id)
        return Response(status=204)


def _named(endpoint: Endpoint, shape: Any) -> dict[str, Any]:
    """Of the parsed input only what the caller named, also inside the address: no default may overwrite."""
    values = dict(endpoint.parsed(shape))
    data: Any = endpoint.request.data
    given = data.get("address")
    if isinstance(given, dict) and "address" in values:
        values["address"] = {name: one for name, one in values["address"].items() if name in given}
    return values
