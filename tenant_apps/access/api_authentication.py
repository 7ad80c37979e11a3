"""Who asks the REST API: an API key in the header, else the session. Never both, never the URL."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving_or_none
from platform_core.web.request_log import name_actor
from tenant_apps.access import operations, queries
from tenant_apps.access.errors import CsrfFailed, KeyRefused, PasswordChangeRequired

_SCHEME = "bearer"


class KeyOrSession(BaseAuthentication):
    """A header wins and the session is not looked at; without one the session needs its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Who asks and by what key, or None for nobody.

        Raises KeyRefused, CsrfFailed, PasswordChangeRequired.
        """
        header = request.headers.get("Authorization", "")
        if header:
            return self._by_key(request._request, header)
        return self._by_session(request._request)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'

    def _by_key(self, request: HttpRequest, header: str) -> tuple[Actor, Any]:
        scheme, _, text = header.partition(" ")
        if serving_or_none() is None or scheme.lower() != _SCHEME:
            raise KeyRefused
        key = queries.key_of_secret(text.strip())
        if key is None:
            raise KeyRefused
        operations.note_key_use(key)
        actor = queries.actor_of_key(key)
        cast(Any, request).actor = actor
        name_actor(actor.id)
        return actor, key

    def _by_session(self, request: HttpRequest) -> tuple[Actor, Any] | None:
        actor = cast(Actor, cast(Any, request).actor)
        if not actor.id:
            return None
        refused = _CsrfCheck(lambda _: HttpResponse()).process_view(request, _nothing, (), {})
        if refused is not None:
            raise CsrfFailed
        if cast(Any, request.user).must_change_password:
            raise PasswordChangeRequired
        name_actor(actor.id)
        return actor, None


class KeyOrSessionWords(OpenApiAuthenticationExtension):  # type: ignore[misc, no-untyped-call]
    """What the API's description says of it."""

    target_class = KeyOrSession
    name = ["Key", "Session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """A bearer key, or the browser's session."""
        return [
            {"type": "http", "scheme": "bearer", "description": "An API key: `dd_live_…`."},
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """One of them is enough."""
        return [{name: []} for name in self.name]


class _CsrfCheck(CsrfViewMiddleware):
    """Django's own check, answering with the reason."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stands for the view, which DRF exempts from Django's check."""
    return HttpResponse()
