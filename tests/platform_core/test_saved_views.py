"""Saved views: kept per person and list, opened, renamed, replaced, deleted; nobody meets another's."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from platform_core.kernel.context import serve
from platform_core.kernel.errors import NotFound
from platform_core.saved_views import commands
from platform_core.saved_views.errors import NameMissing, NameTaken, TooManyViews, ViewTooLong
from platform_core.saved_views.models import SavedView
from platform_core.saved_views.queries import own_views
from tests.cast import actor_of, client_of, make_person

PAGE, PATH = "dealers:list", "/dealers/"


def saved(actor, name="Gold", query="level=gold", **more) -> SavedView:
    return commands.save_view(actor=actor, page=PAGE, name=name, query=query, **more)


def rows() -> list[tuple[str, str, str, bool]]:
    found = SavedView.objects.order_by("person", "page", "name")
    return list(found.values_list("page", "name", "query", "is_default"))


def post(client, url="/views/", **values):
    return client.post(url, {"path": PATH, "query": "level=gold", **values})


def test_a_view_is_saved_from_the_page_and_shown_above_the_list(as_olga, dealer):
    answer = post(as_olga, name="  Gold   dealers ", query="page=3&sort=-name&level=gold&q=")

    assert (answer.status_code, answer["Location"]) == (302, "/dealers/?level=gold&sort=-name")
    assert rows() == [(PAGE, "Gold dealers", "level=gold&sort=-name", False)]
    shown = as_olga.get(answer["Location"]).content.decode()
    assert '<a href="?level=gold&amp;sort=-name" aria-current="page">Gold dealers' in shown
    assert "The view Gold dealers is saved." in shown
    assert "Gold dealers" not in as_olga.get("/logistics/warehouses").content.decode()


def test_a_bare_address_opens_the_default_and_every_way_out_leads_out(as_olga, olga, dealer):
    saved(olga, query="q=nothing+fits+this", is_default=True)

    opened = as_olga.get(PATH)
    empty = as_olga.get(opened["Location"]).content.decode()

    assert (opened.status_code, opened["Location"]) == (302, "/dealers/?q=nothing+fits+this")
    # The links of the view bar, of the chip, of “clear all” and of the empty list.
    assert empty.count('href="?view=all"') == 4
    assert '<input type="hidden" name="view" value="all">' in empty
    assert as_olga.get("/dealers/?view=all").status_code == 200
    assert dealer.code in as_olga.get("/dealers/?view=all").content.decode()


def test_only_one_view_opens_the_list(olga):
    first, second = saved(olga, "A", is_default=True), saved(olga, "B", is_default=True)
    commands.set_default_view(actor=olga, view_id=first.public_id, is_default=True)

    assert [row[3] for row in rows()] == [True, False]
    commands.set_default_view(actor=olga, view_id=second.public_id, is_default=False)
    assert [row[3] for row in rows()] == [False, False]
    SavedView.objects.filter(pk=first.pk).update(is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=second.pk).update(is_default=True)


def test_the_menus_of_a_view_rename_replace_open_and_delete(as_olga, olga):
    view = saved(olga)
    own = f"/views/{view.public_id}"

    assert post(as_olga, f"{own}/rename", name="Golden")["Location"] == "/dealers/?level=gold"
    assert rows() == [(PAGE, "Golden", "level=gold", False)]
    post(as_olga, f"{own}/replace", query="columns=code,name&page=2")
    assert rows() == [(PAGE, "Golden", "columns=code,name", False)]
    post(as_olga, f"{own}/default")
    assert rows() == [(PAGE, "Golden", "columns=code,name", True)]
    post(as_olga, f"{own}/undefault")
    assert rows() == [(PAGE, "Golden", "columns=code,name", False)]
    assert post(as_olga, f"{own}/delete", query="")["Location"] == "/dealers/?view=all"
    assert rows() == []


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, NameMissing),
        ({"name": "x" * 61}, NameMissing),
        ({"name": "Taken"}, NameTaken),
        ({"name": "New", "query": f"q={'x' * 2000}"}, ViewTooLong),
    ],
)
def test_a_wrong_view_is_refused_and_nothing_changes(olga, values, refusal):
    view = saved(olga, "Taken")

    with pytest.raises(refusal), transaction.atomic():
        saved(olga, **values)
    with pytest.raises(refusal), transaction.atomic():
        other = saved(olga, "Other")
        if "query" in values:
            commands.replace_view(actor=olga, view_id=other.public_id, query=values["query"])
        else:
            commands.rename_view(actor=olga, view_id=other.public_id, name=values["name"])

    assert rows() == [(PAGE, view.name, view.query, False)]


def test_a_refusal_is_said_on_the_list(as_olga, olga):
    saved(olga)

    answer = as_olga.post("/views/", {"path": PATH, "query": "", "name": "Gold"}, follow=True)

    assert "You have a view Gold of this list already." in answer.content.decode()
    assert rows() == [(PAGE, "Gold", "level=gold", False)]


def test_fifty_views_are_enough(olga, sam):
    for number in range(50):
        saved(olga, f"V{number}")

    with pytest.raises(TooManyViews):
        saved(olga, "One more")
    assert len(rows()) == 50
    saved(sam)
    commands.save_view(actor=olga, page="orders:list", name="Elsewhere", query="")
    assert len(rows()) == 52


@pytest.mark.parametrize("act", ["rename", "replace", "default", "undefault", "delete"])
@pytest.mark.parametrize("whose", ["colleague", "supplier", "other_dealer", "other_supplier"])
def test_nobody_touches_anothers_view(acme, rival, olga, dora, xavier_user, act, whose, dealer):
    view = saved(dora)
    before = rows()
    if whose == "other_supplier":
        with serve(rival):
            theirs = saved(dora, "Theirs")
        view = theirs
    colleague = make_person(dealer.organisation, "colleague", administrator=True)
    people = {"colleague": colleague, "other_dealer": xavier_user}
    asking = client_of(people[whose]) if whose in people else None
    if whose == "supplier":
        with pytest.raises(NotFound):
            commands.delete_view(actor=olga, view_id=view.public_id)
        return
    if asking is None:
        asking = client_of(colleague)

    answer = asking.post(
        f"/views/{view.public_id}/{act}", {"path": "/orders/", "query": "q=x", "name": "Mine now"}
    )

    assert answer.status_code == 404
    assert rows() == before


def test_a_page_shows_its_readers_views_only(dora, xavier_user, dealer):
    commands.save_view(actor=dora, page="orders:list", name="Zebra", query="q=x", is_default=True)
    colleague = make_person(dealer.organisation, "colleague", administrator=True)

    for user in (colleague, xavier_user):
        answer = client_of(user).get("/orders/")
        assert answer.status_code == 200
        assert "Zebra" not in answer.content.decode()
    assert list(own_views(actor_of(colleague))) == []


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example/", "https://evil.example/dealers/", "/nowhere", "/dealers/new", "/api/v1/dealers"],
)
def test_only_a_list_is_returned_to(as_olga, olga, path):
    view = saved(olga)

    for url in ("/views/", f"/views/{view.public_id}/delete"):
        assert as_olga.post(url, {"path": path, "query": "", "name": "X"}).status_code == 404
    assert rows() == [(PAGE, "Gold", "level=gold", False)]


def test_an_unknown_view_is_not_found(as_olga):
    for act in ("rename", "replace", "default", "undefault", "delete"):
        assert post(as_olga, f"/views/viw_{uuid.uuid4().hex}/{act}", name="X").status_code == 404


def test_a_hostile_name_stays_text(as_olga, olga, dealer):
    saved(olga, '<img src=x>"{name}')

    shown = as_olga.get("/dealers/?view=all").content.decode()

    assert "<img src=x>" not in shown
    assert shown.count("&lt;img src=x&gt;") >= 3
