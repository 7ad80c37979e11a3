"""The order pad: what it shows, quotes, takes from the clipboard and gives back when it refuses."""

from __future__ import annotations

import uuid

import pytest

from tenant_apps.catalog.models import Pack, Product, Sku
from tenant_apps.dealers.models import Shop
from tenant_apps.orders.forms import pasted_lines
from tenant_apps.orders.models import SalesOrder
from tenant_apps.strategies.models import StrategyItem
from tests.factories.orders import ADDRESS, UNREACHABLE, fresh, settings
from tests.tenant_apps.orders.asking import body, quantities, send, typed


class TestPad:
    def test_it_shows_only_the_dealers_goods_at_its_price(self, trade, as_dora, as_xavier):
        page = as_dora.get("/orders/pad").content.decode()

        assert "A-1" in page
        assert "¥8.00" in page
        assert trade.skus[0].public_id in page
        assert trade.skus[0].public_id not in as_xavier_pad(as_xavier, trade)

    def test_goods_are_found_by_origin(self, trade, as_dora):
        Product.objects.filter(skus=trade.skus[1]).update(origin="Anxi")

        page = as_dora.get("/orders/pad", {"origin": "Anxi"}).content.decode()

        assert (trade.skus[1].public_id in page, trade.skus[0].public_id in page) == (True, False)
        assert '<option value="Anxi"' in page

    def test_a_refused_order_comes_back_with_what_was_typed(self, trade, as_dora):
        lines = quantities(trade, A_1="2", A_2="101")

        response = as_dora.post("/orders/pad/place", typed(trade, lines, consignee="", memo="ring"))

        page = response.content.decode()
        assert response.status_code == 422
        assert "Only 100 box of A-2 can be ordered, 101 are asked." in page
        assert 'value="101"' in page
        assert 'value="ring"' in page
        assert "Fill this in." in page
        assert not SalesOrder.objects.exists()

    def test_two_clicks_are_one_order(self, trade, as_dora):
        form = typed(trade, quantities(trade, A_1="2"), operation=str(uuid.uuid4()))

        first, second = (as_dora.post("/orders/pad/place", form) for _ in range(2))

        assert first.url == second.url
        assert SalesOrder.objects.count() == 1

    def test_the_placed_order_clears_the_pad(self, trade, as_dora):
        response = as_dora.post("/orders/pad/place", typed(trade, quantities(trade, A_1="2")), follow=True)

        assert f'data-order-pad-clear="{trade.dealer.public_id}"' in response.content.decode()
        assert f'data-key="{trade.dealer.public_id}"' in as_dora.get("/orders/pad").content.decode()

    def test_quote_answers_the_script(self, trade, as_dora):
        sku = trade.skus[0].public_id
        asked = {"lines": [{"sku": sku, "quantity": "2"}], "fields": {"address": "new", **ADDRESS.columns()}}

        found = send(as_dora, "post", "/orders/pad/quote", asked).json()

        assert (found["goods"], found["freight"], found["total"], found["weight_kg"]) == (
            "16.00",
            "8.00",
            "24.00",
            "3",
        )
        assert (found["lines"], found["message"], found["freight_note"]) == ([], "", "")

    def test_quote_says_what_is_wrong_where(self, trade, as_dora):
        sku = trade.skus[0].public_id
        fields = {"address": "new", **UNREACHABLE.columns()}

        def ask(quantity):
            return send(
                as_dora,
                "post",
                "/orders/pad/quote",
                {"lines": [{"sku": sku, "quantity": quantity}], "fields": fields},
            ).json()

        assert ask("101")["lines"] == [
            {"sku": sku, "error": "Only 100 box of A-1 can be ordered, 101 are asked."}
        ]
        assert ask("2")["freight_note"] == "Freight to be set: your supplier adds it in its review."
        StrategyItem.objects.update(settlement_price=800)
        assert ask("2")["message"].startswith("The balance is not enough: 600.00 CNY is missing")

    def test_nonsense_is_refused(self, trade, as_dora):
        for junk in ("[]", "{", '{"lines": 7}', '{"lines": [1]}'):
            response = as_dora.post("/orders/pad/quote", junk, content_type="application/json")
            assert response.status_code == 400

    def test_pasted_lines_fill_the_pad_and_wrong_ones_are_named(self, trade, as_dora):
        text = "A-1\t12\nA-2, 3\nA-3 x\nNOPE 4\nA-1 9\n\n"

        page = as_dora.post("/orders/pad/paste", {"lines": text}).content.decode()

        assert "2 lines were filled in." in page
        assert "Line 3: A-3 has no quantity." in page
        assert "Line 4: NOPE is not among your goods." in page
        assert "Line 5: A-1 was pasted before." in page
        assert page.count("data-pad-row") == 2

    def test_pasted_lines_may_be_in_packs(self, trade, as_dora):
        for number, sku in enumerate(trade.skus):
            Pack.objects.create(sku=sku, name="case", units=12 + number)
        text = "A-1\t2\tcase\nA-2 3 crate\n"

        page = as_dora.post("/orders/pad/paste", {"lines": text}).content.decode()

        assert "1 line was filled in." in page
        assert "Line 2: A-2 has no pack “crate”. Write one of: " in page
        assert '<option value="case" data-units="12" selected>' in page
        assert "96.00/case" in page

    @pytest.mark.parametrize(
        ("line", "read"),
        [
            ("A-1 2 case", ("A-1", 2, "case")),
            ("A-1, 2 case", ("A-1", 2, "case")),
            ("A-1;2;case", ("A-1", 2, "case")),
            ("A-1，1,200", ("A-1", 1200, "")),
            ("A-1, 1,200, case", ("A-1", 1200, "case")),
            ("my code 12", ("my code", 12, "")),
        ],
    )
    def test_how_a_pasted_line_is_read(self, line, read):
        assert [tuple(one)[1:] for one in pasted_lines(line)] == [read]

    @pytest.mark.parametrize("line", ["A-1 x", "A-1", "A-1 2 3 case x"])
    def test_a_pasted_line_without_a_quantity(self, line):
        (one,) = pasted_lines(line)

        assert not one.quantity.is_finite()

    def test_more_than_a_thousand_pasted_lines_are_too_many(self, trade, as_dora):
        text = "\n".join(f"X-{n} 1" for n in range(1001))

        response = as_dora.post("/orders/pad/paste", {"lines": text})

        assert response.status_code == 422
        assert "Paste at most 1000 lines." in response.content.decode()

    def test_an_earlier_order_fills_the_pad(self, trade, order, as_dora, as_xavier):
        page = as_dora.get(f"/orders/pad?from={order.public_id}").content.decode()

        assert page.count("data-pad-row") == 1
        assert as_xavier.get(f"/orders/pad?from={order.public_id}").status_code == 404

    def test_editing_on_the_pad(self, trade, order, as_dora):
        lines = quantities(trade, A_2="5")
        form = typed(trade, lines, version=str(order.version))

        assert as_dora.post(f"/orders/{order.public_id}/edit", form).status_code == 302
        assert [(x.merchant_code, x.quantity) for x in fresh(order).lines.all()] == [("A-2", 5)]
        stale = as_dora.post(f"/orders/{order.public_id}/edit", form)
        assert stale.status_code == 412
        assert "This record was changed meanwhile." in stale.content.decode()

    def test_carriers_are_those_that_get_there(self, trade, as_dora):
        from tests.factories import logistics

        logistics.make_carrier("FAR")
        from tenant_apps.strategies.models import FreightRow

        FreightRow.objects.update(carrier=trade.carrier)

        query = {"address": "new", "country": "CN", "region1": "浙江省", "region2": "杭州市"}
        page = as_dora.get("/orders/pad/delivery", query).content.decode()
        assert "Carrier C-A" in page
        assert "Carrier FAR" not in page

    def test_the_supplier_chooses_for_whom(self, trade, as_olga):
        assert "Dora&#x27;s Drinks" in as_olga.get("/orders/pad").content.decode()
        assert "A-1" in as_olga.get(f"/orders/pad?shop={trade.shop.public_id}").content.decode()

    def test_a_hidden_stock_is_not_told_by_a_refusal(self, trade, as_dora):
        settings(show_stock="never")
        sku = trade.skus[0].public_id
        asked = {
            "lines": [{"sku": sku, "quantity": "101"}],
            "fields": {"address": "new", **ADDRESS.columns()},
        }

        (line,) = send(as_dora, "post", "/orders/pad/quote", asked).json()["lines"]

        assert line["error"] == "There is not enough stock of A-1 for 101 box."


