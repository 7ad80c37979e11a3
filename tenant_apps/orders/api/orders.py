"""REST doors of orders."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from platform_core.api.errors import field_problem
from platform_core.api.paging import listed, sparse
from platform_core.api.views import KEY_HEADER, Endpoint, tagged
from platform_core.commands import Command
from tenant_apps.orders.api.choosing import EXPLAIN, explained, is_explained
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.finance import (
    approve_order,
    reject_finance,
    return_level,
)
from tenant_apps.orders.commands.limits import decline_order
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import check_batch, review_order
from tenant_apps.orders.models import RawOrderSource, SalesOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.details import wanted_of, whole_order
from tenant_apps.orders.queries.drafts import draft_of
from tenant_apps.orders.queries.lists import OrderFilter, orders_matching
from tenant_apps.orders.queries.orders import with_ids_together
from tenant_apps.orders.queries.parties import address_named
from tenant_apps.orders.queries.proposing import shortage_facts, shortages_of
from tenant_apps.orders.queries.quotes import quote_of
from tenant_apps.orders.queries.review_checks import review_checks
from tenant_apps.orders.queries.search import EXACT
from tenant_apps.orders.serializers.finance import (
    ApproveInput,
    ReasonInput,
    adjustments_of,
    grants_of,
    terms_of,
)
from tenant_apps.orders.serializers.orders import (
    BulkInput,
    BulkOutput,
    OrderDetail,
    OrderOutput,
    OrderPage,
    detail_shape,
    order_shape,
)
from tenant_apps.orders.serializers.quotes import QuoteOutput
from tenant_apps.orders.serializers.steps import BulkStepInput, LineCancelInput
from tenant_apps.orders.serializers.wanted import OrderInput, changed, wanted_from

_KEY = OpenApiParameter(
    KEY_HEADER, str, OpenApiParameter.HEADER, description="The same key and body have one effect."
)
_EXPLAIN = OpenApiParameter(
    "explain", bool, description="`1`: say why a review would pass or be refused now."
)
_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The order's ETag.")
_FILTERS = [
    *[OpenApiParameter(name, str) for name in ("q", "state", "warehouse", "shop", "dealer", "updated_since")],
    *[OpenApiParameter(name, str, description="Exactly this.") for name in EXACT],
    OpenApiParameter(
        "waiting",
        str,
        description="`me`: the caller's to approve; `approval`: above a buyer's limit; `long`: too long.",
    ),
]
# Steps that need nothing but the order and a reason.
_STEPS: dict[str, Command[..., SalesOrder]] = {
    "reject-finance": reject_finance,
    "return-level": return_level,
    "decline": decline_order,
    "reject": reject_order,
    "cancel": cancel_order,
    "close-rest": close_rest,
}


class OrderList(Endpoint):
    """Orders."""

    @extend_schema(operation_id="list_orders", parameters=_FILTERS, responses=OrderPage)
    def get(self, request: Request) -> Response:
        """The orders the caller may see, newest first; `?updated_since=` makes it a feed."""
        names = ("q", "state", "warehouse", "shop", "dealer", "waiting", *EXACT)
        asked: dict[str, Any] = {name: request.query_params.get(name, "") for name in names}
        rows = orders_matching(self.actor, OrderFilter(**asked))
        rows = with_ids_together(rows.select_related("dealer", "shop", "warehouse", "carrier"))
        return listed(request, rows, lambda found: [order_shape(order, self.actor) for order in found])

    @extend_schema(
        operation_id="place_order", parameters=[_KEY], request=OrderInput, responses={201: OrderOutput}
    )
    def post(self, request: Request) -> Response:
        """Place an order. All checks pass and it is stored, or it is refused and nothing is."""
        return self.once(
            place_order,
            partial(order_shape, actor=self.actor),
            status=201,
            wanted=wanted_from(self.parsed(OrderInput), partial(address_named, self.actor)),
            source=RawOrderSource.API.value,
        )


class OrderOne(Endpoint):
    """One order."""

    @extend_schema(operation_id="get_order", parameters=[_EXPLAIN], responses=OrderDetail)
    def get(self, request: Request, public_id: str) -> Response:
        """The order with lines, adjustments and history.

        With `explain` also what the caller's review, or approval, would say now: check by check.
        """
        order = whole_order(self.actor, public_id)
        found = detail_shape(order, self.actor)
        if is_explained(request):
            found["review"] = [asdict(one) for one in review_checks(self.actor, order)]
        return tagged(sparse(request, found), order.version)

    @extend_schema(
        operation_id="edit_order", parameters=[_KEY, _MATCH], request=OrderInput, responses=OrderOutput
    )
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is named; every check runs again and prices are taken anew."""
        shape = OrderInput(data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        # Defaults of what was not sent must not erase what the order has.
        sent = {name: value for name, value in shape.validated_data.items() if name in request.data}
        order = whole_order(self.actor, public_id)
        return self.once(
            edit_order,
            partial(order_shape, actor=self.actor),
            order_id=public_id,
            wanted=changed(wanted_of(order), sent, partial(address_named, self.actor)),
            version=self.expected_version(),
        )


class OrderReview(Endpoint):
    """The dealer's review."""

    @extend_schema(operation_id="review_order", parameters=[_KEY], request=None, responses=OrderOutput)
    def post(self, request: Request, public_id: str) -> Response:
        """Compute freight, charge the wallet and reserve the stock: all or nothing."""
        return self.once(review_order, partial(order_shape, actor=self.actor), order_id=public_id)


class OrderApprove(Endpoint):
    """The supplier's finance review."""

    @extend_schema(
        operation_id="approve_order", parameters=[_KEY], request=ApproveInput, responses=OrderOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Approve; with `adjustments` and `grants` the difference moves at once.

        What is granted less is neither charged nor reserved; freight stays unless it is adjusted. The demand
        stays on the line. Rejecting restores all of it.

        With an approval chain this approves the level that waits; the last one approves the order.
        """
        data = self.parsed(ApproveInput)
        return self.once(
            approve_order,
            partial(order_shape, actor=self.actor),
            order_id=public_id,
            adjustments=adjustments_of(data),
            grants=grants_of(data),
            terms=terms_of(data),
            reason=data["reason"],
            is_confirmed=data["confirm_alone"],
        )


class OrderStep(Endpoint):
    """Sending back and ending."""

    @extend_schema(operation_id="step_order", parameters=[_KEY], request=ReasonInput, responses=OrderOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """`reject-finance`, `return-level`, `decline`, `reject`, `cancel` or `close-rest`, with a reason.

        `return-level` goes back by one level of the approval chain; `decline` is the no of an approver of
        the dealer to an order above its buyer's spending limit.
        """
        return self.once(
            _STEPS[step],
            partial(order_shape, actor=self.actor),
            order_id=public_id,
            reason=self.parsed(ReasonInput)["reason"],
        )


class OrderLineCancel(Endpoint):
    """Taking a line out."""

    @extend_schema(
        operation_id="cancel_order_line", parameters=[_KEY], request=LineCancelInput, responses=OrderOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Take one line out before the order is pushed: its money and stock return, the others stay."""
        data = self.parsed(LineCancelInput)
        return self.once(
            cancel_line,
            partial(order_shape, actor=self.actor),
            order_id=public_id,
            line=data["line"],
            reason=data["reason"],
        )


class BulkStep(Endpoint):
    """Many approvals, or many orders sent back or ended."""

    @extend_schema(
        operation_id="step_orders", parameters=[_KEY], request=BulkStepInput, responses={207: BulkOutput}
    )
    def post(self, request: Request, step: str) -> Response:
        """`approve`, `reject-finance`, `reject` or `cancel` up to 1,000 orders; a result per row.

        Each in a transaction of its own. `approve` approves the caller's level of each, with the same
        adjustments and grants (by merchant code).
        """
        data = self.parsed(BulkStepInput)
        asked: dict[str, Any] = {"reason": data["reason"]}
        if step == "approve":
            asked.update(adjustments=adjustments_of(data), grants=grants_of(data))
        act = approve_order if step == "approve" else _STEPS[step]

        def one(order_id: str, operation: UUID) -> dict[str, Any]:
            order: SalesOrder = act(actor=self.actor, operation_id=operation, order_id=order_id, **asked)
            return order_shape(order, self.actor)

        return self.bulk(data["ids"], one)


class BulkReview(Endpoint):
    """Many reviews."""

    @extend_schema(
        operation_id="review_orders", parameters=[_KEY], request=BulkInput, responses={207: BulkOutput}
    )
    def post(self, request: Request) -> Response:
        """Review up to 1,000 orders, each in a transaction of its own; a result per row.

        More than five orders of one nickname in a batch are refused with 422 and nothing is reviewed.
        """
        ids = self.parsed(BulkInput)["ids"]
        check_batch(self.actor, ids)
        return self.bulk(ids, self._one)

    def _one(self, order_id: str, operation: UUID) -> dict[str, Any]:
        order: SalesOrder = review_order(actor=self.actor, operation_id=operation, order_id=order_id)
        return order_shape(order, self.actor)


class Quote(Endpoint):
    """What a request would come to."""

    @extend_schema(
        operation_id="quote_order", parameters=[EXPLAIN], request=OrderInput, responses=QuoteOutput
    )
    def post(self, request: Request) -> Response:
        """Totals, weight and freight, and everything that would refuse the order; nothing is stored.

        `short` are lines that are granted less than they ask for, `substitutes` what may be ordered instead.
        With `explain` also every warehouse, and why this one and this carrier were chosen.
        """
        self.actor.require(OrderPermission.PLACE)
        shape: type[Serializer[Any]] = OrderInput
        draft = draft_of(self.actor, wanted_from(self.parsed(shape), partial(address_named, self.actor)))
        instead = [shortage_facts(one) for one in shortages_of(self.actor, draft)]
        errors = [field_problem(problem) for problem in draft.problems]
        found = {**quote_of(draft), "substitutes": instead, "errors": errors}
        return Response({**found, **explained(self.actor, draft)} if is_explained(request) else found)
