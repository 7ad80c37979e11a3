"""Workbooks of prices and freight: checked, shown, then stored; wrong ones store nothing."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.attachments.models import Attachment
from platform_core.imports.errors import ImportGone
from platform_core.kernel.errors import Invalid
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.errors import WarehouseStillEnabled
from tenant_apps.strategies.models import FreightRow, FreightStrategy, StrategyItem
from tests.factories import strategies as make

D = Decimal


def csv(*lines: str, name: str = "table.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def preview(strategy, file, locale="en"):
    return queries.goods_preview(strategy, file, file.name, places=2, locale=locale)


def faults(table):
    return [(one.row, one.column_letter, one.code) for one in table.errors]


def test_every_wrong_cell_is_named(olga):
    make.skus(2)
    strategy = make.strategy()

    found = preview(
        strategy,
        csv("Merchant code,Settlement price,Enabled", "A-1,1.005,yes", "NONE,1,", "A-2,,", "A-1,abc,maybe"),
    )

    assert faults(found.table) == [
        (2, "B", "too_many_places"),
        (3, "A", "sku_unknown"),
        (4, "B", "price_missing"),
        (5, "A", "duplicate_value"),
        (5, "B", "not_a_number"),
        (5, "C", "not_yes_or_no"),
    ]
    assert not StrategyItem.objects.exists()


def test_g42_an_import_shows_then_updates_and_adds(olga, dealer):
    tea, coffee, same = make.skus(3)
    strategy = make.strategy(goods=[tea, same], price="8")
    make.assign(dealer, strategy)
    file = csv("商家编码,结算价,启用", "A-1,7.5,", "A-2,9,否", "A-3,8,", name="价格.csv")

    found = preview(strategy, file, "zh-hans")
    assert (found.added, found.updated, found.unchanged) == (1, 1, 1)
    assert StrategyItem.objects.filter(settlement_price=8).count() == 2

    file.seek(0)
    kept = commands.upload_goods_table(actor=olga, strategy_id=strategy.public_id, file=file)
    asked = {"actor": olga, "strategy_id": strategy.public_id, "file_id": kept.public_id}
    assert commands.import_goods(**asked) == {"added": 1, "updated": 1, "unchanged": 1}

    offers = queries.offers(dealer_id=dealer.pk)
    assert [(offers[one.pk].listed, offers[one.pk].enabled) for one in (tea, coffee, same)] == [
        (D("7.5"), True), (D(9), False), (D(8), True)
    ]  # fmt: skip
    assert not Attachment.objects.exists()
    with pytest.raises(ImportGone):
        commands.import_goods(**asked)


def test_what_became_wrong_meanwhile_is_refused(olga):
    (tea,) = make.skus(1)
    strategy = make.strategy()
    file = csv("Merchant code,Settlement price", "A-1,5")
    kept = commands.upload_goods_table(actor=olga, strategy_id=strategy.public_id, file=file)
    type(tea).objects.update(merchant_code="A-9")

    with pytest.raises(Invalid):
        commands.import_goods(actor=olga, strategy_id=strategy.public_id, file_id=kept.public_id)
    assert not StrategyItem.objects.exists()


def test_an_exported_strategy_reads_back_unchanged(olga):
    strategy = make.strategy(goods=make.skus(3), price="8.25")
    out = io.BytesIO()
    columns = (*queries.goods_columns(2), *queries.NAMES)
    write_xlsx(out, [Sheet("x", columns, queries.export_rows(strategy.items.all()))])

    found = preview(strategy, SimpleUploadedFile("x.xlsx", out.getvalue()))

    assert (found.table.errors, found.unchanged, found.added) == ([], 3, 0)


HEAD = "省,市,区,物流公司编码,首重,首重资费,重量区间1,续重单位1,单位资费1,重量区间2,续重单位2,单位资费2"


def freight(*lines, country="CN"):
    return queries.freight_preview(csv(HEAD, *lines), "x.csv", country=country, locale="zh-hans")


def test_a_freight_table_is_stored_as_a_whole_and_read_back(olga):
    warehouse = make.warehouse()
    make.carrier("SF")
    file = csv(HEAD, "浙江省,无,无,SF,1,6,5,1,1,0,1,0.8", "北京,北京市,朝阳区,SF,1,8,0,1,1.5,,,")
    kept = commands.upload_freight_table(actor=olga, warehouse_id=warehouse.public_id, file=file)

    strategy = commands.import_freight_table(
        actor=olga, warehouse_id=warehouse.public_id, file_id=kept.public_id, locale="zh-hans"
    )

    assert list(FreightRow.objects.order_by("position").values_list("region1", "region2", "tiers")) == [
        ("浙江省", "", [["5", "1", "1"], ["0", "1", "0.8"]]),
        ("北京", "北京市", [["0", "1", "1.5"]]),
    ]
    out = io.BytesIO()
    lines = queries.freight_table(warehouse.pk)
    write_xlsx(out, [Sheet("x", queries.FREIGHT_COLUMNS, queries.sheet_rows(lines))])
    again = queries.freight_preview(io.BytesIO(out.getvalue()), "x.xlsx", country="CN", locale="en")
    assert (again.table.errors, list(again.lines)) == ([], lines)
    assert strategy.warehouse_id == warehouse.pk


@pytest.mark.parametrize(
    ("line", "letter", "code"),
    [
        pytest.param("北京市,北京市,朝阳区,SF,1,6,0,1,1,,,", "A", "municipality_with_suffix", id="G-33"),
        ("浙江,杭州市,,SF,1,6,0,1,1,,,", "A", "province_not_full_name"),
        ("浙江省,杭州,,SF,1,6,0,1,1,,,", "B", "city_not_full_name"),
        ("浙江省,抗州市,,SF,1,6,0,1,1,,,", "B", "city_unknown"),
        ("浙江省,南京市,,SF,1,6,0,1,1,,,", "B", "city_elsewhere"),
        ("浙江省,杭州市,西胡区,SF,1,6,0,1,1,,,", "C", "district_unknown"),
        ("浙江省,杭州市,义乌市,SF,1,6,0,1,1,,,", "C", "district_elsewhere"),
        ("浙江省,,,NONE,1,6,0,1,1,,,", "D", "carrier_unknown"),
        ("浙江省,,,SF,,6,0,1,1,,,", "E", "required"),
        ("浙江省,,,SF,1,6,5,1,1,4,1,1", "J", "range_not_ascending"),
        ("浙江省,,,SF,1,6,0,1,1,0,1,1", "G", "open_range_not_last"),
        ("浙江省,,,SF,1,6,5,1,1,,,", "G", "open_range_missing"),
        ("浙江省,,,SF,3,6,2,1,1,0,1,1", "G", "range_overlaps_first_weight"),
        ("浙江省,,,SF,1,6,5,1,1,0,,1", "J", "range_incomplete"),
        ("浙江省,,,SF,1,6,0,0,1,,,", "H", "unit_not_positive"),
    ],
)
def test_a_wrong_freight_line_is_named_by_its_cell(acme, line, letter, code):
    make.carrier("SF")

    found = freight("江苏省,,,SF,1,6,0,1,1,,,", line)

    assert (3, letter, code) in faults(found.table)
    assert found.lines == ()


def test_an_area_that_comes_twice_names_both_rows(acme):
    make.carrier("SF")

    found = freight("浙江省,,,SF,1,6,0,1,1,,,", "江苏省,,,SF,1,6,0,1,1,,,", "浙江省,无,无,SF,1,7,0,1,1,,,")

    (error,) = found.table.errors
    assert (error.row, error.facts) == (4, {"first": 2, "second": 4})


def test_a_second_import_replaces_the_warehouses_one_table(olga):
    warehouse = make.warehouse()
    make.freight(warehouse, [{"carrier": make.carrier("SF")}, {"carrier": make.carrier("YTO")}])
    file = csv(HEAD, "浙江省,,,SF,1,6,0,1,1,,,")
    kept = commands.upload_freight_table(actor=olga, warehouse_id=warehouse.public_id, file=file)

    commands.import_freight_table(
        actor=olga, warehouse_id=warehouse.public_id, file_id=kept.public_id, locale="zh-hans"
    )

    assert (FreightStrategy.objects.count(), FreightRow.objects.count()) == (1, 1)


def test_a_table_goes_only_after_its_warehouse_is_disabled(olga):
    warehouse = make.warehouse()
    table = make.freight(warehouse, [{"carrier": make.carrier()}])

    with pytest.raises(WarehouseStillEnabled):
        commands.delete_freight_strategy(actor=olga, strategy_id=table.public_id)
    assert FreightRow.objects.count() == 1

    type(warehouse).objects.update(enabled=False)
    commands.delete_freight_strategy(actor=olga, strategy_id=table.public_id)
    assert not FreightStrategy.objects.exists()


def test_rounding_is_a_choice_of_two(olga):
    table = make.freight(make.warehouse(), [{"carrier": make.carrier()}])
    asked = {"actor": olga, "strategy_id": table.public_id, "name": "Main"}

    commands.change_freight_strategy(**asked, rounding="per_started_unit")

    with pytest.raises(Invalid):
        commands.change_freight_strategy(**asked, rounding="whatever")
    assert FreightStrategy.objects.get().rounding == "per_started_unit"


def test_a_file_beyond_the_limit_gives_one_error(acme):
    prices = csv("merchant_code,settlement_price", *["A,1"] * 20_001)
    rates = csv("first_kg,first_fee,range_1,unit_1,fee_1", *["1,1,0,1,1"] * 20_001)

    tables = [
        preview(make.strategy(), prices).table,
        queries.freight_preview(rates, rates.name, country="CN", locale="en").table,
    ]

    assert [[one.code for one in table.errors] for table in tables] == [["too_many_rows"]] * 2
