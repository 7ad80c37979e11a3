"""The answer to an address that does not exist: a page, or a problem for a program.

A route of its own, last in both address books, so that development shows the same as production.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from platform_core.api.errors import CONTENT_TYPE, body


@csrf_exempt
@login_not_required
def missing(request: HttpRequest, path: str = "") -> HttpResponse:
    """404; a reader who only forgot the last slash is led on."""
    if path.startswith("api/"):
        found = body(404, "not_found", "There is no such address.")
        return JsonResponse(found, status=404, content_type=CONTENT_TYPE)
    if request.method == "GET" and not path.endswith("/") and _exists(f"/{path}/", request):
        query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
        return HttpResponsePermanentRedirect(f"/{path}/{query}")
    return render(request, "404.html", status=404)


def _exists(path: str, request: HttpRequest) -> bool:
    try:
        return resolve(path, getattr(request, "urlconf", None)).func is not missing
    except Resolver404:
        return False
