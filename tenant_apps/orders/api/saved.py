"""REST doors of orders in two phases: save, change, commit, void (TB-04, TB-05)."""

from __future__ import annotations

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint
from tenant_apps.orders.commands.saved import change_saved, commit_saved, save_order, void_saved
from tenant_apps.orders.models import RawOrder, RawOrderSource
from tenant_apps.orders.queries.parties import address_named
from tenant_apps.orders.queries.raw import whole_raw
from tenant_apps.orders.serializers.orders import OrderOutput, order_shape
from tenant_apps.orders.serializers.raw import RawOrderOutput, raw_shape
from tenant_apps.orders.serializers.wanted import OrderInput, wanted_from


class _SavedEndpoint(Endpoint):
    """Answers saved orders as they are stored after an act."""

    def shown(self, raw: RawOrder) -> dict[str, Any]:
        """The raw order with its lines."""
        return raw_shape(whole_raw(self.actor, raw.public_id), self.actor)


class SavedOrders(_SavedEndpoint):
    """Saving."""

    @extend_schema(
        operation_id="save_order", parameters=[KEY], request=OrderInput, responses={201: RawOrderOutput}
    )
    def post(self, request: Request) -> Response:
        """Keep a checked order for the open order day: void unless it is committed before the cut-off."""
        return self.once(
            save_order,
            self.shown,
            status=201,
            wanted=wanted_from(self.parsed(OrderInput), partial(address_named, self.actor)),
            source=RawOrderSource.API.value,
        )


class SavedChange(_SavedEndpoint):
    """Changing."""

    @extend_schema(
        operation_id="change_saved_order", parameters=[KEY], request=OrderInput, responses=RawOrderOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Replace what a saved order asks for; every check runs again."""
        whole_raw(self.actor, public_id)
        return self.once(
            change_saved,
            self.shown,
            raw_id=public_id,
            wanted=wanted_from(self.parsed(OrderInput), partial(address_named, self.actor)),
            version=self.expected_version(),
        )


class SavedCommit(_SavedEndpoint):
    """Deciding to buy."""

    @extend_schema(operation_id="commit_saved_order", parameters=[KEY], request=None, responses=OrderOutput)
    def post(self, request: Request, public_id: str) -> Response:
        """Buy a saved order: its dealer changes it no more for this order day."""
        return self.once(commit_saved, partial(order_shape, actor=self.actor), raw_id=public_id)


class SavedVoid(_SavedEndpoint):
    """Discarding."""

    @extend_schema(operation_id="void_saved_order", parameters=[KEY], request=None, responses=RawOrderOutput)
    def post(self, request: Request, public_id: str) -> Response:
        """Discard a saved order."""
        return self.once(void_saved, self.shown, raw_id=public_id)
