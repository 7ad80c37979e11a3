"""Goods by workbook: looked at, then stored whole or not at all."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from platform_core.attachments.models import Attachment
from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import NotFound, NotPermitted
from platform_core.kernel.ids import new_uuid
from platform_core.workbooks.writing import write_csv, write_template
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import brands, imports, products
from tenant_apps.catalog.models import Brand, Category, Pack, Product, Sku
from tenant_apps.catalog.queries import GoodsFilter
from tenant_apps.catalog.rules import columns as sheet
from tests.factories import catalog as make
from tests.tenant_apps.catalog.books import PRECISION, book, row


def store(actor, file):
    upload = imports.upload_goods(actor=actor, file=file)
    return imports.import_goods(actor=actor, operation_id=new_uuid(), upload_id=upload.public_id)


def look(file, locale="en"):
    return queries.compared(file, file.name, locale=locale)


def stored_rows():
    skus = Sku.objects.order_by("merchant_code").values_list("merchant_code", "version")
    return list(skus), Product.objects.count(), Category.objects.count(), Brand.objects.count()


def test_new_goods_bring_their_category_and_brand(olga):
    file = book(
        row(
            "A-1",
            product_code="A",
            category="Drinks/Water",
            brand="Clearbrook",
            origin="Hangzhou",
            spec="0.5 l",
            pack_name="case",
            pack_units=Decimal(24),
            tax_rate=Decimal(13),
            multiple=Decimal(6),
            minimum=Decimal(12),
        ),
        row("A-2", product_code="A", product_name="Goods A-1"),
    )

    done = store(olga, file)

    assert done == {"new": 2, "updated": 0, "unchanged": 0, "products": 1, "categories": 2, "brands": 1}
    first = Sku.objects.select_related("product__category__parent", "product__brand").get(merchant_code="A-1")
    assert first.product.origin == "Hangzhou"
    assert (first.product.code, first.product.name, first.product.brand.name) == (
        "A",
        "Goods A-1",
        "Clearbrook",
    )
    assert (first.product.category.name, first.product.category.parent.name) == ("Water", "Drinks")
    assert (first.multiple, first.minimum, first.tax_rate, first.enabled) == (6, 12, 13, True)
    assert list(first.packs.values_list("name", "units")) == [("case", 24)]
    assert "clearbrook" in first.search_key
    assert Sku.objects.get(merchant_code="A-2").product_id == first.product_id
    assert not Attachment.objects.exists()


def test_a_preview_stores_nothing_and_says_what_would_change(olga):
    make.sku("A-1", make.product("A", "Water"), spec="0.5 l", retail_price=Decimal(2))
    before = stored_rows()

    found = look(
        book(
            row(
                "A-1",
                product_code="A",
                product_name="Water",
                wholesale_price=Decimal("0.9"),
                retail_price=Decimal("2.5"),
                spec="0.5 l",
            ),
            row("B-1"),
        )
    )

    known, new = found.plan.skus
    assert (known.status, known.shown_changes) == ("updated", [("retail_price", Decimal(2), Decimal("2.5"))])
    assert new.status == "new"
    assert stored_rows() == before


def test_a_second_import_changes_by_code_and_says_what(olga):
    store(olga, book(row("A-1", product_code="A", remark="old")))

    done = store(
        olga, book(row("A-1", product_code="A", product_name="Renamed", retail_price=Decimal(3), remark=""))
    )

    assert done["updated"] == 1
    sku = Sku.objects.select_related("product").get()
    assert (sku.retail_price, sku.version) == (3, 2)
    assert (sku.product.name, sku.product.remark, sku.product.version) == ("Renamed", "", 2)
    assert "renamed" in sku.search_key
    line = AuditLine.objects.filter(subject_id=sku.public_id).latest("id")
    assert (line.verb, line.before, line.after) == (
        "imported",
        {"retail_price": "2"},
        {"retail_price": "3"},
    )


def test_a_price_list_needs_the_code_and_the_price_only(olga):
    store(olga, book(row("A-1", brand="Clearbrook", barcode="690")))

    store(olga, book(row("A-1", retail_price=Decimal("9.5")), only={"merchant_code", "retail_price"}))

    sku = Sku.objects.select_related("product__brand").get()
    assert (sku.retail_price, sku.barcode, sku.product.brand.name) == (Decimal("9.5"), "690", "Clearbrook")


@pytest.mark.parametrize("locale", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_and_imported_again_changes_nothing(olga, locale, kind):
    store(
        olga,
        book(
            row(
                "A-1",
                product_code="A",
                category="饮料/水",
                brand="农夫山泉",
                pack_name="箱",
                pack_units=Decimal(24),
            ),
            row("A-2", product_code="A", product_name="Goods A-1", enabled=False),
            row("=1+1", barcode="007", spec="-5 °C", remark="@home", product_name="+plus"),
        ),
    )
    brand = Brand.objects.get()
    brands.archive_brand(actor=olga, operation_id=new_uuid(), brand_id=brand.public_id, confirmed=True)
    before = stored_rows()

    tree = queries.tree()
    rows = list(queries.exported(queries.skus_found(olga, GoodsFilter(), tree), tree))
    if kind == "xlsx":
        file = book(*rows, locale=locale)
    else:
        out = io.BytesIO()
        write_csv(out, sheet.columns(PRECISION), rows, locale=locale)
        file = SimpleUploadedFile("goods.csv", out.getvalue())
    done = store(olga, file)

    assert done == {"new": 0, "updated": 0, "unchanged": 3, "products": 0, "categories": 0, "brands": 0}
    assert stored_rows() == before


@pytest.mark.parametrize("locale", ["en", "zh-hans"])
def test_the_template_can_be_filled_in_and_comes_back(olga, locale):
    out = io.BytesIO()
    examples = sheet.examples(chinese=locale != "en")
    write_template(
        out, sheet.columns(PRECISION), name="Goods", examples=examples, notes=sheet.NOTES, locale=locale
    )
    empty = look(SimpleUploadedFile("goods.xlsx", out.getvalue()), locale)
    assert [error.code for error in empty.table.errors] == ["no_rows"]

    assert store(olga, book(*examples, locale=locale))["new"] == 2


def test_faults_are_told_by_row_and_column_and_nothing_is_stored(olga):
    make.sku("OLD-1", make.product("OLD", "Old goods"))
    before = stored_rows()
    file = book(
        row("A-1", retail_price=Decimal(-1)),
        row("A-1"),
        row("A-3", retail_price=Decimal("1.234")),
        row("A-4", unit=None),
        row("OLD-1", product_code="OTHER"),
        row("A-6", product_code="A-6", product_name="One"),
        row("A-7", product_code="A-6", product_name="Two"),
        row("A-8", pack_name="case"),
        row("A-9", multiple=Decimal(0)),
        row("A-10", category="A//B"),
        row("A-11", category="/".join("ABCDEFG")),
    )
    upload = imports.upload_goods(actor=olga, file=file)

    with pytest.raises(errors.ImportRefused) as refusal:
        imports.import_goods(actor=olga, operation_id=new_uuid(), upload_id=upload.public_id)

    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [
        ("/rows/2/retail_price", "below_minimum"),
        ("/rows/3/merchant_code", "duplicate_value"),
        ("/rows/4/retail_price", "too_many_places"),
        ("/rows/5/unit", "required"),
        ("/rows/6/product_code", "moved"),
        ("/rows/8/product_name", "differs"),
        ("/rows/9/pack_units", "required"),
        ("/rows/10/multiple", "not_positive"),
        ("/rows/11/category", "path"),
        ("/rows/12/category", "too_deep"),
    ]
    assert stored_rows() == before


def test_faults_are_told_in_the_readers_language(olga):
    with translation.override("zh-hans"):
        found = look(book(row("A-1", multiple=Decimal(0)), locale="zh-hans"), "zh-hans")

        assert [str(error) for error in found.table.errors] == ["第 2 行 Q 列：必须大于 0。"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("goods.xlsx", b"PK\x03\x04 not an archive", "workbook_damaged"),
        ("goods.csv", b"Name,Price\nwater,1\n", "wrong_sheet"),
        ("goods.csv", b"\xff\x00\x80", "encoding_unknown"),
        ("goods.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"),
        ("goods.csv", b"Merchant code\n" + b"".join(b"C%d\n" % n for n in range(20_001)), "too_many_rows"),
    ],
)
def test_hostile_files_give_one_error_and_store_nothing(olga, name, content, code):
    found = look(SimpleUploadedFile(name, content))

    assert [error.code for error in found.table.errors] == [code]
    assert stored_rows() == ([], 0, 0, 0)


def test_an_enabled_sku_enables_its_disabled_product(olga):
    home = make.product("A", "Water")
    make.sku("A-1", home)
    products.set_product_enabled(
        actor=olga, operation_id=new_uuid(), product_id=home.public_id, enabled=False
    )

    store(olga, book({"merchant_code": "A-1", "enabled": True}, only={"merchant_code", "enabled"}))

    assert Product.objects.get().enabled
    assert Sku.objects.get().enabled


def test_a_new_sku_of_a_disabled_product_stays_disabled_and_shows_its_picture_key(olga):
    home = make.product("A", "Water", enabled=False)

    store(olga, book(row("A-1", product_code="A", product_name="Water")))

    assert not Product.objects.get(pk=home.pk).enabled
    assert not Sku.objects.get().enabled


def test_confirming_twice_stores_once(olga):
    upload = imports.upload_goods(actor=olga, file=book(row("A-1")))
    key = new_uuid()
    first = imports.import_goods(actor=olga, operation_id=key, upload_id=upload.public_id)

    assert imports.import_goods(actor=olga, operation_id=key, upload_id=upload.public_id) == first
    assert Sku.objects.count() == 1
    with pytest.raises(NotFound):
        imports.import_goods(actor=olga, operation_id=new_uuid(), upload_id=upload.public_id)


def test_nobody_confirms_anothers_file_or_imports_without_permission(olga, sam):
    upload = imports.upload_goods(actor=olga, file=book(row("A-1")))

    with pytest.raises(NotFound):
        queries.upload_for(sam, upload.public_id)
    with pytest.raises(NotPermitted):
        imports.import_goods(actor=sam, operation_id=new_uuid(), upload_id=upload.public_id)
    assert stored_rows() == ([], 0, 0, 0)


def test_a_second_pack_is_left_alone(olga):
    make.sku("A-1", make.product("A", "Water"), packs={"case": 24, "pallet": 480})

    store(
        olga,
        book(
            {"merchant_code": "A-1", "pack_name": "case", "pack_units": Decimal(12)},
            only={"merchant_code", "pack_name", "pack_units"},
        ),
    )

    assert list(Pack.objects.order_by("id").values_list("name", "units")) == [("case", 12), ("pallet", 480)]


def goods(mark, count, price):
    """Two SKUs to a product, 21 categories, 20 brands."""
    return book(*(
        row(f"{mark}-{n}", product_code=f"{mark}-P{n // 2}", product_name=f"矿泉水 Water {n // 2}",
            category=f"{mark}{n % 7}/S{n % 3}" if n % 2 == 0 else None, brand=f"{mark}{n // 2 % 20}",
            retail_price=Decimal(price))
        for n in range(count)
    ))  # fmt: skip


def statements(actor, file):
    with CaptureQueriesContext(connections["default"]) as captured:
        store(actor, file)
    return len(
        [q for q in captured.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SET "))]
    )


def test_many_rows_take_no_statement_each(olga):
    make.category("There already")
    assert statements(olga, goods("A", 10, 2)) == statements(olga, goods("B", 990, 2)) == 31
    assert statements(olga, goods("A", 10, 3)) == statements(olga, goods("B", 990, 3)) == 24
    assert Sku.objects.filter(retail_price=3).count() == 1000
