"""Dealer groups: who stands in which, and what keeps a group from being deleted."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone

from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.workbooks.reading import read_table
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.dealers import commands, errors, queries
from tenant_apps.dealers.models import Dealer, DealerGroup
from tenant_apps.dealers.pages.dealers import COLUMNS as EXPORTED
from tenant_apps.dealers.pages.imports import COLUMNS
from tenant_apps.orders.models import ApprovalChain, OrderingCalendar, SupplyBoard
from tenant_apps.strategies.models import PromotionAudience, PublicationTarget
from tests.factories import promotions
from tests.factories import strategies as goods
from tests.imports import confirmed, import_id

JSON = {"content_type": "application/json"}


@pytest.fixture
def north(acme) -> DealerGroup:
    return DealerGroup.objects.create(name="North")


def group_of(dealer: Dealer) -> str | None:
    dealer.refresh_from_db()
    return dealer.group.name if dealer.group else None


def test_a_group_is_added_changed_and_deleted(olga):
    row = commands.add_group(actor=olga, values={"name": " North ", "external_id": "N"})
    changed = commands.change_group(actor=olga, group_id=row.public_id, changes={"name": "Far north"})

    assert (row.name, changed.name, changed.external_id, changed.version) == ("North", "Far north", "N", 2)
    commands.delete_group(actor=olga, group_id=row.public_id)
    assert not DealerGroup.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "North"])
def test_a_group_needs_a_short_name_of_its_own(olga, north, name):
    with pytest.raises(Invalid) as caught:
        commands.add_group(actor=olga, values={"name": name})

    assert [one.pointer for one in caught.value.problems] == ["/name"]


def test_nobody_else_touches_groups(dora, sam, north):
    with pytest.raises(NotPermitted):
        commands.delete_group(actor=dora, group_id=north.public_id)
    assert list(queries.groups_visible_to(dora)) == []
    with pytest.raises(NotFound):
        queries.group_for(dora, north.public_id)
    assert DealerGroup.objects.exists()


def _dealer(group, dealer):
    Dealer.objects.filter(pk=dealer.pk).update(group=group)


def _promotion(group, _dealer):
    row = promotions.promotion(name="Spring")
    PromotionAudience.objects.create(promotion=row, group=group)


def _publication(group, _dealer):
    PublicationTarget.objects.create(sku=goods.skus(1)[0], group=group)


def _calendar(group, _dealer):
    OrderingCalendar.objects.create(group=group)


def _chain(group, _dealer):
    ApprovalChain.objects.create(name="Big ones", groups=[group.pk])


def _board(group, _dealer):
    SupplyBoard.objects.create(group=group, day=dt.date(2026, 3, 2))


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (_dealer, "1 dealer"),
        (_promotion, "promotion Spring"),
        (_publication, "1 SKU published to it"),
        (_calendar, "its ordering calendar"),
        (_chain, "approval chain Big ones"),
        (_board, "1 supply board"),
    ],
)
def test_a_group_in_use_stays_and_the_refusal_names_the_use(olga, as_olga, dealer, north, use, words):
    use(north, dealer)

    with pytest.raises(errors.GroupInUse) as caught:
        commands.delete_group(actor=olga, group_id=north.public_id)
    answer = as_olga.delete(f"/api/v1/dealer-groups/{north.public_id}")
    shown = as_olga.post(f"/dealers/groups/{north.public_id}/delete", follow=True).content.decode()

    assert str(caught.value) == f"North is still used by: {words}. Take it out there first."
    assert (answer.status_code, answer.json()["code"]) == (409, "group_in_use")
    assert words in shown
    assert DealerGroup.objects.filter(pk=north.pk).exists()


def test_the_form_the_api_and_the_list_put_dealers_in_groups(as_olga, dealer, stranger, north):
    url = f"/api/v1/dealers/{dealer.public_id}"
    form = {
        "code": dealer.code,
        "name": dealer.name,
        "level": dealer.level.public_id,
        "service_fee": "0",
        "group": north.public_id,
    }

    assert as_olga.post(f"/dealers/{dealer.public_id}/edit", form).status_code == 302
    assert group_of(dealer) == "North"
    assert as_olga.get(url).json()["group"]["id"] == north.public_id
    assert as_olga.patch(url, {"group": None}, **JSON).json()["group"] is None
    assert as_olga.patch(url, {"group": "grp_x"}, **JSON).status_code == 422
    assert group_of(dealer) is None
    ids = {"ids": [dealer.public_id, stranger.public_id]}
    answer = as_olga.post("/dealers/bulk", {"action": "group", "group": north.public_id, **ids})
    assert [one.is_done for one in answer.context["results"]] == [True, True]
    assert (group_of(dealer), group_of(stranger)) == ("North", "North")
    as_olga.post("/dealers/bulk", {"action": "group", "group": "", "ids": [stranger.public_id]})
    assert group_of(stranger) is None


def test_a_dealer_does_not_read_its_group(as_dora, dealer, north):
    Dealer.objects.update(group=north)

    for url in ("/dealers/own", f"/api/v1/dealers/{dealer.public_id}"):
        assert "North" not in as_dora.get(url).content.decode()
    assert as_dora.get("/api/v1/dealer-groups").json()["items"] == []
    assert as_dora.get("/dealers/groups").status_code == 404


def test_the_list_shows_and_filters_groups(as_olga, dealer, stranger, north):
    Dealer.objects.filter(pk=dealer.pk).update(group=north)

    def codes(asked: str) -> list[str]:
        return [row.code for row in as_olga.get(f"/dealers/?{asked}").context["page"].object_list]

    assert codes(f"group={north.public_id}") == [dealer.code]
    assert codes("group=none") == [stranger.code]
    assert codes("sort=group") == [dealer.code, stranger.code]
    listed = as_olga.get(f"/api/v1/dealers?group={north.public_id}").json()["items"]
    assert [one["code"] for one in listed] == [dealer.code]


def workbook(rows: list[dict]) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(file, [Sheet("Dealers", COLUMNS, rows)])
    file.seek(0)
    file.name = "dealers.xlsx"
    return file


def test_import_and_export_name_groups(as_olga, dealer, north):
    row = {"code": dealer.code, "name": dealer.name}

    wrong = as_olga.post("/dealers/import", {"file": workbook([{**row, "group": "Nowhere"}])})
    assert (wrong.status_code, group_of(dealer)) == (422, None)
    assert "There is no dealer group Nowhere." in wrong.content.decode()
    right = as_olga.post("/dealers/import", {"file": workbook([{**row, "group": "north"}])})
    confirmed(as_olga, import_id(right.content.decode()))
    assert group_of(dealer) == "North"
    blank = as_olga.post("/dealers/import", {"file": workbook([row])})
    confirmed(as_olga, import_id(blank.content.decode()))

    file = as_olga.get("/dealers/export")
    rows = read_table(io.BytesIO(file.getvalue()), "d.xlsx", EXPORTED).rows
    assert [one.values["group"] for one in rows] == ["North"]


def test_an_erp_puts_a_group_and_reads_the_feed(as_olga, north):
    since = timezone.now().isoformat()
    url = "/api/v1/dealer-groups/by-external-id/G-1"

    made = as_olga.put(url, {"name": "South"}, **JSON)
    changed = as_olga.put(url, {"name": "Deep south"}, **JSON)
    feed = as_olga.get("/api/v1/dealer-groups", {"updated_since": since}).json()["items"]

    assert [one.status_code for one in (made, changed)] == [201, 200]
    assert [one["name"] for one in feed] == ["Deep south"]
