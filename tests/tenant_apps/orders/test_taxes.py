"""Tax per line and in totals (decisions.md §5): pages, paper, files and API show the same, to the cent."""

from __future__ import annotations

import csv
import io
import uuid
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.inventory.models import StockOut
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.taxes import line_rows, parts_of
from tenant_apps.orders.taxes import GOODS, Part, TaxSum, by_rate, part_of
from tests.factories.orders import fresh, place, review
from tests.factories.orders import settings as supplier_settings
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.asking import API, body, send

D = Decimal
RATES = [D(0), D(6), D(9), D(13)]


def rated(*rates):
    """Give `A-1`, `A-2`… their tax rates; they are sold by the thousandth."""
    Sku.objects.update(minimum=D("0.001"), multiple=D("0.001"))
    for number, rate in enumerate(rates, 1):
        Sku.objects.filter(merchant_code=f"A-{number}").update(tax_rate=rate)


@pytest.fixture
def taxed_trade(dealer):
    """Goods of 19.99 with 13 % and 9 %, freight 10.00 with 6 %, a fee of 3.00 with 6 %; prices exclude tax."""
    Dealer.objects.filter(pk=dealer.pk).update(
        service_fee_minor=300, invoice_title="杭州示例贸易有限公司", tax_number="91330100MA27TEST0X"
    )
    supplier_settings(prices_include_tax=False, freight_tax_rate=D(6), fee_tax_rate=D(6))
    flat = {"first_kg": D(1000), "first_fee": D(10)}
    made = make_trade(dealer, price="19.99", balance="100000", freight=[flat], finance_review=True)
    rated(D(13), D(9))
    return made


