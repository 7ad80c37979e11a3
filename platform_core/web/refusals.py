"""A refused command comes back as a page with the sentence that tells what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from platform_core.db.unstorable import holds_nul
from platform_core.kernel.errors import DomainError


class ShowRefusals:
    """Renders a `DomainError` that a page did not show itself at a field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Middleware."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer in HTML with the refusal's own status; REST has its own renderer."""
        if request.path.startswith("/api/"):
            return None
        if holds_nul(error):
            return render(request, "400.html", status=400)
        if not isinstance(error, DomainError):
            return None
        names = {403: "403.html", 404: "404.html"}
        template = names.get(error.status, "refused.html")
        context = {"sentence": str(error), "error": error, "problems": error.problems}
        return render(request, template, context, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere."""
    return render(request, "csrf_failure.html", status=403)
