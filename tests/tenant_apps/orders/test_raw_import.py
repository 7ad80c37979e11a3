"""Orders from a workbook or a paste: columns, grouping, faults, and the worker that takes them (W-141, §8)."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.imports.models import Import
from platform_core.workbooks.reading import read_table
from tenant_apps.logistics.models import Carrier
from tenant_apps.logistics.rules import CARRIER_CODE_COLUMNS
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.queries.taking import order_columns, orders_preview
from tenant_apps.orders.sheet import examples
from tests.factories.orders import settings
from tests.imports import confirmed, import_id
from tests.platform_core.workbook_kit import workbook

HEADINGS = (
    *("原始单号", "店铺编号", "物流公司编号", "客户网名", "省", "市", "区", "地址", "收货人", "手机", "电话"),
    *("商家编码", "数量", "单位", "销售价格", "发票类别", "客户备注", "客服备注", "备注"),
)
GOOD = {
    "原始单号": "TB-1",
    "店铺编号": "SHOP-A",
    "省": "浙江省",
    "市": "杭州市",
    "地址": "文三路 1 号",
    "收货人": "张三",
    "手机": "13800138000",
    "商家编码": "A-1",
    "数量": 2,
}


def rows(*changes):
    return [HEADINGS, *[[{**GOOD, **change}.get(name, "") for name in HEADINGS] for change in changes]]


def upload(client, *changes):
    file = SimpleUploadedFile("orders.xlsx", workbook(rows(*changes)))
    return client.post("/orders/raw/import", {"file": file}, follow=True)


def preview(actor, *changes):
    return orders_preview(actor, io.BytesIO(workbook(rows(*changes))), "orders.xlsx", locale="en")


def faults(actor, *changes):
    return [(one.row, one.column_key, one.code) for one in preview(actor, *changes).table.errors]


@pytest.fixture
def lenient_carrier(trade):
    settings(carrier_required=False)
    return trade


CELLS = {
    "G-31 district blank": ({"区": ""}, []),
    "G-32 city blank": ({"市": ""}, [("region2", "required")]),
    "province blank": ({"省": ""}, [("region1", "required")]),
    "G-33 municipality": ({"省": "北京市", "市": "北京市"}, [("region1", "municipality_with_suffix")]),
    "G-30 7 digits": ({"手机": "", "电话": "010-1234567"}, []),
    "G-30 8 digits": ({"手机": "", "电话": "010-12345678"}, []),
    "G-30 no hyphen": ({"手机": "", "电话": "0101234567"}, [("phone", "phone_wrong")]),
    "G-30 6 digits": ({"手机": "", "电话": "010-123456"}, [("phone", "phone_wrong")]),
    "both numbers": ({"电话": "010-1"}, [("phone", "phone_wrong")]),
    "no number": ({"手机": ""}, [("mobile", "required")]),
    "shop missing": ({"店铺编号": ""}, [("shop", "required")]),
    "shop of nobody": ({"店铺编号": "SHOP-Z"}, [("shop", "shop_unknown")]),
    "carrier unknown": ({"物流公司编号": "NOBODY"}, [("carrier", "carrier_unknown")]),
    "quantity": ({"数量": 0}, [("quantity", "quantity_not_positive")]),
    "no quantity": ({"数量": "many"}, [("quantity", "not_a_number")]),
    "invoice": ({"发票类别": 7}, [("invoice_kind", "not_a_choice")]),
    "invoice by number": ({"发票类别": 2}, []),
    "code missing": ({"商家编码": ""}, [("code", "required")]),
    "unknown code is a mark, no fault": ({"商家编码": "NOT-MINE"}, []),
}


@pytest.mark.parametrize(("change", "expected"), CELLS.values(), ids=CELLS)
def test_a_cell_is_right_or_named_with_its_fault(lenient_carrier, dora, change, expected):
    assert [(key, code) for _row, key, code in faults(dora, change)] == expected


def test_the_carrier_is_required_when_the_supplier_says_so(trade, dora):
    settings(carrier_required=True)
    assert faults(dora, {}) == [(2, "carrier", "required")]
    assert faults(dora, {"物流公司编号": trade.carrier.code}) == []


def test_rows_with_one_number_are_one_order_and_rows_without_are_their_own(lenient_carrier, dora):
    found = preview(dora, {}, {"商家编码": "A-2"}, {"原始单号": ""}, {"原始单号": ""}, {"原始单号": "TB-2"})

    assert [(one.row, one.wanted.client_ref, len(one.rows)) for one in found.orders] == [
        (2, "TB-1", 2),
        (4, "", 1),
        (5, "", 1),
        (6, "TB-2", 1),
    ]


def test_rows_of_one_order_must_agree_and_name_a_code_once(lenient_carrier, dora):
    assert faults(dora, {}, {"商家编码": "A-2", "收货人": "李四"}, {}) == [
        (3, "consignee", "order_differs"),
        (4, "code", "line_repeated"),
    ]


def test_a_number_that_was_taken_is_a_fault(lenient_carrier, dora, as_dora):
    confirmed(as_dora, import_id(upload(as_dora, {}).content.decode()))

    assert faults(dora, {}) == [(2, "number", "reference_taken")]


def test_the_example_of_the_template_is_clean_and_english_headings_are_read(lenient_carrier, dora):
    columns = order_columns()
    sheet = [[c.en for c in columns]]
    sheet += [[one.get(c.key, "") for c in columns] for one in examples("SHOP-A")]
    text = "\n".join("\t".join(map(str, row)) for row in sheet)

    found = orders_preview(dora, io.BytesIO(text.encode()), "pasted.tsv", locale="en")

    assert found.table.is_clean
    assert [len(one.rows) for one in found.orders] == [2, 1]
    assert found.unknown == ("TEA-500", "WATER-550")


def test_the_template_tells_a_dealer_the_codes_of_carriers_and_no_more(lenient_carrier, as_dora):
    Carrier.objects.create(code="OFF", name="Out of use", enabled=False, external_id="ERP-9")

    file = io.BytesIO(as_dora.get("/orders/raw/import/template").getvalue())
    found = read_table(file, "t.xlsx", CARRIER_CODE_COLUMNS)

    assert lenient_carrier.carrier.code in [row.values["known_code"] for row in found.rows]
    assert "OFF" not in [row.values["known_code"] for row in found.rows]
    assert set(found.letters) == {"known_code", "known_name", "known_free", "known_default"}


def test_w141_from_the_workbook_to_orders_and_marks(lenient_carrier, dora, as_dora):
    page = upload(as_dora, {"销售价格": "9.9"}, {"原始单号": "TB-2", "商家编码": "NOT-MINE"})
    assert "NOT-MINE" in page.content.decode()
    assert not RawOrder.objects.exists()

    report = confirmed(as_dora, import_id(page.content.decode())).content.decode()

    placed, waiting = RawOrder.objects.order_by("batch_row")
    assert (placed.state, placed.source, placed.client_ref) == ("submitted", "excel", "TB-1")
    assert str(SalesOrder.objects.get().lines.get().sales_price) == "9.900000"
    assert (waiting.state, [one["mark"] for one in waiting.marks]) == ("pending", ["goods"])
    assert (placed.nickname, placed.phone) == ("Dora's Drinks张三", "13800138000")
    row = Import.objects.get()
    assert (row.state, row.rows_total, row.rows_done) == ("done", 2, 2)
    assert row.result == {"orders": 2, "submitted": 1, "waits": 1, "staff": False}
    assert "1 submitted, 1 wait with a mark" in report
    assert "NOT-MINE is not among your goods" in report


def test_a_paste_takes_the_same_road(lenient_carrier, as_dora):
    text = "\n".join("\t".join(map(str, row)) for row in rows({}, {"原始单号": "TB-2"}))

    page = as_dora.post("/orders/raw/paste", {"rows": text}, follow=True)
    confirmed(as_dora, import_id(page.content.decode()))

    assert set(RawOrder.objects.values_list("source", "state")) == {("paste", "submitted")}
    assert SalesOrder.objects.count() == 2


def test_a_file_with_a_fault_stores_nothing_and_says_where(lenient_carrier, as_dora):
    page = upload(as_dora, {}, {"原始单号": "TB-2", "市": ""})

    assert page.status_code == 422
    assert "“City” is required." in page.content.decode()
    assert not RawOrder.objects.exists()


def test_what_became_wrong_since_the_preview_stores_nothing(lenient_carrier, as_dora):
    page = upload(as_dora, {}, {"原始单号": "TB-2", "物流公司编号": lenient_carrier.carrier.code})
    Carrier.objects.update(enabled=False)

    report = confirmed(as_dora, import_id(page.content.decode()))

    assert "There is no carrier C-A in use" in report.content.decode()
    assert Import.objects.get().state == "failed"
    assert not RawOrder.objects.exists()


def test_the_suppliers_people_import_in_a_dealers_name_and_see_only_what_was_submitted(
    lenient_carrier, as_olga, as_dora
):
    page = upload(as_olga, {}, {"原始单号": "TB-2", "商家编码": "NOT-MINE"})
    report = confirmed(as_olga, import_id(page.content.decode()))

    assert report.status_code == 200
    placed, waiting = RawOrder.objects.order_by("batch_row")
    assert placed.actor_on_behalf_of == waiting.actor_on_behalf_of == "Dora's Drinks"
    assert SalesOrder.objects.get().raw_order == placed
    assert as_olga.get("/orders/raw/").status_code == 404
    assert as_olga.get(f"/orders/raw/{waiting.public_id}").status_code == 404
    assert waiting.number in as_dora.get("/orders/raw/").content.decode()
    # The file and its report are the sender's.
    assert as_dora.get(f"/imports/{Import.objects.get().public_id}").status_code == 404


def test_the_address_of_a_refused_paste_opened_again_is_the_form(as_dora):
    """Choosing another language or reloading asks for it with GET."""
    assert as_dora.post("/orders/raw/paste", {"rows": "nothing"}).status_code == 422
    assert as_dora.get("/orders/raw/paste").headers["Location"] == "/orders/raw/import"
