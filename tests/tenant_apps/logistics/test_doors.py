"""Pages and API of warehouses and carriers: both do the same, and nobody reaches what is not theirs."""

from __future__ import annotations

import io
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from platform_core.workbooks.reading import read_table
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.logistics import commands
from tenant_apps.logistics.models import Carrier, FinanceCondition, MemoRule, Warehouse
from tenant_apps.logistics.pages.carriers import COLUMNS, EXPORTED
from tenant_apps.logistics.rules import CARRIER_CODE_COLUMNS
from tests.factories import logistics as make
from tests.imports import confirmed, import_id

JSON = {"content_type": "application/json"}


def pages(warehouse, carrier) -> list[str]:
    """Every page for the supplier's people that can be read."""
    return [
        "/logistics/warehouses",
        "/logistics/warehouses/new",
        "/logistics/warehouses/export",
        "/logistics/warehouses/export?format=csv",
        f"/logistics/warehouses/{warehouse.public_id}",
        "/logistics/carriers/new",
        "/logistics/carriers/import",
        "/logistics/carriers/template",
        "/logistics/carriers/export",
        f"/logistics/carriers/{carrier.public_id}",
    ]


def test_the_supplier_opens_every_page_and_a_dealer_only_the_carriers(as_olga, as_dora, rival_olga):
    warehouse, carrier = make.make_warehouse(finance_review=True), make.make_carrier()

    for url in [*pages(warehouse, carrier), "/logistics/carriers"]:
        assert (url, as_olga.get(url).status_code) == (url, 200)
    for url in pages(warehouse, carrier):
        assert (url, as_dora.get(url).status_code) == (url, 404)
    assert as_dora.get("/logistics/carriers").status_code == 200
    for row in (f"warehouses/{warehouse.public_id}", f"carriers/{carrier.public_id}"):
        assert rival_olga.get(f"/logistics/{row}").status_code == 404
        assert rival_olga.get(f"/api/v1/{row}").status_code == 404


def test_staff_without_scope_reaches_no_warehouse(as_sam, sam_user):
    sam_user.membership.permissions = ["logistics.read", "logistics.manage"]
    sam_user.membership.save()
    row = make.make_warehouse()

    assert as_sam.get(f"/logistics/warehouses/{row.public_id}").status_code == 404
    assert as_sam.post(f"/logistics/warehouses/{row.public_id}/disable").status_code == 404
    assert as_sam.patch(f"/api/v1/warehouses/{row.public_id}", {"name": "x"}, **JSON).status_code == 404
    assert as_sam.get("/api/v1/warehouses").json()["items"] == []
    row.refresh_from_db()
    assert (row.name, row.enabled) == ("Warehouse W-1", True)


STATEMENTS = {
    "/logistics/warehouses": 6,
    "/logistics/carriers": 6,
    "/logistics/memo-rules": 6,
    "/api/v1/warehouses": 6,
    "/api/v1/carriers": 4,
    "/api/v1/memo-rules": 4,
}


@pytest.mark.parametrize("url", STATEMENTS)
def test_a_list_of_three_costs_the_statements_of_a_list_of_one(as_olga, url):
    carrier = make.make_carrier("A")
    FinanceCondition.objects.create(warehouse=make.make_warehouse("A"), kind="carrier", carrier=carrier)
    MemoRule.objects.create(target="memo", keyword="A", carrier=carrier, position=1)
    one = count(as_olga, url)
    for code in "BC":
        row = make.make_warehouse(code)
        carrier = make.make_carrier(code)
        FinanceCondition.objects.create(warehouse=row, kind="carrier", carrier=carrier)
        MemoRule.objects.create(target="memo", keyword=code, carrier=carrier, position=2)

    assert count(as_olga, url) == one == STATEMENTS[url]


def count(client, url) -> int:
    """Statements on the supplier's connection, session and actor included."""
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as caught:
        assert client.get(url).status_code == 200
    ours = [
        q
        for q in caught.captured_queries
        if not re.match(r"SAVEPOINT|RELEASE|SET |SELECT set_config", q["sql"])
    ]
    return len(ours)


def by_page(client, values: dict):
    form = {"kind": "own", "country": "CN", "finance_review": "on", **values}
    return client.post("/logistics/warehouses/new", form)


def by_api(client, values: dict):
    own = {"code": values["code"], "name": values["name"], "finance_review": True}
    address = {name: values[name] for name in values if name.startswith("region")}
    conditions = [{"kind": "region", "region1": "浙江省", "region2": "杭州市"}]
    return client.post("/api/v1/warehouses", {**own, "address": address, "conditions": conditions}, **JSON)


VALUES = {
    "code": "W-1",
    "name": "Hangzhou",
    "region1": "浙江省",
    "region2": "杭州市",
    "condition_regions": "浙江省 杭州市",
}


@pytest.mark.parametrize("door", [by_page, by_api])
def test_both_doors_add_the_same_warehouse(as_olga, door):
    assert door(as_olga, VALUES).status_code == (302 if door is by_page else 201)

    row = Warehouse.objects.get()
    assert (row.code, row.region2, row.finance_review, row.is_default) == ("W-1", "杭州市", True, True)
    assert list(FinanceCondition.objects.values_list("kind", "region1", "region2")) == [
        ("region", "浙江省", "杭州市")
    ]


