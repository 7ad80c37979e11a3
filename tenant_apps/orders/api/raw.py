"""REST doors of raw orders: only a dealer's own people and machines find any (W-136)."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.paging import listed, sparse
from platform_core.api.views import KEY_HEADER, Endpoint, tagged
from tenant_apps.orders.commands.raw import cancel_raw_order, edit_raw_order, submit_raw_order
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.models import RawOrder, RawOrderSource, SalesOrder
from tenant_apps.orders.queries.parties import address_named
from tenant_apps.orders.queries.raw import (
    RawFilter,
    raw_by_reference,
    raw_orders_matching,
    wanted_of_raw,
    whole_raw,
    with_lines,
)
from tenant_apps.orders.serializers.finance import ReasonInput
from tenant_apps.orders.serializers.orders import OrderOutput, order_shape
from tenant_apps.orders.serializers.raw import (
    RawBulkInput,
    RawBulkOutput,
    RawOrderDetail,
    RawOrderOutput,
    RawOrderPage,
    raw_detail_shape,
    raw_shape,
)
from tenant_apps.orders.serializers.wanted import OrderInput, changed, wanted_from

_KEY = OpenApiParameter(
    KEY_HEADER, str, OpenApiParameter.HEADER, description="The same key and body have one effect."
)
_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The raw order's ETag.")
_NAMES = ("q", "state", "mark", "shop", "source", "batch")
_FILTERS = [OpenApiParameter(name, str) for name in (*_NAMES, "updated_since")]


class _RawEndpoint(Endpoint):
    """Answers raw orders as they are stored after an act."""

    def shown(self, raw: RawOrder) -> dict[str, Any]:
        """The raw order with its lines and sales orders."""
        return raw_shape(whole_raw(self.actor, raw.public_id), self.actor)


class RawOrderList(_RawEndpoint):
    """Raw orders."""

    @extend_schema(operation_id="list_raw_orders", parameters=_FILTERS, responses=RawOrderPage)
    def get(self, request: Request) -> Response:
        """The dealer's raw orders, newest first; `?updated_since=` makes it a feed."""
        asked: dict[str, Any] = {name: request.query_params.get(name, "") for name in _NAMES}
        rows = with_lines(raw_orders_matching(self.actor, RawFilter(**asked)))
        return listed(request, rows, lambda found: [raw_shape(raw, self.actor) for raw in found])

    @extend_schema(
        operation_id="take_order", parameters=[_KEY], request=OrderInput, responses={201: RawOrderOutput}
    )
    def post(self, request: Request) -> Response:
        """Take a request and submit it. Unlike `POST /orders`, one that fails a check is kept with marks."""
        return self.once(
            take_order,
            self.taken,
            status=201,
            wanted=wanted_from(self.parsed(OrderInput), partial(address_named, self.actor)),
            source=RawOrderSource.API.value,
        )

    def taken(self, raw: RawOrder) -> dict[str, Any]:
        """The supplier's people never see a raw order again, but the one they have just sent."""
        found = with_lines(RawOrder.objects.filter(pk=raw.pk)).get()
        return raw_shape(found, self.actor)


class RawOrderOne(_RawEndpoint):
    """One raw order."""

    @extend_schema(operation_id="get_raw_order", responses=RawOrderDetail)
    def get(self, request: Request, public_id: str) -> Response:
        """The raw order with marks, lines and history."""
        raw = whole_raw(self.actor, public_id)
        return tagged(sparse(request, raw_detail_shape(raw, self.actor)), raw.version)

    @extend_schema(
        operation_id="edit_raw_order",
        parameters=[_KEY, _MATCH],
        request=OrderInput,
        responses=RawOrderOutput,
    )
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is named of a waiting raw order; it is checked again when it is submitted."""
        shape = OrderInput(data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        # Defaults of what was not sent must not erase what the raw order says.
        sent = {name: value for name, value in shape.validated_data.items() if name in request.data}
        raw = whole_raw(self.actor, public_id)
        return self.once(
            edit_raw_order,
            self.shown,
            raw_id=public_id,
            wanted=changed(wanted_of_raw(raw), sent, partial(address_named, self.actor)),
            version=self.expected_version(),
        )


class RawOrderByReference(_RawEndpoint):
    """One raw order by the dealer's own reference."""

    @extend_schema(operation_id="get_raw_order_by_reference", responses=RawOrderDetail)
    def get(self, request: Request, client_ref: str) -> Response:
        """The raw order that has this `client_ref` and was not given up."""
        raw = raw_by_reference(self.actor, client_ref)
        return tagged(sparse(request, raw_detail_shape(raw, self.actor)), raw.version)


class RawOrderSubmit(_RawEndpoint):
    """Submitting."""

    @extend_schema(operation_id="submit_raw_order", parameters=[_KEY], request=None, responses=OrderOutput)
    def post(self, request: Request, public_id: str) -> Response:
        """Every check of placing an order; answers the sales order, or the refusal that left its marks."""
        return self.once(submit_raw_order, self._order, raw_id=public_id)

    def _order(self, order: SalesOrder) -> dict[str, Any]:
        return order_shape(order, self.actor)


class RawOrderCancel(_RawEndpoint):
    """Giving up."""

    @extend_schema(
        operation_id="cancel_raw_order", parameters=[_KEY], request=ReasonInput, responses=RawOrderOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Give a waiting raw order up; its reference is free again."""
        reason = self.parsed(ReasonInput)["reason"]
        return self.once(cancel_raw_order, self.shown, raw_id=public_id, reason=reason)


class BulkSubmit(_RawEndpoint):
    """Many submits."""

    @extend_schema(
        operation_id="submit_raw_orders",
        parameters=[_KEY],
        request=RawBulkInput,
        responses={207: RawBulkOutput},
    )
    def post(self, request: Request) -> Response:
        """Submit up to 1,000 raw orders, each in a transaction of its own; a result per row."""
        return self.bulk(self.parsed(RawBulkInput)["ids"], self._one)

    def _one(self, raw_id: str, operation: UUID) -> dict[str, Any]:
        submit_raw_order(actor=self.actor, operation_id=operation, raw_id=raw_id)
        return raw_shape(whole_raw(self.actor, raw_id), self.actor)


class BulkCancel(_RawEndpoint):
    """Many at once given up."""

    @extend_schema(
        operation_id="cancel_raw_orders",
        parameters=[_KEY],
        request=RawBulkInput,
        responses={207: RawBulkOutput},
    )
    def post(self, request: Request) -> Response:
        """Cancel up to 1,000 raw orders, each in a transaction of its own; a result per row."""
        asked = self.parsed(RawBulkInput)

        def one(raw_id: str, operation: UUID) -> dict[str, Any]:
            raw = cancel_raw_order(
                actor=self.actor, operation_id=operation, raw_id=raw_id, reason=asked["reason"]
            )
            return self.shown(raw)

        return self.bulk(asked["ids"], one)
