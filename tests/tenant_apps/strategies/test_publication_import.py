"""Publication by workbook: checked, shown, stored; read back from its own export; wrong cells named (K-12…K-14)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Invalid, NotPermitted
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import read_table
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.logistics.models import Warehouse
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.models import OrderingOrganisation, PublicationTarget, SkuPublication
from tenant_apps.strategies.queries import publication as published
from tenant_apps.strategies.queries import publication_sheet as sheet
from tests.factories import strategies as make

HEAD = "Merchant code,Dealer codes,Dealer groups,Ordering organisation,Stock shown of"


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("publication.csv", "\n".join(lines).encode())


def preview(actor, *lines: str):
    return sheet.publication_preview(actor, csv(*lines), "publication.csv", locale="en")


def imported(actor, *lines: str):
    kept = commands.upload_publications(actor=actor, file=csv(*lines))
    return commands.import_publications(actor=actor, file_id=kept.public_id)


@pytest.fixture
def goods(acme):
    return make.skus(3)


@pytest.fixture
def names(dealer, goods):
    """What a workbook may name besides the dealer."""
    DealerGroup.objects.create(name="North")
    OrderingOrganisation.objects.create(code="EAST", name="East branch")
    OrderingOrganisation.objects.create(code="OLD", name="Old branch", enabled=False)
    Warehouse.objects.create(code="W9", name="Ninth", country="CN")
    return dealer


def test_a_workbook_says_who_gets_which_sku(olga, names):
    done = imported(olga, HEAD, f"A-1,{names.code},North,EAST,W9", "A-2,,North,,")

    assert done == {"updated": 2, "unchanged": 0}
    one, two, three = published.publications_of(olga, list(make.Sku.objects.order_by("id")))
    assert sheet.publication_facts(one) == {
        "dealers": names.code,
        "groups": "North",
        "organisation": "EAST",
        "display_warehouse": "W9",
    }
    assert ([row.name for row in two.groups], two.dealers, two.organisation) == (["North"], [], None)
    assert three.is_for_all
    assert AuditLine.objects.filter(subject_kind="sku", verb="published").count() == 2


def test_a_blank_cell_takes_away_and_a_missing_column_stays(olga, names):
    imported(olga, HEAD, f"A-1,{names.code},North,EAST,W9")

    imported(olga, "Merchant code,Dealer codes,Ordering organisation", "A-1,,")

    (one,) = published.publications_of(olga, [make.Sku.objects.get(merchant_code="A-1")])
    facts = sheet.publication_facts(one)
    assert facts == {"dealers": None, "groups": "North", "organisation": None, "display_warehouse": "W9"}


def test_every_wrong_cell_is_named_and_nothing_is_stored(olga, names):
    lines = (
        HEAD,
        "A-1,,North,,",
        f'A-2,"{names.code}, NOBODY",South,OLD,W0',
        "NOPE,,,,",
        "A-1,,,,",
    )

    found = preview(olga, *lines).table

    assert [(one.row, one.column_letter, one.code) for one in found.errors] == [
        (3, "B", "dealer_unknown"),
        (3, "C", "group_unknown"),
        (3, "D", "organisation_disabled"),
        (3, "E", "display_warehouse_unknown"),
        (4, "A", "sku_unknown"),
        (5, "A", "duplicate_value"),
    ]
    with pytest.raises(Invalid):
        imported(olga, *lines)
    assert not PublicationTarget.objects.exists()
    assert not SkuPublication.objects.exists()


def test_the_export_changes_nothing_when_it_is_read_back(olga, as_olga, names):
    imported(olga, HEAD, f"A-1,{names.code},North,EAST,W9")

    file = as_olga.get("/strategies/publication/export", {"format": "csv"})

    body = b"".join(file.streaming_content)
    found = sheet.publication_preview(olga, csv(body.decode("utf-8-sig")), "p.csv", locale="en")
    assert found.table.is_clean
    assert (len(found.rows), found.changed) == (3, [])


def test_the_template_is_read_by_the_import(as_olga, goods):
    template = b"".join(as_olga.get("/strategies/publication/template").streaming_content)
    file = SimpleUploadedFile("t.xlsx", template)

    table = read_table(file, "t.xlsx", sheet.COLUMNS, limits=Limits(rows_max=10), locale="en")

    assert set(table.letters) == {column.key for column in sheet.COLUMNS}


def test_upload_preview_and_confirm_on_the_pages(as_olga, names):
    shown = as_olga.post(
        "/strategies/publication/import", {"file": csv(HEAD, f"A-1,{names.code},,,W9")}, follow=True
    )
    wrong = as_olga.post("/strategies/publication/import", {"file": csv(HEAD, "A-1,NOBODY,,,")})

    page = shown.content.decode()
    assert "Publish so" in page
    assert "Ninth" in page
    assert wrong.status_code == 422
    assert "There is no dealer NOBODY." in wrong.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_statements_for_any_number(olga, as_olga, dealer, count):
    as_olga.get("/strategies/publication")
    for sku in make.skus(count):
        commands.publish_sku(actor=olga, sku_id=sku.public_id, values={"dealers": [dealer.code]})

    with CaptureQueriesContext(connection) as asked:
        page = as_olga.get("/strategies/publication").content.decode()

    assert page.count(dealer.code) >= count
    assert len(asked) == LIST_STATEMENTS


LIST_STATEMENTS = 13


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"limit": "limited"}, ["A-1"]),
        ({"limit": "everybody"}, ["A-2", "A-3"]),
        ({"q": "A-2"}, ["A-2"]),
        ({"sort": "-code"}, ["A-3", "A-2", "A-1"]),
    ],
)
def test_the_list_is_narrowed(olga, names, asked, codes):
    imported(olga, HEAD, f"A-1,{names.code},,,")

    found = published.skus_by_publication(olga, published.PublicationFilter.of(asked))

    assert [sku.merchant_code for sku in found] == codes


def test_many_are_published_from_the_list(as_olga, names, goods):
    sent = {"ids": [goods[0].public_id, goods[1].public_id], "dealers": names.code, "organisation": "EAST"}

    page = as_olga.post("/strategies/publication/bulk", {**sent, "display_warehouse": "keep"})

    assert page.status_code == 200
    assert PublicationTarget.objects.filter(dealer=names).count() == 2
    assert SkuPublication.objects.filter(organisation__code="EAST").count() == 2


def test_any_number_of_rows_takes_the_same_statements(olga, names):
    counts = []
    for rows in (["A-1"], ["A-2", "A-3"]):
        asked = [{"merchant_code": code, "dealers": [names.code], "organisation": "EAST"} for code in rows]
        with CaptureQueriesContext(connection) as statements:
            commands.put_publications(actor=olga, rows=asked)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_dealer_reads_and_imports_nothing(dora, as_dora, goods):
    assert as_dora.get("/strategies/publication").status_code in {403, 404}
    with pytest.raises(NotPermitted):
        commands.put_publications(actor=dora, rows=[{"merchant_code": "A-1", "dealers": []}])
