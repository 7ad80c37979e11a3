"""What a person may do with the views it saved: no permission is asked, only its own rows are seen."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg

from platform_core.commands import InFlight, command
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.saved_views.errors import NameMissing, NameTaken, TooManyViews, ViewTooLong
from platform_core.saved_views.models import NAME_MAX, QUERY_MAX, SavedView
from platform_core.saved_views.queries import own_views

VIEWS_MAX = 50


@command(None)
def save_view(*, actor: Actor, page: str, name: str, query: str, is_default: bool = False) -> SavedView:
    """Keep what a list shows under a name. Raises NameMissing, NameTaken, TooManyViews, ViewTooLong."""
    wanted, held = _named(name), own_views(actor, page)
    if held.count() >= VIEWS_MAX:
        raise TooManyViews(maximum=VIEWS_MAX)
    if is_default:
        held.update(is_default=False)
    view = SavedView(person=actor.id, page=page, name=wanted, query=_fitting(query), is_default=is_default)
    _store(view, force_insert=True)
    return view


@command(None)
def rename_view(*, actor: Actor, view_id: str, name: str) -> SavedView:
    """Call a view otherwise. Raises NotFound, NameMissing, NameTaken."""
    view = _own(actor, view_id)
    view.name = _named(name)
    _store(view, update_fields=["name"])
    return view


@command(None)
def replace_view(*, actor: Actor, view_id: str, query: str) -> SavedView:
    """Keep what the list shows now under a view's name. Raises NotFound, ViewTooLong."""
    view = _own(actor, view_id)
    view.query = _fitting(query)
    view.save(update_fields=["query"])
    return view


@command(None)
def set_default_view(*, actor: Actor, view_id: str, is_default: bool) -> SavedView:
    """Open the list with this view, or no longer; at most one does. Raises NotFound."""
    view = _own(actor, view_id)
    # The others first: the constraint allows one at any moment.
    own_views(actor, view.page).filter(is_default=True).update(is_default=False)
    view.is_default = is_default
    view.save(update_fields=["is_default"])
    return view


@command(None)
def delete_view(*, actor: Actor, view_id: str) -> SavedView:
    """Forget a view. Raises NotFound."""
    view = _own(actor, view_id)
    view.delete()
    return view


def _own(actor: Actor, view_id: str) -> SavedView:
    view = locked(own_views(actor)).filter(public_id=view_id).first()
    if view is None:
        raise NotFound(noun=_("view"))
    return view


def _named(name: str) -> str:
    text = " ".join(name.split())
    if not text or len(text) > NAME_MAX:
        raise NameMissing(maximum=NAME_MAX)
    return text


def _fitting(query: str) -> str:
    if len(query) > QUERY_MAX:
        raise ViewTooLong
    return query


def _store(view: SavedView, **how: Any) -> None:
    """Save; the constraint says whether the name is taken, as no look-up beforehand wins the race."""
    try:
        view.save(**how)
    except IntegrityError as error:
        if not isinstance(error.__cause__, pg.UniqueViolation):
            raise
        if error.__cause__.diag.constraint_name == "saved_view_name_once":
            raise NameTaken(name=view.name) from error
        # Two defaults at the same moment: the other one came first.
        raise InFlight from error
