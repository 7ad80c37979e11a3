"""Price rules at their doors: page, workbook, API; what is refused, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Invalid, NotFound
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.queries import price_rules, price_rules_sheet
from tests.factories import strategies as make
from tests.tenant_apps.orders.asking import send

D = Decimal
API = "/api/v1/price-rules"


@pytest.fixture
def tea(dealer):
    (sku,) = make.skus(1)
    make.assign(dealer, make.strategy(goods=[sku], price="10"))
    return sku


def add(olga, **values):
    return commands.add_price_rule(actor=olga, values=values)


def book(*rows):
    file = BytesIO()
    write_xlsx(file, [Sheet("Rules", price_rules_sheet.COLUMNS, rows)], locale="en")
    return SimpleUploadedFile("rules.xlsx", file.getvalue())


def test_a_rule_reaches_the_dealer_at_once(olga, dealer, tea):
    rule = add(olga, dealer=dealer.code, sku="A-1", rate=D("0.85"))

    assert queries.offers(dealer_id=dealer.pk)[tea.pk].price_at(D(1)) == D("8.5")
    commands.change_price_rule(actor=olga, rule_id=rule.public_id, changes={"fixed": D(8)})
    assert queries.offers(dealer_id=dealer.pk)[tea.pk].price_at(D(1)) == 8
    commands.delete_price_rule(actor=olga, rule_id=rule.public_id)
    assert queries.offers(dealer_id=dealer.pk)[tea.pk].price_at(D(1)) == 10
    verbs = AuditLine.objects.filter(subject_kind="price_rule").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["created", "changed", "deleted"]


WRONG = [
    ({"dealer": None}, "/dealer", "dealer_or_level"),
    ({"level": "100 %"}, "/dealer", "dealer_or_level"),
    ({"dealer": "NOBODY"}, "/dealer", "dealer_unknown"),
    ({"sku": "A-9"}, "/sku", "sku_unknown"),
    ({"fixed": None}, "/fixed", "fixed_or_rate"),
    ({"rate": D("0.9")}, "/fixed", "fixed_or_rate"),
    ({"fixed": D("7.001")}, "/fixed", "price_too_precise"),
    ({"fixed": D(-1)}, "/fixed", "price_negative"),
    ({"fixed": None, "rate": D(0)}, "/rate", "rate_out_of_range"),
    ({"fixed": None, "rate": D(-1)}, "/rate", "rate_out_of_range"),
    ({"fixed": None, "rate": D("0.1234567")}, "/rate", "rate_too_precise"),
    ({"from_quantity": D(-1)}, "/from_quantity", "quantity_invalid"),
    ({"from_quantity": D("0.5")}, "/from_quantity", "quantity_invalid"),
    (
        {"valid_from": date(2026, 5, 2), "valid_until": date(2026, 5, 1)},
        "/valid_until",
        "until_before_from",
    ),
]


@pytest.mark.parametrize(("change", "pointer", "code"), WRONG)
def test_a_wrong_rule_is_refused_at_its_field(olga, dealer, tea, change, pointer, code):
    dealer.level.name = "100 %"
    dealer.level.save()

    with pytest.raises(Invalid) as refusal:
        add(olga, **{"dealer": dealer.code, "sku": "A-1", "fixed": D(7), **change})

    assert [(one.pointer, one.code) for one in refusal.value.problems] == [(pointer, code)]
    assert not PriceRule.objects.exists()


def test_a_second_rule_of_the_same_kind_is_refused_with_the_remedy(olga, dealer, tea):
    add(olga, dealer=dealer.code, fixed=D(7))
    with pytest.raises(Invalid) as refusal:
        add(olga, dealer=dealer.public_id, fixed=D(6))

    (problem,) = refusal.value.problems
    assert (problem.pointer, problem.code) == ("/from_quantity", "price_rule_exists")
    assert "choose another quantity or day" in str(problem)
    assert PriceRule.objects.get().fixed == 7


def test_people_of_some_dealers_see_no_rule_of_others(olga, dealer, stranger, tea):
    mine, other = add(olga, dealer=dealer.code, fixed=D(7)), add(olga, dealer=stranger.code, fixed=D(6))
    narrow = replace(olga, dealer_ids=frozenset({dealer.pk}))

    assert list(price_rules.price_rules_visible_to(narrow)) == [mine]
    with pytest.raises(NotFound):
        commands.delete_price_rule(actor=narrow, rule_id=other.public_id)
    with pytest.raises(Invalid):
        commands.add_price_rule(actor=narrow, values={"dealer": stranger.code, "fixed": D(1)})
    assert PriceRule.objects.count() == 2


@pytest.mark.parametrize("count", [1, 30])
def test_an_import_takes_as_many_statements_for_one_row_as_for_thirty(olga, dealer, count):
    make.skus(count)
    rows = [{"dealer": dealer.code, "sku": f"A-{n}", "fixed": D(n)} for n in range(1, count + 1)]

    with CaptureQueriesContext(connection) as seen:
        done = commands.put_price_rules(actor=olga, rows=rows)

    assert done == {"added": count, "updated": 0, "unchanged": 0}
    sent = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(sent) == 6  # dealers, SKUs, settings, present rules, insert, audit


def test_a_workbook_updates_adds_and_says_where_it_is_wrong(olga, as_olga, dealer, tea):
    add(olga, dealer=dealer.code, sku="A-1", fixed=D(7))
    wrong = book(
        {"dealer": "NOBODY", "fixed": D(1)},
        {"dealer": dealer.code, "fixed": D(1), "rate": D("0.5")},
        {"dealer": dealer.code, "fixed": D(1)},
        {"dealer": dealer.code, "fixed": D(2)},
    )

    refused = as_olga.post("/strategies/prices/import", {"file": wrong})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "There is no dealer NOBODY." in page
    assert "Give either a fixed price or a rate, not both." in page
    assert "Row 4 has the same dealer or level" in page
    fine = book(
        {"dealer": dealer.code, "sku": "A-1", "fixed": D(6)},
        {"level": dealer.level.name, "rate": D("0.9"), "from_quantity": D(10)},
    )
    preview = as_olga.post("/strategies/prices/import", {"file": fine})
    file_id = preview.url.rsplit("/", 1)[1]
    assert "0.9" in as_olga.get(preview.url).content.decode()
    done = commands.import_price_rules(actor=olga, file_id=file_id)
    assert done == {"added": 1, "updated": 1, "unchanged": 0}
    assert queries.offers(dealer_id=dealer.pk)[tea.pk].price_at(D(10)) == 6


def test_pages_add_change_list_and_delete_many(as_olga, dealer, tea):
    asked = {"dealer": dealer.code, "sku": "A-1", "fixed": "7", "from_quantity": "10"}

    assert as_olga.post("/strategies/prices/new", {**asked, "fixed": "-1"}).status_code == 422
    assert as_olga.post("/strategies/prices/new", asked).status_code == 302
    rule = PriceRule.objects.get()
    form = as_olga.get(f"/strategies/prices/{rule.public_id}").content.decode()
    assert 'value="7"' in form
    changed = {**asked, "fixed": "6", "version": rule.version}
    assert as_olga.post(f"/strategies/prices/{rule.public_id}", changed).status_code == 302
    assert as_olga.post(f"/strategies/prices/{rule.public_id}", changed).status_code == 412
    listed = as_olga.get("/strategies/prices", {"q": "A-1", "state": "now"}).content.decode()
    assert "¥6.00" in listed
    assert "No price rule fits" in as_olga.get("/strategies/prices", {"state": "over"}).content.decode()
    assert as_olga.get("/strategies/prices/export").status_code == 200
    ticked = {"action": "delete", "ids": [rule.public_id]}
    assert "deleted" in as_olga.post("/strategies/prices/bulk", ticked).content.decode()
    assert not PriceRule.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_fixed_number_of_statements(as_olga, dealer, count):
    for sku in make.skus(count):
        PriceRule.objects.create(dealer=dealer, sku=sku, fixed=1)
    as_olga.get("/strategies/prices")

    with CaptureQueriesContext(connection) as seen:
        as_olga.get("/strategies/prices")

    assert len([one for one in seen.captured_queries if "strategies_pricerule" in one["sql"]]) == 2


def test_the_api_upserts_narrows_and_deletes(as_olga, dealer, tea):
    made = send(as_olga, "put", f"{API}/by-external-id/R1", {"dealer": dealer.code, "rate": "0.85"})
    again = send(as_olga, "put", f"{API}/by-external-id/R1", {"fixed": "8"})

    assert (made.status_code, again.status_code) == (201, 200)
    assert (again.json()["fixed"], again.json()["rate"], again.json()["state"]) == ("8", None, "now")
    found = as_olga.get(API, {"dealer": dealer.public_id, "state": "now"}).json()["items"]
    assert [one["external_id"] for one in found] == ["R1"]
    assert as_olga.get(API, {"state": "over"}).json()["items"] == []
    wrong = send(as_olga, "post", API, {"dealer": dealer.code, "fixed": "1", "rate": "1"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "fixed_or_rate")
    assert as_olga.delete(f"{API}/{found[0]['id']}").status_code == 204
    assert not PriceRule.objects.exists()


class TestWhereAPriceComesFrom:
    @pytest.fixture
    def rules(self, olga, dealer, tea):
        add(olga, level=dealer.level.name, rate=D("0.9"))
        add(olga, dealer=dealer.code, sku="A-1", fixed=D(7), from_quantity=D(100))

    def test_the_supplier_reads_every_step(self, as_olga, dealer, tea, rules):
        path = f"/strategies/dealers/{dealer.public_id}/{tea.public_id}/why"

        page = as_olga.get(path, {"quantity": "5"}).content.decode()

        assert "¥9.00" in page
        assert "90 % of 10" in page
        assert "Counts from 100 on; asked for 5." in page
        assert "¥7.00" in as_olga.get(path, {"quantity": "100"}).content.decode()

    def test_over_the_api_too(self, as_olga, dealer, rules):
        asked = {"dealer": dealer.public_id, "explain": "1"}

        (offer,) = as_olga.get("/api/v1/offers", asked).json()["items"]

        assert (offer["price"], offer["tiers"]) == ("9", [{"from_quantity": "100", "price": "7"}])
        assert [(one["code"], one["verdict"]) for one in offer["explanation"]] == [
            ("dealer_sku", "not_reached"),
            ("level", "wins"),
            ("base", "behind"),
        ]

    def test_for_a_quantity(self, as_olga, dealer, rules):
        asked = {"dealer": dealer.public_id, "explain": "1", "quantity": "100"}

        (offer,) = as_olga.get("/api/v1/offers", asked).json()["items"]

        assert [(one["code"], one["verdict"], one["price"]) for one in offer["explanation"]] == [
            ("dealer_sku", "wins", "7"),
            ("level", "behind", "9"),
            ("base", "behind", "10"),
        ]

    @pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "many", "1e20"])
    def test_for_a_quantity_that_nobody_can_order(self, as_dora, rules, quantity):
        answer = as_dora.get("/api/v1/offers", {"explain": "1", "quantity": quantity})

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/quantity")

    def test_a_quantity_without_explain_is_refused(self, as_dora, rules):
        answer = as_dora.get("/api/v1/offers", {"quantity": "5"})

        assert answer.status_code == 422
        assert "add explain=true" in answer.content.decode()

    def test_a_dealer_reads_nothing_of_the_base(self, as_dora, rules):
        (offer,) = as_dora.get("/api/v1/offers", {"explain": "true"}).json()["items"]

        assert [one["code"] for one in offer["explanation"]] == ["dealer_sku", "level"]
        assert not any("rule" in one or one["price"] == "10" for one in offer["explanation"])
        assert "90 %" not in str(offer)


def test_a_price_band_narrows_every_list(as_dora, as_olga, dealer, tea):
    PriceRule.objects.create(level=dealer.level, rate=D("0.5"))

    for band, there in (({"price_from": "5", "price_to": "5"}, True), ({"price_from": "6"}, False)):
        assert ("A-1" in as_dora.get("/strategies/my-goods", band).content.decode()) is there
        assert bool(as_dora.get("/api/v1/offers", band).json()["items"]) is there
        path = f"/strategies/dealers/{dealer.public_id}"
        assert (tea.public_id in as_olga.get(path, band).content.decode()) is there
    assert as_dora.get("/api/v1/offers", {"price_from": "cheap"}).status_code == 422