@pytest.mark.parametrize("door", [by_page, by_api])
def test_both_doors_refuse_a_misspelled_place_g33(as_olga, door):
    answer = door(as_olga, {**VALUES, "region1": "北京市", "region2": "北京市"})

    assert (answer.status_code, Warehouse.objects.count()) == (422, 0)
    assert "Write the municipality 北京市 without 市 as province" in answer.content.decode()


def test_a_wrong_condition_is_shown_at_its_field_of_the_form(as_olga):
    answer = by_page(as_olga, {**VALUES, "condition_regions": "浙江 杭州市"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "condition_regions": ["Write the full name of the province: 浙江省 instead of 浙江."]
    }


def test_a_patch_of_part_of_an_address_keeps_the_rest(as_olga):
    row = make.make_warehouse(postcode="310000")

    answer = as_olga.patch(
        f"/api/v1/warehouses/{row.public_id}", {"address": {"line1": "1 West Lake"}}, **JSON
    )

    row.refresh_from_db()
    assert (answer.status_code, row.line1, row.region1, row.postcode) == (
        200,
        "1 West Lake",
        "浙江省",
        "310000",
    )


def test_the_default_refuses_to_be_disabled_through_both_doors(as_olga):
    row = make.make_warehouse(is_default=True)

    api = as_olga.post(f"/api/v1/warehouses/{row.public_id}/disable", **JSON)
    page = as_olga.post(f"/logistics/warehouses/{row.public_id}/disable", follow=True)

    assert (api.status_code, api.json()["code"]) == (409, "default_stays")
    assert "Make another one the default first." in page.content.decode()
    row.refresh_from_db()
    assert row.enabled


def test_carriers_are_imported_after_a_preview_and_exported_back(as_olga):
    make.make_carrier("SF", free_shipping=True)
    file = io.BytesIO()
    write_xlsx(
        file,
        [Sheet("Carriers", COLUMNS, [{"code": "SF", "name": "SF Express"}, {"code": "YTO", "name": "YTO"}])],
    )
    file.seek(0)
    file.name = "carriers.xlsx"

    preview = as_olga.post("/logistics/carriers/import", {"file": file})
    assert (preview.status_code, Carrier.objects.count()) == (200, 2)
    report = confirmed(as_olga, import_id(preview.content.decode()))
    assert report.context["said"] == "1 carriers added, 1 changed."

    exported = read_table(
        io.BytesIO(as_olga.get("/logistics/carriers/export").getvalue()), "c.xlsx", EXPORTED
    )
    found = [(row.values["code"], row.values["name"], row.values["free_shipping"]) for row in exported.rows]
    assert found == [
        ("DEFAULT", "Standard delivery", False),
        ("SF", "SF Express", True),
        ("YTO", "YTO", False),
    ]


@pytest.mark.parametrize("door", ["page", "API"])
def test_conditions_are_copied_by_one_click_and_one_call_w036(as_olga, door):
    row, other = make.make_warehouse(finance_review=True), make.make_warehouse("W-2", finance_review=True)
    idle = make.make_warehouse("W-3", finance_review=True, enabled=False)
    FinanceCondition.objects.create(warehouse=row, kind="freight_zero")

    if door == "page":
        told = as_olga.post(f"/logistics/warehouses/{row.public_id}/apply", follow=True).content.decode()
        assert "1 other warehouse has these conditions now." in told
    else:
        found = as_olga.post(f"/api/v1/warehouses/{row.public_id}/apply-conditions", **JSON).json()
        assert [one["id"] for one in found] == [other.public_id]

    assert list(other.finance_conditions.values_list("kind", flat=True)) == ["freight_zero"]
    assert not idle.finance_conditions.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_templates_bring_the_codes_of_the_carriers_w040(as_olga, language):
    make.make_carrier("SF", external_id="8", free_shipping=True, enabled=False)
    asked = {"headers": {"accept-language": language}}
    files = [as_olga.get(f"/logistics/{one}/template", **asked) for one in ("carriers", "memo-rules")]

    for file in files:
        found = read_table(io.BytesIO(file.getvalue()), "t.xlsx", CARRIER_CODE_COLUMNS)
        rows = [list(row.values.values()) for row in found.rows]
        assert rows == [
            ["DEFAULT", "Standard delivery", None, False, True, True],
            ["SF", "Carrier SF", "8", True, False, False],
        ]


def test_the_history_of_a_warehouse_speaks_in_words(as_olga, olga):
    values = {
        "code": "W-9", "name": "North", "country": "CN", "kind": "own", "finance_review": True,
        "conditions": [{"kind": "region", "region1": "浙江省", "region2": "杭州市"}, {"kind": "freight_zero"}],
    }  # fmt: skip
    row = commands.add_warehouse(actor=olga, values=values)

    shown = as_olga.get(f"/logistics/warehouses/{row.public_id}").content.decode()
    shown = shown[shown.index('class="timeline-list') :]
    assert "Own stock" in shown
    assert "Regions 浙江省 杭州市; The freight is 0" in shown
    assert "freight_zero" not in shown
    assert 'class="before' not in shown  # what is new was nothing before
