"""Pages and API of orders: the same commands, the same refusals, the same isolation."""

from __future__ import annotations

import json
import uuid

import pytest

from tenant_apps.access.models import ApiKey, Organisation
from tenant_apps.access.queries import hash_of_secret
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Shop
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.models import SalesOrder
from tenant_apps.strategies.models import StrategyItem
from tests.factories import dealers
from tests.factories.orders import ADDRESS, UNREACHABLE, fresh, place, review

API = "/api/v1/orders"


def quantities(trade, **by_code):
    skus = {sku.merchant_code: sku.public_id for sku in Sku.objects.all()}
    return {f"quantity-{skus[code.replace('_', '-')]}": str(q) for code, q in by_code.items()}


def typed(trade, lines, **fields):
    return {"shop": trade.shop.code, "address": "new", **ADDRESS.columns(), **lines, **fields}


def body(lines=None, **fields):
    lines = lines if lines is not None else [{"merchant_code": "A-1", "quantity": "2"}]
    return {"lines": lines, "address": ADDRESS.columns(), **fields}


def send(client, method, path, data=None, **headers):
    call = getattr(client, method)
    return call(path, json.dumps(data or {}), content_type="application/json", headers=headers)


class Doors:
    """One case, through the page or through the API; the status and the codes that matter."""

    def __init__(self, door, trade):
        self.door, self.trade = door, trade

    def place(self, client, quantity="2", **fields):
        if self.door == "page":
            lines = quantities(self.trade, A_1=quantity)
            return client.post("/orders/pad/place", typed(self.trade, lines, **fields))
        lines = [{"merchant_code": "A-1", "quantity": quantity}]
        return send(client, "post", API, body(lines, shop=self.trade.shop.code, **fields))

    def step(self, client, order, name, **data):
        if self.door == "page":
            return client.post(f"/orders/{order.public_id}/{name}", data)
        return send(client, "post", f"{API}/{order.public_id}/{name}", data)

    def adjust(self, client, order, kind, amount, reason):
        if self.door == "page":
            row = {"kind": kind, "amount": amount, "why": reason, "line": ""}
            return client.post(f"/orders/{order.public_id}/adjust", row)
        row = {"kind": kind, "amount": amount, "reason": reason}
        return send(client, "post", f"{API}/{order.public_id}/approve", {"adjustments": [row]})

    def is_done(self, response):
        return response.status_code == 302 if self.door == "page" else response.status_code in {200, 201}


@pytest.fixture(params=["page", "api"])
def doors(request, trade):
    return Doors(request.param, trade)


