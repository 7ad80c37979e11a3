"""Publication limits through every door: one SKU, many of a strategy, ordering organisations, a dealer's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.strategies import queries
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.queries import publication as published
from tests.factories import strategies as make

JSON = {"content_type": "application/json"}


@pytest.fixture
def sku(acme):
    return make.skus(1)[0]


@pytest.fixture
def north(acme):
    return DealerGroup.objects.create(name="North")


@pytest.fixture
def east(acme):
    return OrderingOrganisation.objects.create(code="EAST", name="East branch")


def targets(sku) -> set[str]:
    rows = PublicationTarget.objects.filter(sku=sku).select_related("dealer", "group")
    return {row.dealer.code if row.dealer else row.group.name for row in rows}


def test_a_sku_is_published_and_what_is_not_named_stays(olga, dealer, sku, north, east):
    house = make.warehouse("HZ")
    values = {
        "dealers": [dealer.code],
        "groups": ["North"],
        "organisation": "EAST",
        "display_warehouse": "HZ",
    }

    first = commands.publish_sku(actor=olga, sku_id=sku.public_id, values=values)
    second = commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"groups": []})

    assert (first.version, second.version, second.is_for_all) == (1, 2, False)
    assert targets(sku) == {dealer.code}
    row = SkuPublication.objects.get(sku=sku)
    assert (row.organisation, row.display_warehouse, row.version) == (east, house, 2)
    assert AuditLine.objects.filter(subject_kind="sku", verb="published").count() == 2


def test_an_empty_list_is_every_dealer(olga, dealer, stranger, sku):
    make.assign(dealer, make.strategy(goods=[sku]))
    values = {"dealers": [stranger.public_id], "groups": []}
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values=values)
    assert queries.offers(dealer_id=dealer.pk) == {}

    row = commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": [], "groups": []})

    assert (row.is_for_all, targets(sku)) == (True, set())
    assert set(queries.offers(dealer_id=dealer.pk)) == {sku.pk}


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"dealers": ["NOBODY"]}, "/dealers/0", "dealer_unknown"),
        ({"groups": ["Nowhere"]}, "/groups/0", "group_unknown"),
        ({"organisation": "NONE"}, "/organisation", "organisation_unknown"),
        ({"organisation": "SHUT"}, "/organisation", "organisation_disabled"),
        ({"display_warehouse": "W-0"}, "/display_warehouse", "display_warehouse_unknown"),
        ({"display_warehouse": "OLD"}, "/display_warehouse", "display_warehouse_disabled"),
    ],
)
def test_what_nobody_knows_or_is_disabled_is_refused(olga, dealer, sku, values, pointer, code):
    OrderingOrganisation.objects.create(code="SHUT", name="Shut", enabled=False)
    make.warehouse("OLD", enabled=False)

    with pytest.raises(Invalid) as caught:
        commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": [dealer.code], **values})

    assert [(one.pointer, one.code) for one in caught.value.problems] == [(pointer, code)]
    assert (targets(sku), SkuPublication.objects.count()) == (set(), 0)


def test_what_was_disabled_meanwhile_may_stay(olga, sku, east):
    house = make.warehouse("HZ")
    values = {"organisation": "EAST", "display_warehouse": "HZ"}
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values=values)
    OrderingOrganisation.objects.update(enabled=False)
    type(house).objects.filter(pk=house.pk).update(enabled=False)

    assert commands.publish_sku(actor=olga, sku_id=sku.public_id, values=values).version == 2


def test_dealers_out_of_sight_stay(olga, dealer, stranger, sku):
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": [dealer.code, stranger.code]})
    scoped = replace(olga, dealer_ids=frozenset({dealer.pk}))

    row = commands.publish_sku(actor=scoped, sku_id=sku.public_id, values={"dealers": []})

    assert (row.dealers, row.hidden, row.is_for_all) == ([], 1, False)
    assert targets(sku) == {stranger.code}
    with pytest.raises(Invalid):
        commands.publish_sku(actor=scoped, sku_id=sku.public_id, values={"dealers": [stranger.code]})


def test_an_old_page_is_refused(olga, dealer, sku):
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": [dealer.code]}, version=0)

    with pytest.raises(Conflict):
        commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": []}, version=0)
    assert targets(sku) == {dealer.code}


def test_nobody_else_publishes(dora, sku):
    with pytest.raises(NotPermitted):
        commands.publish_sku(actor=dora, sku_id=sku.public_id, values={})
    with pytest.raises(NotPermitted):
        commands.set_dealer_organisations(actor=dora, dealer_id="dlr_x", organisations=[])


def test_the_api_says_it_as_a_whole(as_olga, as_dora, dealer, sku, north, east):
    url = f"/api/v1/skus/{sku.public_id}/publication"

    empty = as_olga.get(url)
    put = as_olga.put(url, {"dealers": [dealer.code], "organisation": "EAST"}, HTTP_IF_MATCH='"0"', **JSON)
    stale = as_olga.put(url, {}, HTTP_IF_MATCH='"0"', **JSON)
    whole = as_olga.put(url, {"groups": ["North"]}, **JSON)

    assert (empty.json()["for_all"], empty.headers["ETag"]) == (True, '"0"')
    assert (put.status_code, stale.status_code, whole.status_code) == (200, 412, 200)
    assert put.json()["dealers"] == [dealer.public_id]
    assert (whole.json()["groups"], whole.json()["dealers"]) == ([north.public_id], [])
    assert whole.json()["organisation"] is None
    assert as_dora.get(url).status_code in {403, 404}


def test_the_page_of_a_product_shows_it_and_the_form_changes_it(as_olga, dealer, sku, north):
    panel = f"/strategies/publication/products/{sku.product.public_id}"
    form = f"/strategies/publication/{sku.public_id}"
    assert panel in as_olga.get(f"/catalog/products/{sku.product.public_id}/skus").content.decode()
    assert "every dealer" in as_olga.get(panel).content.decode()

    asked = {"dealers": dealer.code, "groups": [north.public_id], "organisation": "", "version": "0"}
    done = as_olga.post(form, {**asked, "display_warehouse": ""})
    wrong = as_olga.post(form, {"dealers": "NOBODY", "version": "1"})

    assert (as_olga.get(form).status_code, done.status_code, wrong.status_code) == (200, 302, 422)
    assert "There is no dealer NOBODY." in wrong.content.decode()
    assert targets(sku) == {dealer.code, "North"}
    shown = as_olga.get(panel).content.decode()
    assert ("North" in shown, dealer.code in shown) == (True, True)


def test_many_skus_of_a_strategy_are_published_with_a_result_each(as_olga, dealer, north, east):
    tea, coffee, other = make.skus(3)
    strategy = make.strategy(goods=[tea, coffee])
    SkuPublication.objects.create(sku=tea, organisation=east)
    url = f"/strategies/goods/{strategy.public_id}/items/publish"
    ids = [tea.public_id, coffee.public_id, other.public_id]

    assert "North" in as_olga.get(url).content.decode()
    answer = as_olga.post(url, {"ids": ids, "groups": [north.public_id], "organisation": "keep"})
    assert [(one.said, one.is_done) for one in answer.context["results"]] == [("North", True)] * 2
    assert [targets(sku) for sku in (tea, coffee, other)] == [{"North"}, {"North"}, set()]
    assert SkuPublication.objects.get(sku=tea).organisation == east
    wrong = as_olga.post(url, {"ids": ids, "groups": ["grp_gone"]})
    assert [one.is_done for one in wrong.context["results"]] == [False, False]
    assert targets(tea) == {"North"}
    as_olga.post(f"{url}?q=A-2", {"scope": "all", "dealers": dealer.code})
    assert (targets(tea), targets(coffee)) == ({"North"}, {dealer.code})


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_skus_is_read_in_the_same_statements(olga, dealer, count, django_assert_num_queries):
    goods = make.skus(count)
    for sku in goods:
        PublicationTarget.objects.create(sku=sku, dealer=dealer)
    with django_assert_num_queries(3):
        published.publications_of(olga, goods)


def test_an_organisation_is_kept_over_both_doors(as_olga, as_dora):
    made = as_olga.post("/strategies/organisations/new", {"code": "EAST", "name": "East"})
    row = OrderingOrganisation.objects.get()
    own = f"/strategies/organisations/{row.public_id}"
    taken = as_olga.post("/strategies/organisations/new", {"code": "EAST", "name": "Again"})
    changed = as_olga.post(own, {"code": "EAST", "name": "East branch", "version": "1"})
    api = f"/api/v1/ordering-organisations/{row.public_id}"
    off = as_olga.post(f"{api}/disable").json()

    assert [one.status_code for one in (made, taken, changed)] == [302, 422, 302]
    assert (off["name"], off["enabled"], off["version"]) == ("East branch", False, 3)
    assert as_olga.post(f"{own}/enable").status_code == 302
    assert as_olga.get("/strategies/organisations").content.decode().count("East branch") >= 1
    assert as_dora.get("/strategies/organisations").status_code == 403
    assert as_dora.get(api).status_code in {403, 404}


def test_a_dealer_is_limited_to_some_organisations(olga, as_olga, dealer, sku, east):
    west = OrderingOrganisation.objects.create(code="WEST", name="West branch")
    make.assign(dealer, make.strategy(goods=[sku]))
    SkuPublication.objects.create(sku=sku, organisation=east)
    page = f"/strategies/dealers/{dealer.public_id}/organisations"
    api = f"/api/v1/dealers/{dealer.public_id}/ordering-organisations"

    assert as_olga.get(page).status_code == 200
    assert as_olga.post(page, {"organisations": [west.public_id]}).status_code == 302
    assert queries.offers(dealer_id=dealer.pk) == {}
    assert "West branch" in as_olga.get(f"/strategies/dealers/{dealer.public_id}/panel").content.decode()
    assert as_olga.put(api, {"organisations": ["NONE"]}, **JSON).status_code == 422
    assert as_olga.get(api).json() == {"organisations": [west.public_id]}
    assert as_olga.put(api, {"organisations": []}, **JSON).json() == {"organisations": []}
    assert (set(queries.offers(dealer_id=dealer.pk)), DealerOrganisation.objects.count()) == ({sku.pk}, 0)
    with pytest.raises(NotFound):
        commands.set_dealer_organisations(actor=olga, dealer_id="dlr_x", organisations=[])


def test_only_an_organisation_that_nothing_names_is_deleted(olga, as_olga, dealer, sku, east):
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"organisation": "EAST"})
    page, api = (
        f"/strategies/organisations/{east.public_id}",
        f"/api/v1/ordering-organisations/{east.public_id}",
    )

    said = as_olga.post(f"{page}/delete", follow=True).content.decode()
    refused = as_olga.delete(api)

    assert "East branch cannot be deleted: 1 SKUs, 0 dealers and 0 orders name it." in said
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation_in_use")
    assert OrderingOrganisation.objects.filter(pk=east.pk).exists()
    commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"organisation": ""})
    assert as_olga.delete(api).status_code == 204
    assert as_olga.get(api).status_code == 404
    assert AuditLine.objects.filter(subject_id=east.public_id, verb="deleted").exists()


def test_an_organisation_tells_its_history(olga, as_olga):
    made = commands.add_organisation(actor=olga, values={"code": "WEST", "name": "West"})
    commands.disable_organisation(actor=olga, organisation_id=made.public_id)

    page = as_olga.get(f"/strategies/organisations/{made.public_id}").content.decode()

    assert "Latest changes" in page
    assert "Created" in page
