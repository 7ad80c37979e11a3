"""What a list page needs of its reader's views: a decorator that opens the default and shows the others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from platform_core.saved_views.models import SavedView
from platform_core.saved_views.queries import own_views
from platform_core.web.asking import actor_of
from platform_core.web.lists import SHOW_ALL, state_of

Page = Callable[..., HttpResponse]
ACTS = ("rename", "replace", "default", "undefault", "delete")


@dataclass(frozen=True, slots=True)
class ShownView:
    """A view as its link and its menu show it; `acts` are the addresses that its buttons post to."""

    public_id: str
    name: str
    url: str
    is_default: bool
    is_shown: bool
    acts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListViews:
    """The reader's views of one list, and what its URL asks now."""

    path: str
    state: str
    rows: tuple[ShownView, ...]
    all_url: str = SHOW_ALL

    @property
    def has_default(self) -> bool:
        """Whether a bare address opens a view: then every other link must not be bare."""
        return any(view.is_default for view in self.rows)

    @property
    def save_url(self) -> str:
        """Where the present state is posted to with its name."""
        return reverse("saved_views:save")


def keeps_views(page: Page) -> Page:
    """A list whose readers save views of it: one statement more, and a bare address opens the default.

    The component `<c-filters>` shows `request.saved_views`. Any parameter, also `?view=all`, opens the
    list without the default.
    """

    @functools.wraps(page)
    def with_views(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = cast(Any, request.resolver_match)
        held = list(own_views(actor_of(request), match.view_name))
        opens = next((view for view in held if view.is_default), None)
        if opens is not None and not request.GET:
            return redirect(f"{request.path}{url_of(opens.query)}")
        state = state_of(request.GET)
        shown = tuple(_shown(view, state) for view in held)
        cast(Any, request).saved_views = ListViews(request.path, state, shown)
        return page(request, *args, **kwargs)

    cast(Any, with_views).keeps_views = True
    return with_views


def url_of(query: str) -> str:
    """The query of a link to a state of a list; never bare."""
    return f"?{query}" if query else SHOW_ALL


def _shown(view: SavedView, state: str) -> ShownView:
    is_shown = state_of(QueryDict(view.query)) == state
    acts = {act: reverse(f"saved_views:{act}", args=[view.public_id]) for act in ACTS}
    return ShownView(view.public_id, view.name, url_of(view.query), view.is_default, is_shown, acts)
