"""Gives each request an id and logs its outcome as one constant event with keywords."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from platform_core.kernel.context import serving_or_none

log = structlog.get_logger("request")
NO_ROUTE = "(no route)"


class RequestLog:
    """Binds request id, supplier and actor for every log line of the request.

    The line names the route (`/hand-over/<str:token>/`), never the path or the query, which may
    hold a secret.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then tell how."""
        started = time.perf_counter()
        supplier = serving_or_none()
        request_id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(
            request_id=request_id, supplier=supplier.id if supplier else None, actor=None
        ):
            response = self.get_response(request)
            log.info(
                "request_answered",
                method=request.method,
                route=route_of(request),
                status=response.status_code,
                took_ms=round((time.perf_counter() - started) * 1000),
            )
        response["X-Request-Id"] = request_id
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, without what stood in its places."""
    match = request.resolver_match
    return f"/{match.route}" if match else NO_ROUTE


def name_actor(actor_id: str) -> None:
    """Say in every further line of this request who asks; the request's end forgets it."""
    structlog.contextvars.bind_contextvars(actor=actor_id)
