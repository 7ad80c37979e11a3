"""Puts the actor on the request, and lets nobody past the door who is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from platform_core.kernel.context import serving_or_none
from platform_core.web.request_log import name_actor
from tenant_apps.access import queries

_API = "/api/"


class KnowActor:
    """`request.actor`: who is asking, with what they may (anonymous: nothing).

    On a supplier's host every page needs a login unless its view says otherwise (Django's
    `login_not_required`) or settings.OPEN_VIEWS names it. An issued password must be changed
    before any other page opens. The API has its own door (`api_authentication`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Make the actor known, lazily: a page that asks nothing costs nothing."""
        cast(Any, request).actor = SimpleLazyObject(lambda: queries.actor_of_request(request))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Decide once the page is known."""
        match = request.resolver_match
        if serving_or_none() is None or match is None or match.view_name in settings.OPEN_VIEWS:
            return None
        if request.path.startswith(_API):
            return None
        actor = cast(Any, request).actor
        if not actor.id and SESSION_KEY in request.session:
            logout(request)
        if not actor.id:
            is_open = getattr(view, "login_required", True) is False
            return None if is_open else _to_login(request)
        name_actor(actor.id)
        must_change = cast(Any, request.user).must_change_password
        if must_change and match.view_name not in settings.VIEWS_BEFORE_PASSWORD_CHANGE:
            return _go(request, redirect("access:issued_password"))
        return None


def _to_login(request: HttpRequest) -> HttpResponse:
    return _go(request, redirect_to_login(request.get_full_path()))


def _go(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A panel cannot be replaced by a whole page: htmx is told to leave for it."""
    if not getattr(request, "htmx", False):
        return response
    return HttpResponse(headers={"HX-Redirect": response.headers["Location"]})