class TestBothDoors:
    def test_placing(self, doors, as_dora):
        assert doors.is_done(doors.place(as_dora))

        order = SalesOrder.objects.get()
        assert (order.dealer, str(order.total.amount), order.consignee) == (
            doors.trade.dealer,
            "24.00",
            "王小明",
        )

    def test_placing_on_behalf(self, doors, as_olga):
        assert doors.is_done(doors.place(as_olga))

        assert SalesOrder.objects.get().steps.get().actor_on_behalf_of == "Dora's Drinks"

    @pytest.mark.parametrize("quantity", ["-1", "0.5", "101"])
    def test_a_wrong_quantity(self, doors, as_dora, quantity):
        response = doors.place(as_dora, quantity)

        assert response.status_code == 422
        assert not SalesOrder.objects.exists()
        if doors.door == "api":
            assert [e["pointer"] for e in response.json()["errors"]] == ["/lines/0/quantity"]

    def test_no_permission(self, doors, as_sam):
        assert doors.place(as_sam).status_code == 403
        assert not SalesOrder.objects.exists()

    def test_review_approve_and_reject(self, doors, as_dora, as_olga, order):
        Warehouse.objects.update(finance_review=True)

        assert doors.is_done(doors.step(as_dora, order, "review"))
        assert fresh(order).state == "pending_finance"
        assert doors.step(as_dora, order, "approve").status_code == 403
        assert doors.is_done(doors.adjust(as_olga, order, "freight", "-3.00", "agreed"))
        assert (fresh(order).state, doors.trade.balance()) == ("approved", "979.00")
        assert doors.is_done(doors.step(as_olga, order, "reject-finance", reason="wrong"))
        assert (fresh(order).state, doors.trade.balance()) == ("pending_finance", "976.00")
        assert doors.is_done(doors.step(as_olga, order, "approve"))
        assert doors.is_done(doors.step(as_olga, order, "reject", reason="address"))
        assert (fresh(order).state, doors.trade.balance()) == ("pending_review", "1000.00")
        assert doors.is_done(doors.step(as_dora, order, "cancel", reason="typo"))
        assert fresh(order).state == "cancelled"

    def test_a_wrong_step(self, doors, as_dora, order):
        assert doors.step(as_dora, order, "reject", reason="x").status_code == 409
        assert fresh(order).state == "pending_review"

    def test_a_refused_review(self, doors, as_dora, order):
        StrategyItem.objects.update(settlement_price=9)

        response = doors.step(as_dora, order, "review")

        assert response.status_code == 409
        assert "The price of A-1 has changed." in response.content.decode()
        assert fresh(order).marks[0]["mark"] == "price"

    @pytest.mark.parametrize("amount", ["abc", "1.005", "0"])
    def test_a_wrong_adjustment(self, doors, as_olga, dora, order, amount):
        Warehouse.objects.update(finance_review=True)
        review(dora, order)

        assert doors.adjust(as_olga, order, "goods", amount, "why").status_code == 422
        assert fresh(order).state == "pending_finance"

    @pytest.mark.parametrize("name", ["review", "approve", "reject", "reject-finance", "cancel"])
    def test_foreign_orders_are_not_there(self, doors, order, as_xavier, as_olga, rival_olga, rival, name):
        # What a dealer may never ask for is refused by the API before anybody looks for the order.
        is_suppliers = doors.door == "api" and name in {"approve", "reject-finance"}
        expected = 403 if is_suppliers else 404
        assert doors.step(as_xavier, order, name).status_code == expected
        assert doors.step(rival_olga, order, name).status_code == 404
        assert fresh(order).state == "pending_review"


