"""The demo: laid once, left as its people changed it, with something on every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from platform_core.idempotency.models import Operation
from platform_core.identity.models import User
from platform_core.kernel import clock
from public_site.demo.once import lay
from public_site.demo.papers import papers
from public_site.demo.people import dealers
from public_site.demo.stage import set_stage
from public_site.demo.terms import MARKETS, terms
from public_site.demo.trade import YEAR, Trade
from tenant_apps.dealers.commands import add_group
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerGroup, DealerLevel
from tenant_apps.inventory.models import StockTake, StockTransfer
from tenant_apps.ledger.verify import reconcile
from tenant_apps.orders.models import RawOrder, SalesOrder, SalesOrderLine
from tenant_apps.strategies.models import Assignment, DealerItem, GoodsStrategy, PriceRule, Promotion

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.slow
def test_a_second_start_leaves_what_people_changed_and_makes_whole_what_broke_off(olga, acme):
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)
    dora, xavier = dealers()[:2]
    person = User.objects.get(login=dora.login)
    person.set_password("one of her own")
    person.save()
    other = GoodsStrategy.objects.exclude(assignments__dealer__code=dora.code).first()
    DealerItem.objects.filter(dealer__code=dora.code).delete()
    Assignment.objects.filter(dealer__code=dora.code).update(strategy=other)
    DealerLevel.objects.update(stock_percent=77)
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)

    assert User.objects.get(login=dora.login).check_password("one of her own")
    assert Assignment.objects.get(dealer__code=dora.code).strategy == other
    assert set(DealerLevel.objects.values_list("stock_percent", flat=True)) == {77}

    Assignment.objects.filter(dealer__code=xavier.code).delete()
    DealerAddress.objects.filter(dealer__code=xavier.code).delete()
    User.objects.filter(login=xavier.login).update(must_change_password=True)
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)

    assert Dealer.objects.count() == len(dealers())
    assert Assignment.objects.count() == len(dealers())
    assert DealerAddress.objects.filter(dealer__code=xavier.code).count() == 1
    assert not User.objects.get(login=xavier.login).must_change_password
    assert User.objects.get(login=dora.login).check_password("one of her own")


FEATURES = (
    "dealers.DealerGroup", "logistics.MemoRule", "strategies.PriceRule", "strategies.Promotion",
    "strategies.PublicationTarget", "strategies.SkuPublication", "strategies.OrderingOrganisation",
    "strategies.DealerOrganisation", "strategies.DealerCode", "strategies.Bundle",
    "orders.ApprovalChain", "orders.ApprovalDelegation", "orders.BuyerLimit", "orders.OrderingCalendar",
    "orders.CalendarDate", "orders.SupplyBoard", "orders.SupplyShare", "orders.OrderMessage",
    "orders.CancelledLine", "inventory.StockTakeLine", "inventory.StockTransferLine",
)  # fmt: skip
NOON = datetime(2026, 6, 3, 4, tzinfo=UTC)  # a Wednesday at noon in China, when market halls may order


def rows_of_everything() -> dict[str, int]:
    """How many rows each table of the supplier has."""
    return {
        model._meta.label: model._base_manager.count() for model in apps.get_models() if of_supplier(model)
    }


def of_supplier(model) -> bool:
    return model._meta.app_config.name.startswith("tenant_apps.") or model is Operation


@pytest.mark.slow
def test_each_page_has_something_to_show_after_a_small_year_and_a_second_start_changes_nothing(olga, acme):
    told: list[str] = []

    def start() -> None:
        set_stage(olga, "dealerdesk-demo", NOON - YEAR - timedelta(days=1), lambda text: None)
        lay(olga, terms(olga, "dealerdesk-demo"), told.append)

    with clock.at(NOON):
        start()
        Trade(olga, NOON, 60, lambda text: None).run()
        lay(olga, papers(olga), told.append)
        assert told == []
        assert [one.check for one in reconcile() if one.found] == []
        shown = rows_of_everything()
        assert sorted(label for label in FEATURES if not shown[label]) == []
        marks = {one["mark"] for raw in RawOrder.objects.filter(state="pending") for one in raw.marks}
        assert marks == {"goods", "warehouse", "stock", "balance", "import"}
        assert set(StockTransfer.objects.values_list("state", flat=True)) == {"draft", "sent", "received"}
        assert set(StockTake.objects.values_list("state", flat=True)) == {"open", "posted"}
        assert set(RawOrder.objects.filter(dealer__group__name=MARKETS).values_list("state", flat=True)) >= {
            "saved", "submitted",
        }  # fmt: skip
        assert SalesOrder.objects.filter(needs_approval=True, dealer__code="D001").exists()
        assert SalesOrderLine.objects.exclude(promotions=[]).exists()

        promotion = Promotion.objects.get(name="Spring water weeks")
        PriceRule.objects.all().delete()
        start()
        lay(olga, papers(olga), told.append)
        assert told == []
        assert rows_of_everything() == {**shown, "strategies.PriceRule": 0}
        assert Promotion.objects.get(pk=promotion.pk).version == promotion.version


def test_a_part_that_cannot_be_laid_leaves_nothing_is_said_and_is_tried_again(olga, acme):
    def broken() -> None:
        add_group(actor=olga, values={"name": "Half laid"})
        add_group(actor=olga, values={"name": ""})

    told: list[str] = []
    lay(olga, [("groups", broken)], told.append)
    assert told == ["Left out of the demo: groups. Fill this in."]
    assert not DealerGroup.objects.exists()

    lay(olga, [("groups", lambda: add_group(actor=olga, values={"name": "Whole"}))], told.append)
    lay(olga, [("groups", lambda: add_group(actor=olga, values={"name": "Again"}))], told.append)
    assert list(DealerGroup.objects.values_list("name", flat=True)) == ["Whole"]
