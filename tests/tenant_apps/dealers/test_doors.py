"""Pages and API of dealers: both do the same, and nobody reaches what is not theirs."""

from __future__ import annotations

import io
import re

import pytest

from platform_core.idempotency.models import Operation
from platform_core.workbooks.reading import read_table
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel, Shop
from tenant_apps.dealers.pages.dealers import COLUMNS as EXPORTED
from tenant_apps.dealers.pages.imports import COLUMNS, PASSWORD_COLUMNS
from tests.cast import client_of, make_person
from tests.factories import dealers as make
from tests.imports import confirmed, import_id

JSON = {"content_type": "application/json"}


@pytest.fixture
def shop(dealer):
    return make.make_shop(dealer, "S-1")


@pytest.fixture
def address(dealer):
    return make.make_address(dealer)


def pages_of(dealer, shop, address) -> list[str]:
    """Every page of one dealer that can be read, by its address."""
    own = f"/dealers/{dealer.public_id}"
    return [
        own,
        f"{own}/shops",
        f"{own}/shops/new",
        f"{own}/addresses",
        f"{own}/addresses/new",
        f"/dealers/shops/{shop.public_id}",
        f"/dealers/addresses/{address.public_id}",
    ]


def for_supplier(dealer) -> list[str]:
    """Pages only for the supplier's people."""
    own = f"/dealers/{dealer.public_id}"
    return [
        "/dealers/",
        "/dealers/new",
        "/dealers/import",
        "/dealers/import/template",
        "/dealers/export",
        "/dealers/export?format=csv",
        "/dealers/groups",
        "/dealers/groups/new",
        "/dealers/levels",
        "/dealers/levels/new",
        f"/dealers/levels/{dealer.level.public_id}",
        f"{own}/edit",
        f"{own}/people",
        f"{own}/log",
    ]


def test_the_supplier_opens_every_page(as_olga, dealer, shop, address):
    for url in [*pages_of(dealer, shop, address), *for_supplier(dealer)]:
        assert (url, as_olga.get(url).status_code) == (url, 200)


def test_a_dealer_opens_its_own_pages_and_no_others(as_dora, as_xavier, dealer, shop, address):
    for url in [*pages_of(dealer, shop, address), "/dealers/own"]:
        assert (url, as_dora.get(url).status_code) == (url, 200)
    for url in pages_of(dealer, shop, address):
        assert (url, as_xavier.get(url).status_code) == (url, 404)
    for url in for_supplier(dealer):
        assert (url, as_dora.get(url).status_code) == (url, 404)


def test_posts_to_what_is_not_theirs_change_nothing(as_xavier, rival_olga, dealer, shop, address):
    own = f"/dealers/{dealer.public_id}"
    for client in (as_xavier, rival_olga):
        for url in (
            f"{own}/shops/new",
            f"{own}/addresses/new",
            f"/dealers/shops/{shop.public_id}",
            f"/dealers/shops/{shop.public_id}/disable",
            f"/dealers/addresses/{address.public_id}",
            f"/dealers/addresses/{address.public_id}/archive",
            f"/dealers/addresses/{address.public_id}/default",
        ):
            assert (url, client.post(url, {"code": "x", "name": "x"}).status_code) == (url, 404)
    for url in (f"{own}/disable", f"{own}/enable", f"{own}/reset-password", f"{own}/edit"):
        assert (url, as_xavier.post(url).status_code) == (url, 404)

    dealer.refresh_from_db()
    assert (dealer.enabled, Shop.objects.get().enabled, DealerAddress.objects.get().archived_at) == (
        True,
        True,
        None,
    )


def test_the_api_gives_nobody_what_is_not_theirs(as_xavier, rival_olga, dealer, shop, address):
    for client in (as_xavier, rival_olga):
        for url in (
            f"dealers/{dealer.public_id}",
            f"dealers/{dealer.public_id}/addresses",
            f"shops/{shop.public_id}",
            f"addresses/{address.public_id}",
        ):
            assert (url, client.get(f"/api/v1/{url}").status_code) == (url, 404)
    assert as_xavier.get(f"/api/v1/levels/{dealer.level.public_id}").status_code == 404
    assert as_xavier.get("/api/v1/levels").json()["items"] == []