class TestArithmetic:
    def test_freight_with_its_tax_inside_and_on_top(self):
        assert part_of("freight", 1060, 60, D(6), tax_included=True) == Part("freight", D(6), 1000, 60, 1060)
        assert part_of("freight", 1000, 60, D(6), tax_included=False) == Part("freight", D(6), 1000, 60, 1060)

    def test_one_sum_for_each_rate_the_lowest_first(self):
        parts = [
            Part(GOODS, D("13.000"), 100, 13, 113),
            Part(GOODS, D(0), 50, 0, 50),
            Part(GOODS, D(13), 200, 26, 226),
            Part("fee", D(6), 0, 0, 0),
        ]
        assert by_rate(parts) == [TaxSum(D(0), 50, 0, 50), TaxSum(D(13), 300, 39, 339)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_totals_are_the_sums_of_the_parts_whatever_becomes_of_the_order(dealer, trade, dora, olga, data):
    with transaction.atomic():
        lived_through(dealer, trade, dora, olga, data)
        transaction.set_rollback(True)


def lived_through(dealer, trade, dora, olga, data):
    """Place, review, adjust, cancel a line, ship a part and close the rest: it adds up after every step."""
    supplier_settings(
        prices_include_tax=data.draw(st.booleans()),
        tax_mode_fixed=False,
        freight_tax_rate=data.draw(st.sampled_from(RATES)),
        fee_tax_rate=data.draw(st.sampled_from(RATES)),
        quantity_precision=3,
    )
    type(trade.warehouse).objects.update(finance_review=True)
    Dealer.objects.filter(pk=dealer.pk).update(service_fee_minor=data.draw(st.sampled_from([0, 1, 333])))
    rated(*data.draw(st.lists(st.sampled_from(RATES), min_size=3, max_size=3)))
    amounts = data.draw(st.lists(st.integers(1, 12_000), min_size=3, max_size=3))
    asked = {f"A-{place}": D(thousandths) / 1000 for place, thousandths in enumerate(amounts, 1)}
    order = place(dora, trade.wanted(asked))
    adds_up(order)
    order = review(dora, order)
    adds_up(order)
    room = min(order.lines.values_list("amount_minor", flat=True))
    changes = [
        AdjustmentWanted("goods", -(room // 2), "why", 1),
        AdjustmentWanted("goods", data.draw(st.integers(1, 99)), "all", None),
        AdjustmentWanted("freight", data.draw(st.sampled_from([-100, 250])), "lift", None),
    ]
    asked = [one for one in changes if one.amount_minor]
    approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, adjustments=asked)
    order = fresh(order)
    adds_up(order)
    if data.draw(st.booleans()):
        cancel_line(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id, line=2)
        order = fresh(order)
        adds_up(order)
    if data.draw(st.booleans()):
        shipped_in_part(order, olga, data)
        adds_up(fresh(order))


def shipped_in_part(order, olga, data):
    first = order.lines.order_by("position").first()
    part = (first.quantity * data.draw(st.sampled_from([D("0.3"), D("0.5"), D("0.9")]))).quantize(D("0.001"))
    ship_stock_out(
        actor=olga,
        operation_id=uuid.uuid4(),
        stock_out_id=StockOut.objects.get(source_id=order.pk).public_id,
        tracking_number="T",
        quantities={first.position: max(part, D("0.001"))},
    )
    if fresh(order).state == "partly_shipped":
        close_rest(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="")


def adds_up(order):
    lines = list(order.lines.all())
    parts = parts_of(order, lines)
    adjusted = order.goods_adjustment_minor + order.freight_adjustment_minor
    assert all(part.net + part.tax == part.gross for part in parts)
    assert sum(part.tax for part in parts) == order.tax_minor
    assert sum(part.gross for part in parts) + adjusted == order.total_minor
    assert sum(one.gross for one in by_rate(parts)) == sum(part.gross for part in parts)
    assert (
        sum(line.gross_minor if order.tax_included else line.net_minor for line in lines) == order.goods_minor
    )
    cells = list(line_rows(SalesOrder.objects.filter(pk=order.pk)))
    assert sum(row["gross"] for row in cells) == order.total.amount
    assert sum(row.get("tax", 0) for row in cells) == order.tax.amount


@pytest.fixture
def taxed_order(taxed_trade, dora):
    """2.5 × 19.99 with 13 % and 3 × 19.99 with 9 %: 49.98 + 6.50 and 59.97 + 5.40; 10.60 freight, 3.18 fee."""
    supplier_settings(quantity_precision=3)
    return place(dora, taxed_trade.wanted({"A-1": "2.5", "A-2": "3"}))


class TestShown:
    """The same amounts on every road out."""

    def test_what_is_stored(self, taxed_order):
        lines = taxed_order.lines.order_by("position")
        assert list(lines.values_list("net_minor", "tax_minor", "gross_minor")) == [
            (4998, 650, 5648),
            (5997, 540, 6537),
        ]
        assert (str(taxed_order.freight_tax.amount), str(taxed_order.fee_tax.amount)) == ("0.60", "0.18")
        assert (str(taxed_order.tax.amount), str(taxed_order.total.amount)) == ("12.68", "135.63")

    @pytest.mark.parametrize("who", ["as_dora", "as_olga"])
    def test_on_the_page_for_both_sides(self, taxed_order, who, request):
        page = request.getfixturevalue(who).get(f"/orders/{taxed_order.public_id}").content.decode()

        for text in ("13 %", "¥6.50", "¥5.40", "Tax 13 %", "Tax 9 %", "Tax 6 %", "¥12.68", "¥135.63"):
            assert text in page, text

    def test_on_the_paper_with_the_dealers_invoice_facts(self, taxed_order, as_olga):
        page = as_olga.get(f"/orders/{taxed_order.public_id}/print").content.decode()

        for text in (
            "杭州示例贸易有限公司",
            "91330100MA27TEST0X",
            "Tax by rate",
            ">49.98<",
            ">56.48",
            ">65.37",
        ):
            assert text in page, text

    def test_in_the_file_of_lines(self, taxed_order, as_dora, as_xavier):
        path = "/orders/export/lines?format=csv"
        text = b"".join(as_dora.get(path).streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))

        assert [(row["Kind"], row["Net"], row["Tax rate %"], row["Tax"], row["Gross"]) for row in rows] == [
            ("goods", "49.98", "13", "6.5", "56.48"),
            ("goods", "59.97", "9", "5.4", "65.37"),
            ("freight", "10", "6", "0.6", "10.6"),
            ("service fee", "3", "6", "0.18", "3.18"),
        ]
        assert "Dealer" not in rows[0]
        others = b"".join(as_xavier.get(path).streaming_content).decode()
        assert taxed_order.number not in others
        kind = as_dora.get("/orders/export/lines").headers["Content-Type"]
        assert kind.startswith("application/vnd.openxml")

    def test_in_the_file_of_orders(self, taxed_order, as_olga):
        text = b"".join(as_olga.get("/orders/export?format=csv").streaming_content).decode("utf-8-sig")
        row = next(csv.DictReader(io.StringIO(text)))
        names = ("Tax on freight", "Tax on the fee", "Tax", "Total")
        assert tuple(row[name] for name in names) == ("0.6", "0.18", "12.68", "135.63")

    def test_in_the_api(self, taxed_order, as_dora):
        found = as_dora.get(f"{API}/{taxed_order.public_id}").json()

        assert (found["freight_tax_rate"], found["freight_tax"], found["fee_tax"], found["tax"]) == (
            "6",
            "0.60",
            "0.18",
            "12.68",
        )
        assert found["taxes"] == [
            {"rate": "6", "net": "13.00", "tax": "0.78", "gross": "13.78"},
            {"rate": "9", "net": "59.97", "tax": "5.40", "gross": "65.37"},
            {"rate": "13", "net": "49.98", "tax": "6.50", "gross": "56.48"},
        ]

    @pytest.mark.parametrize("included", [True, False])
    def test_in_the_pads_summary(self, taxed_trade, as_dora, included):
        supplier_settings(prices_include_tax=included)
        quote = send(as_dora, "post", f"{API}/quote", body()).json()
        page = as_dora.get("/orders/pad").content.decode()

        assert quote["tax_included"] is included
        assert D(quote["tax"]) > 0
        assert ("Tax (included)" in page) is included

    def test_an_order_without_tax_says_nothing_of_it(self, order, as_dora):
        page = as_dora.get(f"/orders/{order.public_id}").content.decode()
        paper = as_dora.get(f"/orders/{order.public_id}/print").content.decode()
        assert ">Tax" not in page
        assert "Tax" not in paper


def test_a_file_of_lines_asks_the_database_the_same_for_any_number(
    trade, dora, as_olga, django_assert_num_queries
):
    for _ in range(3):
        place(dora, trade.wanted({"A-1": 1, "A-2": 1}))
    ids = list(SalesOrder.objects.values_list("pk", flat=True))
    for found in (1, 3):
        with django_assert_num_queries(3, using="default"):
            assert len(list(line_rows(SalesOrder.objects.filter(pk__in=ids[:found])))) == found * 3
