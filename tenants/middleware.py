"""The first thing a request meets: whose host is this?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from platform_core.kernel.context import Serving, serve
from tenants import hosts
from tenants.states import SupplierState


class ServeSupplier:
    """Serves the host's supplier, in its time zone, for the whole request, also while its answer streams.

    The public host serves none. An unknown host gets 404 before any SQL, a supplier that may
    not trade a page that says so (403).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for the host's supplier, or say that there is none."""
        host = hosts.bare(request.META.get("HTTP_HOST", ""))
        if host == hosts.bare(settings.BASE_HOST):
            cast(Any, request).supplier = None
            with serve(None):
                return self.get_response(request)
        supplier = hosts.find(host)
        if supplier is None:
            return self._page(request, "404.html", 404)
        if supplier.status not in {SupplierState.ACTIVE, SupplierState.READ_ONLY}:
            return self._page(request, "supplier_suspended.html", 403, supplier_name=supplier.name)
        cast(Any, request).supplier = supplier
        request.urlconf = settings.SUPPLIER_URLCONF
        with serve(supplier), timezone.override(ZoneInfo(supplier.timezone)):
            response = self.get_response(request)
        if response.streaming:
            streamed = cast(Any, response)
            streamed.streaming_content = _served(supplier, streamed.streaming_content)
        return response

    def _page(self, request: HttpRequest, template: str, status: int, **facts: str) -> HttpResponse:
        """A page that needs neither session nor database, in the browser's language."""
        with translation.override(translation.get_language_from_request(request)):
            return HttpResponse(render_to_string(template, facts), status=status)


def _served(supplier: Serving, parts: Any) -> Iterator[bytes]:
    iterator = iter(parts)
    while True:
        with serve(supplier), timezone.override(ZoneInfo(supplier.timezone)):
            try:
                part = next(iterator)
            except StopIteration:
                return
        yield part
