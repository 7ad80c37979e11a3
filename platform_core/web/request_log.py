"""Gives each request an id and logs its outcome as one constant event with keywords."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from platform_core.kernel.context import serving_or_none

log = structlog.get_logger("request")


class RequestLog:
    """Binds request id and supplier for every log line of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        supplier = serving_or_none()
        request_id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(
            request_id=request_id, supplier=supplier.id if supplier else None
        ):
            response = self.get_response(request)
            log.info(
                "request_answered",
                method=request.method,
                path=request.path,
                status=response.status_code,
                took_ms=round((time.perf_counter() - started) * 1000),
            )
        response["X-Request-Id"] = request_id
        return response
