"""What the API says of itself: OpenAPI 3.1, a page to browse it, and every error it can answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from platform_core.kernel.errors import DomainError


class Description(SpectacularAPIView):  # type: ignore[misc]
    """The OpenAPI description. It holds no supplier's data, so nobody has to log in for it."""

    authentication_classes = ()
    renderer_classes = [OpenApiJsonRenderer]
    urlconf = settings.SUPPLIER_URLCONF


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """One error a program may meet."""

    code: str
    status: int
    sentence: str
    why: str


def all_errors() -> list[ErrorWords]:
    """Every named refusal of the installed apps, by code."""
    found: dict[str, ErrorWords] = {}
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        why = (kind.__doc__ or "").strip().split("\n\n")[0]
        found.setdefault(kind.code, ErrorWords(kind.code, kind.status, str(kind.message), why))
    return sorted(found.values(), key=lambda words: words.code)


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """The browsable reference (Swagger UI, served by ourselves)."""
    return render(request, "api/reference.html")


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """What the `type` of a problem points to."""
    return render(request, "api/errors.html", {"errors": all_errors()})
