"""The answers no view gives: a page for a reader, a problem for a program.

`missing` is a route of its own, last in both address books, so that development shows the same as
production.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import bad_request, server_error

from platform_core.api.errors import CONTENT_TYPE, body


@csrf_exempt
@login_not_required
def missing(request: HttpRequest, path: str = "") -> HttpResponse:
    """404; a reader who only forgot the last slash is led on."""
    if path.startswith("api/"):
        return _problem(404, "not_found", "There is no such address.")
    if request.method == "GET" and not path.endswith("/") and _exists(f"/{path}/", request):
        query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
        return HttpResponsePermanentRedirect(f"/{path}/{query}")
    return render(request, "404.html", status=404)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: Django could not make sense of the request (`handler400`)."""
    if request.path.startswith("/api/"):
        return _problem(400, "malformed", "The request cannot be understood.")
    return bad_request(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a mistake of ours, which is in the log and never in the answer (`handler500`)."""
    if request.path.startswith("/api/"):
        return _problem(
            500,
            "broken",
            "Something broke on our side. Try again in a minute, with the same Idempotency-Key.",
        )
    return server_error(request)


def _problem(status: int, code: str, sentence: str) -> HttpResponse:
    return JsonResponse(body(status, code, sentence), status=status, content_type=CONTENT_TYPE)


def _exists(path: str, request: HttpRequest) -> bool:
    try:
        return resolve(path, getattr(request, "urlconf", None)).func is not missing
    except Resolver404:
        return False
