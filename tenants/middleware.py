"""The first thing a request meets: whose host is this?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from platform_core.kernel.context import Serving, serve
from tenants import hosts
from tenants.states import SupplierState


class ServeSupplier:
    """Serves the host's supplier for the whole request, also while its answer streams.

    The public host serves none. An unknown host gets 404 before any SQL, a supplier that may
    not trade a page that says so (403).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = hosts.bare(request.META.get("HTTP_HOST", ""))
        if host == hosts.bare(settings.BASE_HOST):
            request.supplier = None
            with serve(None):
                return self.get_response(request)
        supplier = hosts.find(host)
        if supplier is None:
            return HttpResponse(render_to_string("404.html"), status=404)
        if supplier.status not in {SupplierState.ACTIVE, SupplierState.READ_ONLY}:
            return render(request, "supplier_suspended.html", {"supplier": supplier}, status=403)
        request.supplier = supplier
        request.urlconf = settings.SUPPLIER_URLCONF
        with serve(supplier):
            response = self.get_response(request)
        if response.streaming:
            response.streaming_content = _served(supplier, response.streaming_content)
        return response


def _served(supplier: Serving, parts: Any) -> Iterator[bytes]:
    iterator = iter(parts)
    while True:
        with serve(supplier):
            try:
                part = next(iterator)
            except StopIteration:
                return
        yield part