def as_xavier_pad(client, trade):
    Shop.objects.create(dealer_id=_dealer_of(client), code="XS", name="X")
    return client.get("/orders/pad").content.decode()


def _dealer_of(client):
    from tenant_apps.dealers.models import Dealer

    return Dealer.objects.get(code="D-XAVIER").pk


class TestPacks:
    """A line counts in the unit or in a pack; the rules count in base units."""

    @pytest.fixture
    def cased(self, trade):
        """A-1 comes in cases of 12, in steps of 6, at least 12."""
        sku = trade.skus[0]
        Pack.objects.create(sku=sku, name="case", units=12)
        Sku.objects.filter(pk=sku.pk).update(multiple=6, minimum=12)
        return sku.public_id

    def quote(self, client, sku, quantity, pack):
        line = {"sku": sku, "quantity": quantity, "pack": pack}
        fields = {"address": "new", **ADDRESS.columns()}
        return send(client, "post", "/orders/pad/quote", {"lines": [line], "fields": fields}).json()

    def test_only_a_sku_with_packs_offers_them(self, trade, cased, as_dora):
        page = as_dora.get("/orders/pad").content.decode()

        assert page.count("data-pad-pack") == 1
        assert f'name="pack-{cased}"' in page
        assert '<option value="case" data-units="12">case (12)</option>' in page

    def test_an_order_in_cases_is_stored_in_base_units(self, trade, cased, as_dora):
        lines = quantities(trade, A_1="2", A_2="3") | {f"pack-{cased}": "case"}

        assert as_dora.post("/orders/pad/place", typed(trade, lines)).status_code == 302

        found = [(x.merchant_code, x.quantity, x.pack_name, x.pack_units) for x in stored().lines.all()]
        assert found == [("A-1", 24, "case", 12), ("A-2", 3, "", 1)]

    def test_totals_and_weight_count_base_units(self, trade, cased, as_dora):
        found = self.quote(as_dora, cased, "2", "case")

        assert (found["goods"], found["weight_kg"], found["quantity"]) == ("192.00", "36", "24")
        assert found["lines"] == []

    def test_steps_and_the_minimum_are_those_of_the_base_unit(self, trade, cased, as_dora):
        assert self.quote(as_dora, cased, "1.5", "case")["lines"] == []
        [low] = self.quote(as_dora, cased, "0.5", "case")["lines"]
        [odd] = self.quote(as_dora, cased, "13", "")["lines"]
        [gone] = self.quote(as_dora, cased, "1", "pallet")["lines"]

        assert low["error"] == "Order at least 12; 6 is too little."
        assert odd["error"] == "Order in multiples of 6, for example 18; 13 is none."
        assert gone["error"] == "A-1 has no pack “pallet”. Enter the quantity in box."

    def test_a_refused_pad_keeps_the_packs(self, trade, cased, as_dora):
        lines = quantities(trade, A_1="90") | {f"pack-{cased}": "case"}

        response = as_dora.post("/orders/pad/place", typed(trade, lines))

        page = response.content.decode()
        assert response.status_code == 422
        assert 'value="90"' in page
        assert '<option value="case" data-units="12" selected>' in page

    def test_an_earlier_order_comes_back_in_its_packs_while_they_hold_the_same(self, trade, cased, as_dora):
        lines = quantities(trade, A_1="2") | {f"pack-{cased}": "case"}
        as_dora.post("/orders/pad/place", typed(trade, lines))
        address = f"/orders/{stored().public_id}/edit"

        same = as_dora.get(address).content.decode()
        Pack.objects.update(units=10)
        other = as_dora.get(address).content.decode()

        assert ('value="2"' in same, "selected>case (12)" in same) == (True, True)
        assert ('value="24"' in other, "selected>case" in other) == (True, False)


