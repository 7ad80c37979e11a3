"""The supplier's settings: checked, versioned, in the log."""

from __future__ import annotations

from decimal import Decimal

import pytest

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotPermitted
from tenant_apps.access import operations
from tenant_apps.access.commands import settings
from tenant_apps.access.errors import TaxModeFixed
from tenant_apps.access.models import SupplierSettings
from tenant_apps.strategies.models import GoodsStrategy
from tests.refusals import problems_of

D = Decimal


class TestSettings:
    def test_a_change_leaves_a_line(self, olga):
        row = settings.change_settings(actor=olga, values={"quantity_precision": 2}, version=1)
        assert (row.quantity_precision, row.version) == (2, 2)
        line = AuditLine.objects.get()
        assert (line.subject_kind, line.before, line.after) == (
            "settings",
            {"quantity_precision": 0},
            {"quantity_precision": 2},
        )

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"quantity_precision": 4}, "/quantity_precision"),
            ({"unit_price_precision": 7}, "/unit_price_precision"),
            ({"stock_sync_percent": 101}, "/stock_sync_percent"),
            ({"complete_after_days": 0}, "/complete_after_days"),
            ({"freight_tax_rate": 101}, "/freight_tax_rate"),
            ({"country": "XX"}, "/country"),
            ({"show_stock": "maybe"}, "/show_stock"),
        ],
    )
    def test_bad_values_change_nothing(self, olga, values, pointer):
        with pytest.raises(Invalid) as refused:
            settings.change_settings(actor=olga, values=values)
        assert [found for found, _ in problems_of(refused.value)] == [pointer]
        assert SupplierSettings.objects.get().version == 1

    def test_the_tax_mode_is_fixed_by_the_first_order(self, olga):
        operations.fix_tax_mode()
        with pytest.raises(TaxModeFixed):
            settings.change_settings(actor=olga, values={"prices_include_tax": False})
        assert SupplierSettings.objects.get().prices_include_tax

    def test_two_editors_do_not_overwrite_each_other(self, olga):
        settings.change_settings(actor=olga, values={"stale_after_days": 4}, version=1)
        with pytest.raises(Conflict):
            settings.change_settings(actor=olga, values={"stale_after_days": 9}, version=1)
        assert SupplierSettings.objects.get().stale_after_days == 4

    def test_a_dealer_has_none(self, dora):
        with pytest.raises(NotPermitted):
            settings.change_settings(actor=dora, values={"stale_after_days": 9})

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"allocation": "random"}, "/allocation"),
            ({"public_price": "cost"}, "/public_price"),
            ({"public_price": "strategy"}, "/public_strategy"),
            ({"public_strategy": "gst_none"}, "/public_strategy"),
            ({"balance_warning": D(-1)}, "/balance_warning"),
            ({"balance_warning": D("0.001")}, "/balance_warning"),
            ({"stock_warning": D(-1)}, "/stock_warning"),
        ],
    )
    def test_bad_choices_and_lines_change_nothing(self, olga, values, pointer):
        with pytest.raises(Invalid) as refused:
            settings.change_settings(actor=olga, values=values)
        assert [found for found, _ in problems_of(refused.value)] == [pointer]
        assert (SupplierSettings.objects.get().version, AuditLine.objects.count()) == (1, 0)

    def test_the_strategy_whose_prices_are_public_must_exist(self, olga):
        shown = GoodsStrategy.objects.create(name="Street prices")
        values = {"public_price": "strategy", "public_strategy": shown.public_id}

        row = settings.change_settings(actor=olga, values=values)

        assert (row.public_price, row.public_strategy) == ("strategy", shown.public_id)
        settings.change_settings(actor=olga, values={"public_price": "none", "public_strategy": ""})
        with pytest.raises(Invalid):
            settings.change_settings(actor=olga, values={"public_price": "strategy"})
