"""One strategy for many dealers: each by itself, and own prices are never deleted unasked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tenant_apps.dealers.models import Dealer
from tenant_apps.strategies.models import Assignment, DealerItem
from tests.cast import client_of, make_dealer, make_person
from tests.factories import strategies as make

URL = "/strategies/dealers/assign/many"


@pytest.fixture
def three(acme) -> list[Dealer]:
    return [make_dealer(f"D-{letter}", f"Dealer {letter}") for letter in "ABC"]


def post(client, strategy, ids=(), **more):
    return client.post(URL, {"strategy": strategy.public_id, "ids": [row.public_id for row in ids], **more})


def held() -> dict[str, str]:
    rows = Assignment.objects.select_related("dealer", "strategy")
    return {row.dealer.code: row.strategy.name for row in rows}


def test_each_gets_the_strategy_but_who_has_own_prices(as_olga, three):
    old, new = (make.strategy(name, make.skus(2, name)) for name in ("Old", "New"))
    make.assign(three[0], old)
    sku = old.items.first().sku
    DealerItem.objects.create(dealer=three[0], sku=sku, settlement_price=Decimal(9))

    answer = post(as_olga, new, three)

    assert [(row.name, row.is_done) for row in answer.context["results"]] == [
        ("Dealer A (D-A)", False),
        ("Dealer B (D-B)", True),
        ("Dealer C (D-C)", True),
    ]
    shown = answer.content.decode()
    assert "Dealer A has 1 own prices, states or SKUs." in shown
    assert f"/strategies/dealers/{three[0].public_id}" in shown
    assert held() == {"D-A": "Old", "D-B": "New", "D-C": "New"}
    assert DealerItem.objects.count() == 1


def test_all_that_match_the_filter_of_the_list_get_it(as_olga, three):
    strategy = make.strategy("New", make.skus(1))
    Dealer.objects.filter(code="D-C").update(enabled=False)

    answer = post(as_olga, strategy, scope="all", back="enabled=no")

    assert len(answer.context["results"]) == 1
    assert answer.context["back"] == "/dealers/?enabled=no"
    assert held() == {"D-C": "New"}


def test_who_may_not_is_refused_and_nothing_changes(supplier_organisation, as_dora, three):
    grants = ["dealers.read", "dealers.manage", "strategies.read"]
    person = make_person(supplier_organisation, "pat", permissions=grants, all_dealers=True)
    strategy = make.strategy("New", make.skus(1))

    for client in (client_of(person), as_dora):
        assert post(client, strategy, three).status_code == 403
        assert client.get("/strategies/dealers/assign").status_code == 403
    assert held() == {}


def test_dealers_outside_of_the_data_scope_keep_theirs(supplier_organisation, three):
    grants = ["dealers.read", "strategies.read", "strategies.assign"]
    person = make_person(supplier_organisation, "pat", permissions=grants)
    strategy = make.strategy("New", make.skus(1))

    for answer in (post(client_of(person), strategy, three), post(client_of(person), strategy, scope="all")):
        assert answer.context["results"] == []
    assert held() == {}


def test_an_unknown_strategy_is_not_found(as_olga, three):
    answer = as_olga.post(URL, {"strategy": "gst_x", "ids": [row.public_id for row in three]})

    assert answer.status_code == 404
    assert held() == {}


def test_the_panel_offers_the_strategies_or_the_way_to_one(as_olga):
    assert "Make one" in as_olga.get("/strategies/dealers/assign").content.decode()

    strategy = make.strategy("New", make.skus(1))

    shown = as_olga.get("/strategies/dealers/assign").content.decode()
    assert f'<option value="{strategy.public_id}">New</option>' in shown
    assert f'formaction="{URL}"' in shown
