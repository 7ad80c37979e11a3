"""The menu: what it names, and where a page belongs."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tenant_apps.access.navigation import CONSOLE


def test_the_navigation_names_only_what_the_actor_may(as_olga, as_dora, as_sam):
    def links(client):
        return set(re.findall(r'href="(/[a-z-]+/)"', client.get("/profile/").content.decode()))

    assert {"/people/", "/roles/", "/api-keys/", "/settings/", "/dealer-permissions/"} <= links(as_olga)
    assert {"/people/", "/roles/", "/api-keys/"} <= links(as_dora)
    assert not {"/settings/", "/dealer-permissions/"} & links(as_dora)
    assert "/people/" in links(as_sam)
    assert not {"/roles/", "/api-keys/", "/settings/"} & links(as_sam)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/strategies/prices", "/strategies/goods"),
        ("/strategies/prices/new", "/strategies/goods"),
        ("/strategies/organisations", "/strategies/goods"),
        ("/strategies/freight/calculator", "/strategies/freight"),
        ("/logistics/memo-rules", "/logistics/carriers"),
        ("/inventory/stock-takes", "/inventory/stock"),
        ("/inventory/stock-outs", "/inventory/stock-outs"),
        ("/", "/"),
    ],
)
def test_the_menu_shows_where_a_page_belongs(as_olga, page, link):
    shown = as_olga.get(page).content.decode()
    current = re.findall(r'<a [^>]*href="([^"]+)"[^>]*aria-current="page"', shown)
    menu = {reverse(place.url_name, urlconf="platform_core.urls_supplier") for place in CONSOLE}
    assert menu.intersection(current) == {link}
