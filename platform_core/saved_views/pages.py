"""What the menus of views post: each answers with the list it was pressed on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.saved_views import commands
from platform_core.saved_views.models import SavedView
from platform_core.saved_views.showing import url_of
from platform_core.web.acts import pressed
from platform_core.web.asking import actor_of
from platform_core.web.lists import state_of

Act = Callable[[Actor, str, HttpRequest], tuple[SavedView, str]]


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows under a name."""
    page, state = _page(request), _state(request)

    def act() -> str:
        view = commands.save_view(
            actor=actor_of(request),
            page=page,
            name=request.POST.get("name", ""),
            query=state,
            is_default=request.POST.get("default") == "yes",
        )
        return _("The view {name} is saved.").format(name=view.name)

    pressed(request, act)
    return _back(request, state)


@require_POST
def change(request: HttpRequest, view_id: str, act: str) -> HttpResponse:
    """Rename, replace, delete a view, or let the list open with it or no longer."""
    _page(request)
    shown = _state(request)

    def do() -> str:
        view, said = _ACTS[act](actor_of(request), view_id, request)
        return said.format(name=view.name)

    pressed(request, do)
    return _back(request, shown)


def _rename(actor: Actor, view_id: str, request: HttpRequest) -> tuple[SavedView, str]:
    name = request.POST.get("name", "")
    return commands.rename_view(actor=actor, view_id=view_id, name=name), _("The view is called {name} now.")


def _replace(actor: Actor, view_id: str, request: HttpRequest) -> tuple[SavedView, str]:
    view = commands.replace_view(actor=actor, view_id=view_id, query=_state(request))
    return view, _("The view {name} is saved.")


def _default(actor: Actor, view_id: str, _request: HttpRequest) -> tuple[SavedView, str]:
    view = commands.set_default_view(actor=actor, view_id=view_id, is_default=True)
    return view, _("The list opens with the view {name} from now on.")


def _undefault(actor: Actor, view_id: str, _request: HttpRequest) -> tuple[SavedView, str]:
    view = commands.set_default_view(actor=actor, view_id=view_id, is_default=False)
    return view, _("The list opens with everything again.")


def _delete(actor: Actor, view_id: str, _request: HttpRequest) -> tuple[SavedView, str]:
    return commands.delete_view(actor=actor, view_id=view_id), _("The view {name} is deleted.")


_ACTS: dict[str, Act] = {
    "rename": _rename,
    "replace": _replace,
    "default": _default,
    "undefault": _undefault,
    "delete": _delete,
}


def _page(request: HttpRequest) -> str:
    """The name of the list that the form stood on. Raises NotFound for what is no such list."""
    try:
        match = resolve(request.POST.get("path", ""))
    except Resolver404:
        match = None
    # So no other address is ever redirected to.
    if match is None or not getattr(match.func, "keeps_views", False):
        raise NotFound(noun=_("list"))
    return match.view_name


def _state(request: HttpRequest) -> str:
    return state_of(QueryDict(request.POST.get("query", "")))


def _back(request: HttpRequest, state: str) -> HttpResponse:
    return redirect(f"{request.POST['path']}{url_of(state)}")