PAGES = ["", "/edit", "/print", "/adjust/row"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_an_order(order, as_dora, as_olga, as_xavier, rival_olga, page):
    path = f"/orders/{order.public_id}{page}"

    assert as_dora.get(path).status_code == 200
    assert as_olga.get(path).status_code == 200
    assert as_xavier.get(path).status_code == 404
    assert rival_olga.get(path).status_code == 404


def test_the_cost_never_reaches_a_dealer(trade, order, as_dora, as_olga):
    Sku.objects.update(wholesale_price="3.77")
    StrategyItem.objects.update(settlement_price="8")
    order.lines.update(wholesale_price="3.77")
    paths = [f"/orders/{order.public_id}", f"/orders/{order.public_id}/print", "/orders/pad", "/orders/", API]
    paths += [f"{API}/{order.public_id}", "/orders/export?format=csv", f"/orders/{order.public_id}/edit"]

    for path in paths:
        response = as_dora.get(path)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200, path
        assert b"3.77" not in text, path
    assert as_olga.get(f"{API}/{order.public_id}").json()["lines"][0]["wholesale_price"] == "3.77"


class TestApi:
    def test_a_machine_of_the_supplier_places_for_a_dealer(self, trade, anonymous):
        organisation = Organisation.objects.get(kind="supplier")
        grants = ["orders.read", "orders.place", "orders.review"]
        ApiKey.objects.create(
            organisation=organisation,
            name="ERP",
            prefix="abc",
            secret_hash=hash_of_secret("s3cret"),
            permissions=grants,
            created_by="Olga",
        )
        bearer = {"Authorization": "Bearer dd_live_abc_s3cret"}

        placed = send(anonymous, "post", API, body(shop=trade.shop.code), **bearer)
        reviewed = send(anonymous, "post", f"{API}/{placed.json()['id']}/review", **bearer)

        assert (placed.status_code, reviewed.json()["state"]) == (201, "approved")
        step = SalesOrder.objects.get().steps.order_by("pk").first()
        assert (step.actor_kind, step.actor_name, step.actor_on_behalf_of) == (
            "machine",
            "ERP",
            "Dora's Drinks",
        )

    def test_the_same_key_is_answered_again_and_marked(self, trade, as_dora):
        key = {"Idempotency-Key": "k-1"}

        first, second = (send(as_dora, "post", API, body(), **key) for _ in range(2))
        other = send(as_dora, "post", API, body([{"merchant_code": "A-1", "quantity": "3"}]), **key)

        assert first.json() == second.json()
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert SalesOrder.objects.count() == 1

    def test_detail_has_lines_history_and_an_etag(self, order, as_dora, dora):
        review(dora, order)

        response = as_dora.get(f"{API}/{order.public_id}")

        found = response.json()
        assert response.headers["ETag"] == f'"{fresh(order).version}"'
        assert [x["merchant_code"] for x in found["lines"]] == ["A-1"]
        assert [x["step"] for x in found["history"]] == ["submit", "review"]
        assert found["history"][1]["after"]["charged"] == "24.00"
        assert set(found["steps"]) == {"reject", "cancel"}

    def test_an_edit_minds_the_version_and_keeps_what_is_not_named(self, order, as_dora):
        path = f"{API}/{order.public_id}"

        wrong = send(as_dora, "patch", path, {"memo": "x"}, **{"If-Match": '"99"'})
        right = send(as_dora, "patch", path, {"memo": "ring twice"}, **{"If-Match": f'"{order.version}"'})

        assert wrong.status_code == 412
        assert (right.status_code, right.json()["memo"]) == (200, "ring twice")
        assert [(x.merchant_code, x.quantity) for x in fresh(order).lines.all()] == [("A-1", 2)]
        assert fresh(order).consignee == "王小明"

    def test_bulk_review_says_what_became_of_each(self, trade, dora, as_dora):
        orders = [place(dora, trade.wanted({"A-1": n})) for n in (60, 60)]

        response = send(
            as_dora, "post", f"{API}/review", {"ids": [o.public_id for o in orders] + ["ord_nope"]}
        )

        assert response.status_code == 207
        assert [r["status"] for r in response.json()["results"]] == [200, 409, 404]

    def test_a_quote_stores_nothing_and_names_what_is_wrong(self, trade, as_dora):
        lines = [{"merchant_code": "A-1", "quantity": "2"}, {"merchant_code": "A-2", "quantity": "1000"}]

        found = send(as_dora, "post", f"{API}/quote", body(lines)).json()

        assert (found["goods"], found["freight"], found["total"]) == (
            "8016.00",
            "1508.00",
            "9524.00",
        ) or found["errors"] == [
            {
                "pointer": "/lines/1/quantity",
                "code": "sku_stock_short",
                "message": "Only 100 box of A-2 can be ordered, 1000 are asked.",
            }
        ]
        assert not SalesOrder.objects.exists()

    def test_a_stored_address_can_be_named(self, trade, as_dora, stranger):
        mine, foreign = dealers.make_address(trade.dealer), dealers.make_address(stranger)
        asked = {"lines": [{"merchant_code": "A-1", "quantity": "1"}]}

        right = send(as_dora, "post", API, {**asked, "address_id": mine.public_id})
        wrong = send(as_dora, "post", API, {**asked, "address_id": foreign.public_id})

        assert (right.status_code, right.json()["address"]["line1"]) == (201, "文三路 1 号")
        assert wrong.status_code == 404

    def test_the_list_is_filtered_paged_and_a_feed(self, trade, dora, as_dora, as_xavier):
        orders = [place(dora, trade.wanted()) for _ in range(3)]
        review(dora, orders[0])

        assert [x["id"] for x in as_dora.get(f"{API}?state=approved").json()["items"]] == [
            orders[0].public_id
        ]
        first = as_dora.get(f"{API}?limit=2").json()
        rest = as_dora.get(f"{API}?limit=2&cursor={first['next']}").json()
        assert [x["id"] for x in first["items"] + rest["items"]] == [o.public_id for o in reversed(orders)]
        feed = as_dora.get(f"{API}?updated_since=2020-01-01T00:00:00Z").json()["items"]
        assert feed[-1]["id"] == orders[0].public_id
        assert as_xavier.get(API).json()["items"] == []

    def test_nobody_gets_in_without_a_key(self, order, anonymous):
        assert anonymous.get(API).status_code == 401


class TestPad:
    def test_it_shows_only_the_dealers_goods_at_its_price(self, trade, as_dora, as_xavier):
        page = as_dora.get("/orders/pad").content.decode()

        assert "A-1" in page
        assert "¥8.00" in page
        assert trade.skus[0].public_id in page
        assert trade.skus[0].public_id not in as_xavier_pad(as_xavier, trade)

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

        assert f'data-order-pad-clear="{trade.shop.public_id}"' in response.content.decode()

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
        from tests.factories.orders import settings

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


class TestList:
    def test_search_and_tabs(self, trade, dora, as_dora):
        orders = [place(dora, trade.wanted(client_ref=f"PO-{n}")) for n in range(3)]
        review(dora, orders[0])

        def found(query):
            page = as_dora.get(f"/orders/?{query}").content.decode()
            return [o.number for o in orders if f">{o.number}<" in page]

        assert found("q=po-1") == [orders[1].number]
        assert found(f"q={orders[2].number}") == [orders[2].number]
        assert found("q=王小") == [o.number for o in orders]
        assert found("q=A-1") == [o.number for o in orders]
        assert found("q=nothing") == []
        assert found("state=approved") == [orders[0].number]
        assert found("from=2001-01-01&to=2001-01-02") == []
        assert found("from=nonsense&sort=nonsense&state=nonsense&page=999") == [o.number for o in orders]

    def test_bulk_says_what_became_of_each(self, trade, dora, as_dora):
        orders = [place(dora, trade.wanted({"A-1": 60})) for _ in range(2)]

        page = as_dora.post(
            "/orders/bulk", {"action": "review", "ids": [o.public_id for o in orders]}
        ).content.decode()

        assert "1 done, 1 refused" in page
        assert sorted(fresh(o).state for o in orders) == ["approved", "pending_review"]

    def test_bulk_for_all_that_match(self, trade, dora, as_dora, as_xavier):
        for _ in range(3):
            place(dora, trade.wanted())
        form = {"action": "cancel", "scope": "all", "back": "state=pending_review", "reason": "test"}

        as_xavier.post("/orders/bulk", form)
        assert SalesOrder.objects.filter(state="cancelled").count() == 0
        as_dora.post("/orders/bulk", form)
        assert SalesOrder.objects.filter(state="cancelled").count() == 3

    def test_export_holds_what_is_filtered(self, trade, dora, as_dora):
        first, second = (place(dora, trade.wanted(client_ref=ref)) for ref in ("PO-1", "PO-2"))

        text = b"".join(as_dora.get("/orders/export?format=csv&q=PO-2").streaming_content).decode()

        assert second.number in text
        assert first.number not in text
        assert as_dora.get("/orders/export").headers["Content-Type"].startswith("application/vnd.openxml")

    @pytest.mark.parametrize("panel", ["recent", "waiting"])
    def test_panels(self, order, as_dora, as_olga, panel):
        for client in (as_dora, as_olga):
            assert client.get(f"/orders/panels/{panel}").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
class TestQueryCounts:
    def test_lists(self, trade, dora, as_dora, as_olga, count, django_assert_num_queries):
        for _ in range(count):
            place(dora, trade.wanted({"A-1": 1, "A-2": 1}))

        # Session, user, actor; counts, rows; warehouses, and dealers or shops to choose from.
        with django_assert_num_queries(8, using="default"):
            as_olga.get("/orders/")
        # And the balance above the page.
        with django_assert_num_queries(9, using="default"):
            as_dora.get("/orders/")
        with django_assert_num_queries(4, using="default"):
            as_dora.get(API)

    def test_one_order(self, trade, dora, as_dora, count, django_assert_num_queries):
        order = place(dora, trade.wanted({f"A-{n + 1}": 1 for n in range(count)}))

        with django_assert_num_queries(10, using="default"):
            as_dora.get(f"/orders/{order.public_id}")
        with django_assert_num_queries(8, using="default"):
            as_dora.get(f"{API}/{order.public_id}")
