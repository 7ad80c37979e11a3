"""Warehouses and carriers: one default, conditions that travel, nothing half done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_core.audit.record import lines_of
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from tenant_apps.logistics import commands, errors, queries
from tenant_apps.logistics.models import Carrier, FinanceCondition, Warehouse
from tests.factories import logistics as make

VALUES = {"code": "W-1", "name": "Hangzhou", "region1": "浙江省", "region2": "杭州市"}


def test_every_supplier_starts_with_a_default_carrier_w042(acme):
    carrier = queries.default_carrier()

    assert (carrier.code, carrier.is_default, carrier.enabled) == ("DEFAULT", True, True)


def test_the_first_warehouse_is_the_default_and_the_second_is_not(olga):
    first = commands.add_warehouse(actor=olga, values=VALUES)
    second = commands.add_warehouse(actor=olga, values={**VALUES, "code": "W-2"})

    assert (first.is_default, second.is_default) == (True, False)
    assert queries.default_warehouse() == first
    assert [line.verb for line in lines_of("warehouse", first.public_id)] == ["created"]


def test_a_moved_default_gives_both_their_next_version(olga):
    make.make_warehouse("A", is_default=True)
    second = make.make_warehouse("B")

    commands.make_default_warehouse(actor=olga, warehouse_id=second.public_id)

    rows = Warehouse.objects.order_by("code").values_list("is_default", "version")
    assert list(rows) == [(False, 2), (True, 2)]


def test_the_default_moves_and_cannot_be_switched_off(olga):
    first, second = make.make_warehouse("A", is_default=True), make.make_warehouse("B")

    commands.make_default_warehouse(actor=olga, warehouse_id=second.public_id)
    with pytest.raises(errors.DefaultStays):
        commands.disable_warehouse(actor=olga, warehouse_id=second.public_id)
    commands.disable_warehouse(actor=olga, warehouse_id=first.public_id)
    with pytest.raises(errors.DefaultMustBeEnabled):
        commands.make_default_warehouse(actor=olga, warehouse_id=first.public_id)

    assert list(Warehouse.objects.filter(is_default=True)) == [second]
    assert list(Warehouse.objects.filter(enabled=True)) == [second]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"region1": "北京市", "region2": "北京市"}, ("/region1", "municipality_with_suffix")),
        ({"phone": "0101234567"}, ("/phone", "phone_wrong")),
        ({"country": "XX"}, ("/country", "country_unknown")),
        ({"kind": "both"}, ("/kind", "kind_unknown")),
        ({"code": "W 1"}, ("/code", "spaces")),
        ({"name": " "}, ("/name", "required")),
    ],
)
def test_a_wrong_warehouse_is_not_stored(olga, wrong, found):
    with pytest.raises(Invalid) as caught:
        commands.add_warehouse(actor=olga, values={**VALUES, **wrong})

    assert [(one.pointer, one.code) for one in caught.value.problems] == [found]
    assert Warehouse.objects.count() == 0


def test_a_code_in_use_is_said_at_its_field(olga):
    make.make_warehouse("W-1")

    with pytest.raises(Invalid) as caught:
        commands.add_warehouse(actor=olga, values=VALUES)

    assert [(one.pointer, one.code) for one in caught.value.problems] == [("/code", "taken")]


def test_an_edit_of_an_old_version_changes_nothing(olga):
    row = make.make_warehouse()
    commands.change_warehouse(actor=olga, warehouse_id=row.public_id, changes={"name": "New"}, version=1)

    with pytest.raises(Conflict):
        commands.change_warehouse(actor=olga, warehouse_id=row.public_id, changes={"name": "Old"}, version=1)

    row.refresh_from_db()
    assert (row.name, row.version) == ("New", 2)


def test_a_free_carrier_sends_the_order_to_finance_review_g37(olga):
    row = commands.add_warehouse(
        actor=olga, values={**VALUES, "finance_review": True, "conditions": [{"kind": "freight_zero"}]}
    )

    def reasons(minor: int) -> list[str]:
        return queries.finance_reasons(
            warehouse=row, carrier_id=None, address=row, freight=Money(minor, Currency.CNY)
        )

    assert (reasons(0), reasons(700)) == (["freight_zero"], [])
    row.finance_review = False
    assert reasons(0) == []


def test_conditions_are_copied_to_enabled_warehouses_with_review_only_w036(olga):
    carrier = make.make_carrier()
    source = make.make_warehouse("A", finance_review=True)
    other = make.make_warehouse("B", finance_review=True)
    make.make_warehouse("C", finance_review=False)
    make.make_warehouse("D", finance_review=True, enabled=False)
    FinanceCondition.objects.create(warehouse=other, kind="freight_zero")
    commands.change_warehouse(
        actor=olga,
        warehouse_id=source.public_id,
        changes={"conditions": [{"kind": "carrier", "carrier": carrier.public_id}]},
    )

    got = commands.apply_conditions_everywhere(actor=olga, warehouse_id=source.public_id)

    assert got == [other]
    found = FinanceCondition.objects.order_by("warehouse__code").values_list(
        "warehouse__code", "kind", "carrier"
    )
    assert list(found) == [("A", "carrier", carrier.pk), ("B", "carrier", carrier.pk)]


def test_copying_takes_the_same_statements_for_one_and_for_three(olga, django_assert_num_queries):
    source = make.make_warehouse("A", finance_review=True)
    FinanceCondition.objects.create(warehouse=source, kind="freight_zero")
    other = make.make_warehouse("B", finance_review=True)
    FinanceCondition.objects.create(warehouse=other, kind="freight_zero")
    with django_assert_num_queries(10):
        commands.apply_conditions_everywhere(actor=olga, warehouse_id=source.public_id)
    make.make_warehouse("C", finance_review=True)
    make.make_warehouse("D", finance_review=True)
    with django_assert_num_queries(10):
        commands.apply_conditions_everywhere(actor=olga, warehouse_id=source.public_id)


def test_a_condition_names_a_carrier_that_exists(olga):
    row = make.make_warehouse(finance_review=True)

    with pytest.raises(Invalid) as caught:
        commands.change_warehouse(
            actor=olga,
            warehouse_id=row.public_id,
            changes={"name": "New", "conditions": [{"kind": "carrier", "carrier": "car_x"}]},
        )

    assert [one.pointer for one in caught.value.problems] == ["/conditions/0/carrier"]
    row.refresh_from_db()
    assert row.name == "Warehouse W-1"


def test_an_import_adds_and_changes_by_code_or_does_nothing(olga):
    make.make_carrier("SF", free_shipping=True)

    counts = commands.import_carriers(
        actor=olga,
        rows=[{"code": "SF", "name": "SF Express"}, {"code": "YTO", "name": "YTO", "free_shipping": False}],
    )
    with pytest.raises(Invalid):
        commands.import_carriers(
            actor=olga, rows=[{"code": "ZTO", "name": "ZTO"}, {"code": "A B", "name": "x"}]
        )

    assert counts == (1, 1)
    found = Carrier.objects.exclude(code="DEFAULT").order_by("code")
    assert list(found.values_list("code", "name", "free_shipping")) == [
        ("SF", "SF Express", True),
        ("YTO", "YTO", False),
    ]


def test_an_import_maps_carriers_to_the_erp_w040(olga):
    make.make_carrier("SF", external_id="8")

    commands.import_carriers(
        actor=olga,
        rows=[{"code": "SF", "name": "SF Express"}, {"code": "YTO", "name": "YTO", "external_id": "4"}],
    )
    with pytest.raises(Invalid) as caught:
        commands.import_carriers(actor=olga, rows=[{"code": "YTO", "name": "New", "external_id": "8"}])

    assert [one.pointer for one in caught.value.problems] == ["/external_id"]


def test_staff_sees_and_changes_the_warehouses_of_its_scope_only(olga):
    mine, other = make.make_warehouse("A"), make.make_warehouse("B")
    scoped = replace(olga, warehouse_ids=frozenset({mine.pk}))

    assert list(queries.warehouses_visible_to(scoped)) == [mine]
    with pytest.raises(NotFound):
        commands.change_warehouse(actor=scoped, warehouse_id=other.public_id, changes={"name": "x"})
    other.refresh_from_db()
    assert other.name == "Warehouse B"


def test_a_dealer_reads_enabled_carriers_and_changes_none(dora):
    make.make_carrier("OFF", enabled=False)
    shown = make.make_carrier("ON")

    with pytest.raises(NotPermitted):
        commands.disable_carrier(actor=dora, carrier_id=shown.public_id)

    assert [row.code for row in queries.carriers_visible_to(dora).order_by("code")] == ["DEFAULT", "ON"]
