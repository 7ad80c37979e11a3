"""Orders over the API: machines, replays, versions, bulk, quotes and the feed."""

from __future__ import annotations

from tenant_apps.access.models import ApiKey, Organisation
from tenant_apps.access.queries import hash_of_secret
from tenant_apps.orders.models import SalesOrder
from tests.factories import dealers
from tests.factories.orders import fresh, place, review
from tests.tenant_apps.orders.asking import API, body, send


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
        assert set(found["steps"]) == {"reject", "cancel", "cancel_line"}

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

        assert found["goods"] == "8016.00"
        assert found["errors"] == [
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
