"""Acts on many dealers: each by itself, with the reason of every refusal; nobody else's is touched."""

from __future__ import annotations

import re

import pytest

from platform_core.audit.models import AuditLine
from tenant_apps.dealers.models import Dealer, DealerLevel
from tests.cast import client_of, make_dealer, make_person


@pytest.fixture
def three(acme) -> list[Dealer]:
    return [make_dealer(f"D-{letter}", f"Dealer {letter}") for letter in "ABC"]


def post(client, action, ids=(), **more):
    return client.post("/dealers/bulk", {"action": action, "ids": [row.public_id for row in ids], **more})


def results(answer) -> list[tuple[str, bool]]:
    assert answer.status_code == 200
    return [(result.name, result.is_done) for result in answer.context["results"]]


def enabled() -> list[bool]:
    return list(Dealer.objects.order_by("code").values_list("enabled", flat=True))


def test_the_ticked_dealers_are_disabled_and_enabled_again(as_olga, three):
    answer = post(as_olga, "disable", three[:2], back="level=&q=Dealer")

    assert results(answer) == [("Dealer A (D-A)", True), ("Dealer B (D-B)", True)]
    assert enabled() == [False, False, True]
    assert AuditLine.objects.filter(verb="disabled").count() == 2
    shown = answer.content.decode()
    assert "2 done, 0 refused" in shown
    assert 'href="/dealers/?level=&amp;q=Dealer"' in shown
    post(as_olga, "enable", three[1:])
    assert enabled() == [False, True, True]


def test_all_that_match_the_filter_get_the_level(as_olga, three):
    fine = DealerLevel.objects.create(name="Fine", position=5)
    Dealer.objects.filter(code="D-B").update(enabled=False)

    answer = post(as_olga, "level", back="enabled=no", scope="all", level=fine.public_id)

    assert results(answer) == [("Dealer B (D-B)", True)]
    assert [row.level.name == "Fine" for row in Dealer.objects.order_by("code")] == [False, True, False]


def test_each_refusal_says_its_reason_and_stops_no_other(as_olga, three):
    before = list(Dealer.objects.order_by("code").values_list("level_id", "version"))
    odd = [DealerLevel.objects.create(name="Gone").public_id]
    DealerLevel.objects.filter(public_id__in=odd).delete()

    answer = post(as_olga, "level", three, level=odd[0])

    assert results(answer) == [(f"Dealer {letter} (D-{letter})", False) for letter in "ABC"]
    assert answer.content.decode().count("Choose one of the levels.") == 3
    assert list(Dealer.objects.order_by("code").values_list("level_id", "version")) == before


def test_who_may_not_is_refused_and_nothing_changes(supplier_organisation, three):
    person = make_person(supplier_organisation, "pat", permissions=["dealers.read"], all_dealers=True)

    assert post(client_of(person), "disable", three).status_code == 403
    assert enabled() == [True, True, True]


def test_a_dealer_outside_of_the_data_scope_is_not_even_named(supplier_organisation, three):
    person = make_person(supplier_organisation, "pat", permissions=["dealers.read", "dealers.manage"])

    assert results(post(client_of(person), "disable", three)) == []
    assert results(post(client_of(person), "disable", scope="all")) == []
    assert enabled() == [True, True, True]


def test_a_dealers_people_have_no_such_page(as_dora, three):
    assert post(as_dora, "disable", three).status_code == 404
    assert enabled() == [True] * 4


def test_an_unknown_act_and_nothing_selected(as_olga, three):
    assert post(as_olga, "delete", three).status_code == 404
    assert "Nothing was selected" in post(as_olga, "disable").content.decode()
    assert enabled() == [True, True, True]


def test_the_list_offers_what_the_reader_may(as_olga, supplier_organisation, three):
    reader = make_person(supplier_organisation, "rita", permissions=["dealers.read"], all_dealers=True)

    shown = as_olga.get("/dealers/").content.decode()
    plain = client_of(reader).get("/dealers/").content.decode()

    assert len(re.findall("data-bulk-item", shown)) == 3
    assert all(word in shown for word in ("bulk-level", "bulk-disable", "/strategies/dealers/assign"))
    assert "data-bulk-item" not in plain
    assert "bulk-strategy" not in plain