@pytest.mark.parametrize(
    "url", ["/dealers/", "/dealers/levels", "/dealers/groups", "/api/v1/dealers", "/api/v1/shops"]
)
def test_a_list_of_three_costs_the_statements_of_a_list_of_one(as_olga, dealer, count_queries, url):
    make.make_shop(dealer, "S-1")
    one = count_queries(as_olga, url)
    for code in ("D-2", "D-3"):
        make.make_shop(make.make_dealer(code), code)

    assert count_queries(as_olga, url) == one == STATEMENTS[url]


STATEMENTS = {
    "/dealers/": 8,
    "/dealers/groups": 4,
    "/dealers/levels": 4,
    "/api/v1/dealers": 5,
    "/api/v1/shops": 4,
}


@pytest.fixture
def count_queries():
    """Statements on the supplier's connection, session and actor included."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    def count(client, url) -> int:
        client.get(url)
        with CaptureQueriesContext(connections["default"]) as caught:
            assert client.get(url).status_code == 200
        return len(
            [
                q
                for q in caught.captured_queries
                if not re.match(r"SAVEPOINT|RELEASE|SET |SELECT set_config", q["sql"])
            ]
        )

    return count


def by_page(client, dealer: dict, person: dict):
    form = {**dealer, **{f"administrator_{name}": value for name, value in person.items()}}
    form.setdefault("level", DealerLevel.objects.order_by("position").first().public_id)
    form.setdefault("service_fee", "0")
    return client.post("/dealers/new", form)


def by_api(client, dealer: dict, person: dict):
    return client.post("/api/v1/dealers", {**dealer, "administrator": person}, **JSON)


@pytest.mark.parametrize("door", [by_page, by_api])
def test_both_doors_create_a_dealer_that_can_log_in(as_olga, door):
    answer = door(
        as_olga, {"code": "D-1", "name": "Harbor", "service_fee": "0.50"}, {"name": "Ann", "login": "ann"}
    )

    assert answer.status_code == (200 if door is by_page else 201)
    dealer = Dealer.objects.get(code="D-1")
    assert (dealer.name, dealer.service_fee_minor) == ("Harbor", 50)
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", answer.content.decode()).group()
    assert dealer.organisation.memberships.get().user.check_password(password)


@pytest.mark.parametrize("door", [by_page, by_api])
@pytest.mark.parametrize(
    ("dealer", "person", "sentence"),
    [
        ({"code": "D 1", "name": "x"}, {"name": "Ann", "login": "ann"}, "A code has no spaces."),
        (
            {"code": "D-1", "name": "x"},
            {"name": "Ann", "login": "ann", "password": "x"},
            "This password is too short.",
        ),
        (
            {"code": "D-DORA", "name": "x"},
            {"name": "Ann", "login": "ann"},
            "This is already in use. Choose another.",
        ),
    ],
)
def test_both_doors_refuse_with_the_same_sentence(as_olga, stranger, door, dealer, person, sentence):
    make.make_dealer("D-DORA")
    before = Dealer.objects.count()

    answer = door(as_olga, dealer, person)

    assert (answer.status_code, Dealer.objects.count()) == (422, before)
    assert sentence in answer.content.decode()


def test_the_page_shows_again_what_was_typed(as_olga):
    answer = by_page(as_olga, {"code": "D 1", "name": "Harbor"}, {"name": "Ann"})

    assert 'value="Harbor"' in answer.content.decode()


def test_a_repeated_api_call_makes_one_dealer_and_hides_the_password(as_olga):
    body = {"code": "D-1", "name": "Harbor", "administrator": {"name": "Ann", "login": "ann"}}

    first, again = (
        as_olga.post("/api/v1/dealers", body, HTTP_IDEMPOTENCY_KEY="one", **JSON) for _ in range(2)
    )

    assert (first.status_code, again.status_code, Dealer.objects.count()) == (201, 201, 1)
    assert again.headers["Idempotent-Replayed"] == "true"
    password = first.json()["administrator"].pop("issued_password")
    assert again.json()["administrator"].pop("issued_password") is None
    assert first.json()["id"] == again.json()["id"]
    assert not Operation.objects.filter(answer__icontains=password).exists()


def test_an_erp_puts_a_dealer_by_its_own_id(as_olga):
    url = "/api/v1/dealers/by-external-id/ERP-7"
    body = {"code": "D-7", "name": "Seven", "administrator": {"name": "Ann", "login": "ann"}}

    missing = as_olga.put(url, {"code": "D-7", "name": "Seven"}, **JSON)
    created = as_olga.put(url, body, **JSON)
    changed = as_olga.put(url, {"name": "Seven Seas"}, **JSON)

    assert [one.status_code for one in (missing, created, changed)] == [422, 201, 200]
    assert Dealer.objects.get(external_id="ERP-7").name == "Seven Seas"
    assert missing.json()["errors"][0]["pointer"] == "/administrator"


def test_an_edit_needs_the_version_that_was_read(as_olga, dealer):
    url = f"/api/v1/dealers/{dealer.public_id}"
    tag = as_olga.get(url).headers["ETag"]

    first = as_olga.patch(url, {"name": "One"}, HTTP_IF_MATCH=tag, **JSON)
    second = as_olga.patch(url, {"name": "Two"}, HTTP_IF_MATCH=tag, **JSON)

    assert (first.status_code, second.status_code) == (200, 412)
    dealer.refresh_from_db()
    assert dealer.name == "One"


def test_a_dealer_does_not_read_the_suppliers_notes(as_dora, as_olga, dealer):
    Dealer.objects.update(remark="pays late", erp_shop_code="E-9")

    for url in ("/dealers/own", f"/api/v1/dealers/{dealer.public_id}"):
        shown = as_dora.get(url).content.decode()
        assert ("pays late" in shown, "E-9" in shown) == (False, False)
    assert as_olga.get(f"/api/v1/dealers/{dealer.public_id}").json()["remark"] == "pays late"


def test_a_dealer_keeps_its_addresses_and_shops_over_both_doors(as_dora, dealer):
    own = f"/dealers/{dealer.public_id}"

    assert as_dora.post(f"{own}/addresses/new", make.ADDRESS).status_code == 302
    made = as_dora.post(f"/api/v1/dealers/{dealer.public_id}/addresses", make.ADDRESS, **JSON)
    patched = as_dora.patch(f"/api/v1/addresses/{made.json()['id']}", {"is_default": True}, **JSON)
    assert as_dora.post(f"{own}/shops/new", {"code": "S-1", "name": "One"}).status_code == 302
    assert as_dora.post("/api/v1/shops", {"code": "S-2", "name": "Two"}, **JSON).status_code == 201

    assert (made.status_code, patched.status_code) == (201, 200)
    assert patched.json()["consignee"] == make.ADDRESS["consignee"]
    listed = as_dora.get(f"/api/v1/dealers/{dealer.public_id}/addresses").json()["items"]
    assert sorted(one["is_default"] for one in listed) == [False, True]
    assert [one["code"] for one in as_dora.get("/api/v1/shops").json()["items"]] == ["S-2", "S-1"]


def workbook(rows: list[dict]) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(file, [Sheet("Dealers", COLUMNS, rows)])
    file.seek(0)
    file.name = "dealers.xlsx"
    return file


NEW = {"code": "D-8", "name": "Eight", "level": "Gold", "administrator_login": "eight", "contact": "Eve"}


def test_an_import_shows_first_stores_then_and_hands_the_passwords_out_once(as_olga, dealer):
    preview = as_olga.post(
        "/dealers/import", {"file": workbook([NEW, {"code": "D-DORA", "name": "Dora's Drinks & Snacks"}])}
    )
    assert (preview.status_code, Dealer.objects.count()) == (200, 1)

    done = confirmed(as_olga, import_id(preview.content.decode()))

    assert (done.status_code, Dealer.objects.count()) == (200, 2)
    dealer.refresh_from_db()
    created = Dealer.objects.get(code="D-8")
    assert (dealer.name, created.level.name, created.contact) == ("Dora's Drinks & Snacks", "Gold", "Eve")
    token = re.search('name="token" value="([^"]+)"', done.content.decode()).group(1)
    file = as_olga.post("/dealers/import/passwords", {"token": token})
    again = as_olga.post("/dealers/import/passwords", {"token": token})
    assert (file.status_code, again.status_code) == (200, 410)
    row = read_table(io.BytesIO(file.getvalue()), "p.xlsx", PASSWORD_COLUMNS).rows[0].values
    assert created.organisation.memberships.get().user.check_password(row["password"])


def test_a_confirmed_import_repeated_stores_nothing_twice(as_olga):
    preview = as_olga.post("/dealers/import", {"file": workbook([NEW])})

    for _ in range(2):
        assert confirmed(as_olga, import_id(preview.content.decode())).status_code == 200

    assert Dealer.objects.count() == 1


def test_a_row_that_is_refused_leaves_the_others(as_olga, dora_user):
    rows = [NEW, {"code": "D-9", "name": "Nine", "administrator_login": "dora"}]

    preview = as_olga.post("/dealers/import", {"file": workbook(rows)})
    done = confirmed(as_olga, import_id(preview.content.decode()))

    assert "Somebody already logs in with this." in done.content.decode()
    assert sorted(Dealer.objects.values_list("code", flat=True)) == ["D-8", "D-DORA"]


@pytest.mark.parametrize(
    ("rows", "place", "sentence"),
    [
        (
            [{"code": "D-8", "name": "x", "level": "Iron", "administrator_login": "a1"}],
            "F Level",
            "There is no level Iron.",
        ),
        ([{"code": "D-8", "name": "x"}], "H Account name", "A new dealer needs an account name"),
        ([NEW, {**NEW, "administrator_login": "other"}], "A Code", "D-8"),
    ],
)
def test_a_wrong_workbook_names_the_place_and_stores_nothing(as_olga, rows, place, sentence):
    answer = as_olga.post("/dealers/import", {"file": workbook(rows)})

    assert (answer.status_code, Dealer.objects.count()) == (422, 0)
    assert place in answer.content.decode()
    assert sentence in answer.content.decode()
    assert 'name="import"' not in answer.content.decode()


def test_a_preview_of_somebody_else_is_not_confirmed(as_olga, dealer, supplier_organisation):
    preview = as_olga.post("/dealers/import", {"file": workbook([NEW])})
    fields = {"import": import_id(preview.content.decode())}
    fiona = client_of(make_person(supplier_organisation, "fiona", administrator=True))

    assert fiona.post("/imports/confirm", fields).status_code == 409
    assert as_olga.post("/imports/confirm", {"import": fields["import"][:-3] + "abc"}).status_code == 409
    assert Dealer.objects.count() == 1


def test_the_export_holds_what_the_filter_leaves(as_olga, dealer, stranger):
    Dealer.objects.filter(pk=stranger.pk).update(search_key="xavier", remark="=1+1")

    answer = as_olga.get("/dealers/export?q=xavier")

    rows = read_table(io.BytesIO(answer.getvalue()), "d.xlsx", EXPORTED).rows
    assert [(row.values["code"], row.values["remark"]) for row in rows] == [("D-XAVIER", "=1+1")]


@pytest.mark.parametrize(("country", "is_hinted"), [("CN", True), ("NL", False)])
def test_chinese_hints_stand_on_the_address_forms_of_suppliers_in_china(as_olga, dealer, country, is_hinted):
    SupplierSettings.objects.update(country=country)
    address = as_olga.get(f"/dealers/{dealer.public_id}/addresses/new").content.decode()
    warehouse = as_olga.get("/logistics/warehouses/new").content.decode()

    assert f'<option value="{country}" selected>' in address
    assert f'<option value="{country}" selected>' in warehouse
    assert ("010-1234567" in address) == is_hinted
    assert ("浙江省" in address) == is_hinted
    assert ("浙江省" in warehouse) == is_hinted


def test_an_address_form_suggests_the_places_of_what_is_chosen(as_dora, dealer):
    page = as_dora.get(f"/dealers/{dealer.public_id}/addresses/new").content.decode()
    cities = as_dora.get(
        "/regions", {"country": "CN", "region1": "浙江省", "region2": "杭州市"}
    ).content.decode()
    abroad = as_dora.get("/regions", {"country": "DE", "region1": "浙江省"}).content.decode()

    assert 'list="provinces"' in page
    assert '<option value="浙江省">' in page
    assert ('<option value="宁波市">' in cities, '<option value="西湖区">' in cities) == (True, True)
    assert "<option" not in abroad
