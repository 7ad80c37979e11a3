"""Doors of the catalogue for files, and who may come in: pictures, import, export, the rival, dealers."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from platform_core.attachments.models import Attachment
from platform_core.workbooks.reading import read_table
from tenant_apps.catalog import queries
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.catalog.rules import columns as sheet
from tests.factories import catalog as make
from tests.imports import confirmed, import_id
from tests.tenant_apps.catalog.books import PRECISION, book, row
from tests.tenant_apps.catalog.test_doors import SKU, send, three


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(name="water.png", size=(600, 300)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


# Pictures


def test_pictures_are_shown_by_all_skus_of_the_product(as_olga):
    first = make.sku("A")
    make.sku("B")
    path = f"/catalog/products/{first.product.public_id}/pictures"
    assert as_olga.post(path, {"files": [picture("1.png"), picture("2.png", (50, 50))]}).status_code == 302
    one, two = Attachment.objects.order_by("position")
    assert set(Sku.objects.values_list("picture_key", flat=True)) == {one.public_id}

    as_olga.post(f"{path}/{two.public_id}", {"action": "first"})
    assert set(Sku.objects.values_list("picture_key", flat=True)) == {two.public_id}
    as_olga.post(f"{path}/{two.public_id}", {"action": "delete"})
    assert set(Sku.objects.values_list("picture_key", flat=True)) == {one.public_id}

    answer = as_olga.get(queries.picture_url(one.public_id))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (256, 128)
    assert as_olga.get(queries.picture_url(one.public_id, full=True)).headers["Content-Type"] == "image/png"


def test_a_wrong_picture_is_refused_and_none_is_stored(as_olga):
    sku = make.sku()
    path = f"/catalog/products/{sku.product.public_id}/pictures"
    svg = SimpleUploadedFile("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")

    answer = as_olga.post(path, {"files": [picture(), svg]})

    assert answer.status_code == 422
    assert answer.context["errors"] == [
        "x.png is not a picture that can be shown. Choose a JPEG, PNG or WebP file."
    ]
    assert not Attachment.objects.exists()
    assert Sku.objects.get().picture_key == ""


# Import and export


def test_the_import_pages_lead_from_template_to_stored_goods(as_olga):
    template = as_olga.get("/catalog/import/template-zh.xlsx")
    assert (
        read_table(io.BytesIO(template.content), "t.xlsx", sheet.columns(PRECISION)).errors[0].code
        == "no_rows"
    )

    sent = as_olga.post("/catalog/import", {"file": book(row("A-1"), row("A-2"))})
    preview = as_olga.get(sent.url)
    assert (preview.context["counts"]["new"], Sku.objects.count()) == (2, 0)
    assert "New SKUs: 2, new products: 2. Changed: 0. Unchanged: 0." in preview.content.decode()

    report = confirmed(as_olga, import_id(preview.content.decode()))
    assert (report.context["said"], report.context["home"]) == (
        "2 new, 0 updated, 0 unchanged.",
        "/catalog/",
    )
    assert Sku.objects.count() == 2


def test_a_wrong_file_shows_its_errors(as_olga):
    sent = as_olga.post("/catalog/import", {"file": book(row("A-1"), row("A-1", retail_price=Decimal(-1)))})

    page = as_olga.get(sent.url)

    assert [(e["row"], e["column"]) for e in page.context["errors"]] == [
        (3, "G Merchant code"),
        (3, "O Retail price"),
    ]
    assert "-1 is less than 0." in page.content.decode()
    faulty = as_olga.post("/imports/confirm", {"import": sent.url.rpartition("/")[2]})
    assert (faulty.status_code, 'name="import"' in page.content.decode()) == (409, False)
    assert not Sku.objects.exists()


def test_an_export_holds_what_the_filter_finds_and_runs_nothing(as_olga):
    three()
    make.sku("=HYPERLINK(1)", make.product("F", "@SUM(1)", remark="+1"), barcode="-1")

    text = b"".join(as_olga.get("/catalog/export?format=csv&q=690001").streaming_content).decode("utf-8-sig")
    risky = b"".join(as_olga.get("/catalog/export?format=csv&q=hyperlink").streaming_content).decode(
        "utf-8-sig"
    )

    assert [line.split(",")[6] for line in text.splitlines()] == ["Merchant code", "W-1"]
    cells = risky.splitlines()[1].split(",")
    assert [cell for cell in cells if cell[:1] in "=+-@" and cell] == []
    assert "'=HYPERLINK(1)" in cells


# Who may


PAGES = ["", "export?format=csv", "products/{product}", "products/{product}/skus", "products/{product}/pictures",
         "products/{product}/log", "products/{product}/edit", "products/{product}/skus/new", "skus/{sku}",
         "skus/{sku}/edit", "categories/{category}", "brands/{brand}"]  # fmt: skip
API = [
    "products",
    "products/{product}",
    "skus",
    "skus/{sku}",
    "categories",
    "categories/{category}",
    "brands",
    "brands/{brand}",
]


def ids():
    sku = make.sku()
    return {
        "product": sku.product.public_id, "sku": sku.public_id,
        "category": make.category("C").public_id, "brand": make.brand("B").public_id,
    }  # fmt: skip


def test_the_rivals_ids_do_not_exist(as_olga, rival_olga, rival, acme):
    own = ids()
    for path in PAGES:
        if "{" in path:
            assert as_olga.get(f"/catalog/{path.format(**own)}").status_code in {200, 302}, path
            assert rival_olga.get(f"/catalog/{path.format(**own)}").status_code == 404, path
    for path in API:
        if "{" in path:
            assert as_olga.get(f"/api/v1/{path.format(**own)}").status_code == 200, path
            assert rival_olga.get(f"/api/v1/{path.format(**own)}").status_code == 404, path
    writes = [
        f"products/{own['product']}/disable",
        f"skus/{own['sku']}/disable",
        f"brands/{own['brand']}/archive",
    ]
    for path in writes:
        assert send(rival_olga, "POST", path, {}).status_code == 404
        assert rival_olga.post(f"/catalog/{path}").status_code == 404
    assert Sku.objects.get().enabled


def test_a_pictures_address_is_worth_nothing_elsewhere(as_olga, rival_olga):
    sku = make.sku()
    as_olga.post(f"/catalog/products/{sku.product.public_id}/pictures", {"files": [picture()]})
    address = queries.picture_url(Attachment.objects.get().public_id)

    assert as_olga.get(address).status_code == 200
    assert rival_olga.get(address).status_code == 404
    assert as_olga.get(address[:-2] + "xx").status_code == 404


def test_dealers_and_nobody_see_no_wholesale_price(as_dora, as_nil):
    own = ids()
    for client in (as_dora, as_nil):
        for path in PAGES:
            assert client.get(f"/catalog/{path.format(**own)}").status_code in {302, 403, 404}, path
        for path in API:
            assert client.get(f"/api/v1/{path.format(**own)}").status_code in {401, 403, 404}, path


def test_a_reader_changes_nothing(as_sam):
    own = ids()
    before = list(Sku.objects.values()), list(Product.objects.values())

    answers = [
        as_sam.post(f"/catalog/skus/{own['sku']}/edit", SKU),
        as_sam.post(f"/catalog/products/{own['product']}/disable"),
        as_sam.post("/catalog/switch", {"ids": [own["sku"]], "action": "disable"}),
        as_sam.post("/catalog/import", {"file": book(row("A-1"))}),
        as_sam.get("/catalog/export?format=csv"),
        send(as_sam, "PATCH", f"skus/{own['sku']}", {"retail_price": "9"}),
        send(as_sam, "POST", "brands", {"name": "X"}),
    ]

    assert [a.status_code for a in answers] == [403] * 7
    assert as_sam.get("/catalog/").status_code == 200
    assert (list(Sku.objects.values()), list(Product.objects.values())) == before
