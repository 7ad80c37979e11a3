"""REST door of the call list."""

from __future__ import annotations

from datetime import date

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.paging import listed, wrong
from platform_core.api.schema import NO_FEED
from platform_core.api.views import Endpoint
from platform_core.kernel.words import noop
from tenant_apps.orders.queries import calls as queries
from tenant_apps.orders.queries.calendars import calendar_for
from tenant_apps.orders.serializers.calls import CallPage, call_shape

_PARAMETERS = [
    OpenApiParameter("day", str, description="The order day; without it the one that is open, or the next."),
    OpenApiParameter("q", str, description="Words of the dealer's name, code, contact or phone."),
    OpenApiParameter("called", str, description="`yes`, `no`, or `due`: to be called again by today."),
    OpenApiParameter("result", str),
    NO_FEED,
]


class CallList(Endpoint):
    """`GET /ordering-calendars/{id}/call-list`."""

    @extend_schema(operation_id="list_calls", parameters=_PARAMETERS, responses=CallPage)
    def get(self, request: Request, public_id: str) -> Response:
        """The dealers of a calendar's group that have not ordered for an order day."""
        actor = queries.calling_actor(self.actor)
        asked = request.query_params
        calendar = calendar_for(actor, public_id)
        try:
            date.fromisoformat(asked.get("day") or "2001-01-01")
        except ValueError as error:
            raise wrong("day", noop("Write a day like 2026-11-25.")) from error
        day = queries.order_day(calendar, asked.get("day", ""))
        if day is None:
            return Response({"items": [], "next": None})
        narrow = queries.CallFilter(asked.get("q", ""), asked.get("called", ""), asked.get("result", ""))
        rows = queries.not_ordered(actor, day, narrow)
        return listed(
            request, rows, lambda found: map(call_shape, found), order=("sort_key", "id"), updated=""
        )
