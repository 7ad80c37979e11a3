"""Every list that keeps views offers columns which its rows and its file really hold."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from platform_core.identity.models import User
from tests.architecture.objects import kind_of, make_everything
from tests.architecture.routes import Route, supplier_routes
from tests.cast import client_of

# Their rows hold inputs, or they are the statement of one account: views, but no choice of columns.
WITHOUT_CHOICE = {"ledger:account", "ledger:wallet", "strategies:dealer_goods", "strategies:detail"}
# Lists that only a dealer's people have.
DEALERS_OWN = {"orders:raw_list", "strategies:bundles", "strategies:my_goods"}
# Nothing that anybody would calculate with.
WITHOUT_FILE = {"strategies:list"}


def lists() -> list[Route]:
    """The addresses whose pages keep views."""
    found = []
    for route in supplier_routes():
        path = route.path(dict.fromkeys(route.parameters, "1"))
        match = resolve(path, settings.SUPPLIER_URLCONF)
        if match.view_name == route.name and getattr(match.func, "keeps_views", False):
            found.append(route)
    return found


LISTS = lists()
CHOOSING = [route for route in LISTS if route.name not in WITHOUT_CHOICE]


def test_the_lists_are_known():
    assert sorted(route.name for route in LISTS) == [
        "access:people",
        "aftersales:list",
        "catalog:list",
        "dealers:list",
        "fulfilment:list",
        "inventory:day",
        "inventory:list",
        "inventory:stock_outs",
        "inventory:stock_takes",
        "inventory:transfers",
        "ledger:account",
        "ledger:top_ups",
        "ledger:wallet",
        "ledger:wallets",
        "logistics:carriers",
        "logistics:memo_rules",
        "logistics:warehouses",
        "orders:calendars",
        "orders:calls",
        "orders:chains",
        "orders:limits",
        "orders:list",
        "orders:raw_list",
        "orders:substitutes",
        "strategies:bundles",
        "strategies:dealer_goods",
        "strategies:detail",
        "strategies:list",
        "strategies:my_goods",
        "strategies:price_rules",
        "strategies:promotions",
        "strategies:publications",
    ]


@pytest.fixture
def made(acme) -> dict[str, str]:
    return make_everything("canary0815")


def reader(route: Route, made: dict[str, str], as_olga: Client) -> Client:
    return client_of(User.objects.get(public_id=made["person"])) if route.name in DEALERS_OWN else as_olga


@pytest.mark.parametrize("route", CHOOSING, ids=[route.name for route in CHOOSING])
def test_head_rows_and_file_hold_the_chosen_columns(route, made, as_olga):
    client = reader(route, made, as_olga)
    offered = client.get(route.path({}), {"view": "all"}).context["columns"].offered
    fixed = next(column for column in offered if column.fixed)

    for chosen in (offered, [fixed]):
        keys = ",".join(column.key for column in chosen)
        page = client.get(route.path({}), {"columns": keys})
        shown = page.content.decode()
        head = re.search(r"<thead>(.*?)</thead>", shown, re.DOTALL)[1].count("<th ")
        row = re.search(r"<tbody>\s*<tr.*?</tr>", shown, re.DOTALL)[0]
        assert [column.key for column in page.context["columns"].shown] == [column.key for column in chosen]
        # The box to select a row, and its menu, are no columns.
        assert row.count("<td") == head <= len(chosen) + 2
        if route.name not in WITHOUT_FILE:
            assert headings(client, shown) == len({key for column in chosen for key in column.exported})


def headings(client: Client, shown: str) -> int:
    """How many columns the CSV has that the page links to."""
    link = re.search(r'href="(/[^"]*columns=[^"]*format=csv)"', shown)[1]
    text = b"".join(client.get(link.replace("&amp;", "&")).streaming_content).decode("utf-8-sig")
    return len(next(csv.reader(io.StringIO(text))))


@pytest.mark.parametrize("route", LISTS, ids=[route.name for route in LISTS])
def test_every_list_offers_to_save_its_view(route, made, as_olga):
    client = reader(route, made, as_olga)
    if route.name == "ledger:account":
        client = client_of(User.objects.get(public_id=made["person"]))
    path = route.path({name: made[kind_of(route.template, name) or ""] for name in route.parameters})

    shown = client.get(path, {"view": "all"}).content.decode()

    assert f'<input type="hidden" name="path" value="{path}">' in shown
    assert 'form="list-view"' in shown