class TestShops:
    """A dealer with several shops says for which one it orders."""

    @pytest.fixture
    def second(self, dealer, trade):
        return Shop.objects.create(dealer=dealer, code="SHOP-2", name="Harbor shop")

    def test_one_shop_needs_no_choice(self, trade, as_dora):
        page = as_dora.get("/orders/pad").content.decode()

        assert "data-pad-shop" not in page
        assert f'type="hidden" name="shop" value="{trade.shop.public_id}"' in page

    def test_the_order_is_the_chosen_shops(self, trade, second, as_dora):
        page = as_dora.get("/orders/pad").content.decode()
        form = typed(trade, quantities(trade, A_1="2")) | {"shop": second.public_id}

        as_dora.post("/orders/pad/place", form)

        assert f'<option value="{trade.shop.public_id}" selected>Corner shop</option>' in page
        assert f'<option value="{second.public_id}">Harbor shop</option>' in page
        assert stored().shop == second

    def test_another_dealers_shop_is_not_found(self, trade, stranger, as_dora):
        other = Shop.objects.create(dealer=stranger, code="SHOP-X", name="Not hers")
        form = typed(trade, quantities(trade, A_1="2")) | {"shop": other.public_id}

        assert as_dora.post("/orders/pad/place", form).status_code == 404
        assert not SalesOrder.objects.exists()

    def test_an_edit_stays_with_its_shop(self, trade, second, order, as_dora):
        assert "data-pad-shop" not in as_dora.get(f"/orders/{order.public_id}/edit").content.decode()


class TestHints:
    def test_chinese_hints_are_for_suppliers_in_china(self, trade, as_dora):
        hint, preset = "浙江省; municipalities", '<option value="{}" selected>'
        chinese = as_dora.get("/orders/pad").content.decode()
        settings(country="DE")
        german = as_dora.get("/orders/pad").content.decode()

        assert (hint in chinese, preset.format("CN") in chinese) == (True, True)
        assert (hint in german, preset.format("DE") in german) == (False, True)


def stored() -> SalesOrder:
    return SalesOrder.objects.get()


def test_without_a_shop_the_dealer_is_led_to_its_shops(trade, as_dora):
    Shop.objects.update(enabled=False)

    page = as_dora.get("/orders/pad")
    sent = send(as_dora, "post", "/api/v1/orders", body(), **{"Idempotency-Key": "k"})

    assert (page.status_code, sent.status_code, sent.json()["code"]) == (409, 409, "no_shop")
    assert f"/dealers/{trade.dealer.public_id}/shops" in page.content.decode()
    assert not SalesOrder.objects.exists()
