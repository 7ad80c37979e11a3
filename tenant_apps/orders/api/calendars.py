"""REST doors of ordering calendars."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.commands import Command
from tenant_apps.orders.commands import calendars as commands
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import calendars as queries
from tenant_apps.orders.queries.ordering_window import ordering_window
from tenant_apps.orders.serializers.calendars import (
    CalendarChange,
    CalendarInput,
    CalendarOutput,
    CalendarPage,
    WindowOutput,
    calendar_shape,
    calendar_values,
    window_shape,
)

COLUMNS = Columns("external_id", group="group__public_id", flags=("enabled", "one_per_cycle", "two_phase"))
STEPS: dict[str, Command[..., OrderingCalendar]] = {
    "enable": commands.enable_calendar,
    "disable": commands.disable_calendar,
}


class CalendarList(Endpoint):
    """Ordering calendars."""

    @extend_schema(
        operation_id="list_ordering_calendars", parameters=COLUMNS.parameters, responses=CalendarPage
    )
    def get(self, request: Request) -> Response:
        """The calendars of the supplier's dealer groups. A group without one orders at any time."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        rows = queries.calendars_visible_to(self.actor).prefetch_related("dates")
        return listed(request, rows, lambda found: map(calendar_shape, found), columns=COLUMNS)

    @extend_schema(
        operation_id="add_ordering_calendar",
        parameters=[KEY],
        request=CalendarInput,
        responses={201: CalendarOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a calendar for a group that has none; one that would never open is refused."""
        values = calendar_values(self.parsed(CalendarInput))
        return self.once(commands.add_calendar, calendar_shape, status=201, values=values)


class CalendarOne(Endpoint):
    """One ordering calendar."""

    @extend_schema(operation_id="get_ordering_calendar", responses=CalendarOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One calendar with its dates."""
        self.actor.require(OrderPermission.MANAGE_CALENDARS)
        row = queries.calendar_for(self.actor, public_id)
        return tagged(sparse(request, calendar_shape(row)), row.version)

    @extend_schema(operation_id="change_ordering_calendar", request=CalendarChange, responses=CalendarOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a calendar; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_calendar(
            actor=self.actor,
            calendar_id=public_id,
            changes=self._named(),
            version=self.expected_version(),
        )
        return tagged(calendar_shape(row), row.version)

    def _named(self) -> dict[str, Any]:
        return calendar_values(dict(self.parsed(CalendarChange)))

    @extend_schema(operation_id="delete_ordering_calendar", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Delete a calendar: its dealers order at any time. Orders keep their order day."""
        commands.delete_calendar(actor=self.actor, calendar_id=public_id)
        return Response(status=204)


class CalendarByExternalId(Endpoint):
    """An ordering calendar by the id of another system."""

    @extend_schema(
        operation_id="put_ordering_calendar",
        request=CalendarChange,
        responses={200: CalendarOutput, 201: CalendarOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the calendar with this external id, or add it."""
        values = {**calendar_values(dict(self.parsed(CalendarChange))), "external_id": external_id}
        return put_row(
            queries.calendars_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_calendar(actor=self.actor, values=values),
            change=lambda known: commands.change_calendar(
                actor=self.actor, calendar_id=known, changes=values, version=self.expected_version()
            ),
            shape=calendar_shape,
        )


class CalendarStep(Endpoint):
    """What can be done with a calendar."""

    @extend_schema(operation_id="step_ordering_calendar", request=None, responses=CalendarOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable, or disable: then the group's dealers order at any time."""
        row = STEPS[step](actor=self.actor, calendar_id=public_id)
        return tagged(calendar_shape(row), row.version)


class Window(Endpoint):
    """A dealer's own ordering window."""

    @extend_schema(operation_id="get_ordering_window", responses=WindowOutput)
    def get(self, request: Request) -> Response:
        """Whether the caller may order now, until when, and what it ordered or saved for the order day.

        For a dealer without a calendar `is_bound` is false: it orders at any time.
        """
        self.actor.require(OrderPermission.READ)
        return Response(sparse(request, window_shape(ordering_window(self.actor))))
