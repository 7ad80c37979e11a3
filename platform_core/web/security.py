"""The security headers of every answer. The content policy has no exceptions (design.md §5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Middleware; `WEB_CSP_FORM_ACTION` names further origins a form's answer may redirect to.

    A browser holds `form-action` against redirects too, so the hand-over to a supplier's host needs it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = " ".join((_POLICY, *settings.WEB_CSP_FORM_ACTION))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to the answer; one set by a page itself (a stricter policy) stays."""
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
