"""Page and API ask the same command; nobody finds what is not his; lists take a literal number of queries."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.kernel import clock
from tenant_apps.fulfilment.models import Shipment
from tests.cast import client_of, make_person
from tests.factories.fulfilment import approved, carrier, ship

SHANGHAI = ZoneInfo("Asia/Shanghai")


def post_api(client, path, body=None, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


def ship_by_page(client, made, quantities, token=None, **more):
    """Post the form; quantities in the order of its lines."""
    form = {f"lines_{place}_quantity": quantity for place, quantity in enumerate(quantities)}
    form |= {"operation": token or str(uuid.uuid4()), "carrier": made.stock_out.carrier.public_id, **more}
    return client.post(f"/fulfilment/stock-outs/{made.stock_out.public_id}/ship", form)


def ship_by_api(client, made, quantities, token=None, **more):
    lines = [{"position": place, "quantity": quantity} for place, quantity in enumerate(quantities, 1)]
    body = {"lines": lines, "carrier": made.stock_out.carrier.public_id, **more}
    return post_api(client, f"stock-outs/{made.stock_out.public_id}/ship", body, token)


DOORS = pytest.mark.parametrize("through", [ship_by_page, ship_by_api], ids=["page", "api"])


def effect(made):
    made.order.refresh_from_db()
    return made.order.state, [(row.tracking_number, row.note) for row in Shipment.objects.order_by("pk")]


@DOORS
@pytest.mark.parametrize(
    ("quantities", "state"),
    [(["10", "5"], "shipped"), (["4", "0"], "partly_shipped"), (["10", "4"], "partly_shipped")],
)
def test_both_doors_ship(as_olga, olga, dealer, through, quantities, state):
    made = approved(dealer, ("10", "5"))

    answer = through(as_olga, made, quantities, tracking_number="SF1", note="fragile")

    assert answer.status_code in (201, 302)
    assert effect(made) == (state, [("SF1", "fragile")])
    assert [line.shipped for line in made.lines()] == [Decimal(text) for text in quantities]


@DOORS
@pytest.mark.parametrize(
    ("quantities", "status", "sentence"),
    [
        (["11", "5"], 422, "Only 10 are left to ship."),
        (["-1", "5"], 422, "A quantity cannot be negative."),
        (["0", "0"], 422, "Enter a quantity for at least one line."),
        (["0.5", "1"], 422, "0.5 is not a whole number. This SKU is sold in whole units only."),
    ],
)
def test_both_doors_refuse_alike(as_olga, dealer, through, quantities, status, sentence):
    made = approved(dealer, ("10", "5"))

    answer = through(as_olga, made, quantities)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert effect(made) == ("approved", [])


@DOORS
def test_sent_twice_ships_once(as_olga, dealer, through):
    made = approved(dealer, ("10", "5"))

    first = through(as_olga, made, ["4", "0"], token="t-1")
    again = through(as_olga, made, ["4", "0"], token="t-1")

    assert again.status_code == first.status_code
    assert again.headers.get("Location") == first.headers.get("Location")
    assert again.content == first.content or again.json() == first.json()
    assert effect(made) == ("partly_shipped", [("", "")])


@DOORS
def test_a_closed_stock_out_ships_nothing(as_olga, olga, dealer, through):
    made = approved(dealer, ("10",))
    ship(olga, made)

    answer = through(as_olga, made, ["1"])

    assert answer.status_code in (409, 422)
    assert Shipment.objects.count() == 1


@DOORS
@pytest.mark.parametrize("who", ["as_dora", "as_sam", "as_nil", "anonymous"])
def test_who_may_not_ship_ships_nothing(request, dealer, through, who):
    made = approved(dealer, ("10",))

    answer = through(request.getfixturevalue(who), made, ["1"])

    assert answer.status_code in (302, 401, 403, 404)
    assert effect(made) == ("approved", [])


def test_the_refused_form_keeps_what_was_typed_and_gets_a_new_token(as_olga, dealer):
    made = approved(dealer, ("10", "5"))

    answer = ship_by_page(as_olga, made, ["11", "3"], token="t-1", tracking_number="SF9")

    page = answer.content.decode()
    assert 'value="11"' in page
    assert 'value="3"' in page
    assert 'value="SF9"' in page
    assert 'value="t-1"' not in page
    assert ship_by_page(as_olga, made, ["10", "3"], token=answer.context["operation"]).status_code == 302


def test_the_api_answers_a_replay_as_such(as_olga, dealer):
    made = approved(dealer, ("10",))
    path = f"stock-outs/{made.stock_out.public_id}/ship"

    first, again = (post_api(as_olga, path, {"carrier": "SF"}, "k") for _ in range(2))
    other = post_api(as_olga, path, {"carrier": ""}, "k")

    assert (first.status_code, first.headers.get("Idempotent-Replayed")) == (201, None)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_api_points_at_the_wrong_line(as_olga, dealer):
    made = approved(dealer, ("10", "5"))

    body = {"lines": [{"position": 2, "quantity": "1"}, {"position": 9, "quantity": "1"}]}
    answer = post_api(as_olga, f"stock-outs/{made.stock_out.public_id}/ship", body)
    twice = post_api(
        as_olga,
        f"stock-outs/{made.stock_out.public_id}/ship",
        {"lines": [{"position": 1, "quantity": "1"}, {"position": 1, "quantity": "1"}]},
    )

    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/lines/1/position", "no_such_line")
    ]
    assert [(e["pointer"], e["code"]) for e in twice.json()["errors"]] == [
        ("/lines/1/position", "line_twice")
    ]
    assert Shipment.objects.count() == 0


def test_a_shipment_in_the_api(as_olga, as_dora, olga, dealer):
    made = approved(dealer, ("10", "5"))
    shipment = ship(olga, made, {1: "4"}, tracking_number="SF1")

    found = as_olga.get(f"/api/v1/shipments/{shipment.public_id}")

    body = found.json()
    assert found.headers["ETag"] == '"1"'
    assert body["lines"] == [
        {
            "position": 1,
            "merchant_code": made.lines()[0].merchant_code,
            "name": "Green tea No. 1",
            "own_code": "",
            "own_name": "",
            "unit": "box",
            "quantity": "4",
        }
    ]
    assert (body["order"], body["stock_out"]) == (made.order.public_id, made.stock_out.public_id)
    assert (body["carrier"], body["carrier_name"]) == (carrier().public_id, "SF Express")
    assert (body["tracking_number"], body["state"], body["received_at"]) == ("SF1", "shipped", None)
    assert as_dora.get("/api/v1/shipments").json()["items"] == [body]
    sparse = as_dora.get("/api/v1/shipments?fields=id,state").json()["items"]
    assert sparse == [{"id": shipment.public_id, "state": "shipped"}]


def test_the_feed_tells_what_changed(as_olga, olga, dealer):
    made = approved(dealer, ("10",))
    start = clock.now()
    with clock.at(start):
        ship(olga, made, {1: "1"})
    with clock.at(start + timedelta(minutes=1)):
        later = ship(olga, made, {1: "1"})

    since = (start + timedelta(seconds=30)).isoformat().replace("+00:00", "Z")
    items = as_olga.get("/api/v1/shipments", {"updated_since": since}).json()["items"]

    assert [item["id"] for item in items] == [later.public_id]


@pytest.mark.parametrize(
    "path", ["/fulfilment/{id}", "/fulfilment/{id}/delivery-note", "/api/v1/shipments/{id}"]
)
def test_a_shipment_is_found_by_its_own_people_only(
    as_olga, as_dora, as_xavier, rival_olga, olga, dealer, path
):
    shipment = ship(olga, approved(dealer, ("10",)))
    address = path.format(id=shipment.public_id)

    assert as_olga.get(address).status_code == 200
    assert as_dora.get(address).status_code == 200
    assert as_xavier.get(address).status_code == 404
    assert rival_olga.get(address).status_code == 404


def test_lists_and_panels_show_strangers_nothing(as_xavier, as_dora, rival_olga, olga, dealer):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)

    for client, times in [(as_dora, True), (as_xavier, False), (rival_olga, False)]:
        assert (shipment.number in client.get("/fulfilment/").content.decode()) is times
        panel = client.get(f"/fulfilment/orders/{made.order.public_id}/panel")
        assert panel.status_code == (200 if times else 404)
        assert (shipment.number in panel.content.decode()) is times
        assert bool(client.get("/api/v1/shipments").json()["items"]) is times
    assert as_dora.get(f"/fulfilment/stock-outs/{made.stock_out.public_id}/panel").status_code == 403


def test_the_list_is_searched_filtered_and_sorted(as_olga, olga, dealer):
    made = approved(dealer, ("10",))
    day = datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)
    with clock.at(day):
        first = ship(olga, made, {1: "1"}, tracking_number="SF100")
    with clock.at(day + timedelta(hours=1)):
        second = ship(olga, made, {1: "1"}, tracking_number="YT200")

    def found(**asked):
        rows = as_olga.get("/fulfilment/", asked).context["page"]
        return [row.number for row in rows]

    assert found() == [second.number, first.number]
    assert found(sort="number") == [first.number, second.number]
    assert found(q="yt2") == [second.number]
    assert found(q=made.order.number) == [second.number, first.number]
    assert found(q="nothing") == []
    assert found(**{"from": "2026-03-02"}) == [second.number]
    assert found(to="2026-03-01") == [first.number]
    assert found(to="not a day", sort="nonsense") == [second.number, first.number]
    assert found(state="received") == []
    assert found(warehouse=made.order.warehouse.public_id, state="shipped") == [second.number, first.number]


def test_the_export_holds_what_is_filtered(as_olga, olga, dealer):
    made = approved(dealer, ("10",))
    with clock.at(datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)):
        ship(olga, made, {1: "1"}, tracking_number="SF100")
    wanted = ship(olga, made, {1: "2"}, tracking_number="YT200")

    answer = as_olga.get("/fulfilment/export", {"format": "csv", "q": "YT200"})
    workbook = as_olga.get("/fulfilment/export", {"format": "xlsx"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Shipment"], row["Tracking number"], row["Quantity"]) for row in rows] == [
        (wanted.number, "YT200", "2")
    ]
    assert b"".join(workbook.streaming_content)[:2] == b"PK"


def test_the_panel_of_a_stock_out_offers_what_is_left(as_olga, olga, dealer):
    made = approved(dealer, ("10", "5"))
    path = f"/fulfilment/stock-outs/{made.stock_out.public_id}/panel"
    ship(olga, made, {1: "4", 2: "5"}, tracking_number="SF100")

    page = as_olga.get(path)
    part = as_olga.get(path, headers={"HX-Request": "true"}).content.decode()

    rows = list(page.context["form"].rows())
    assert [(line.position, field.initial) for line, field in rows] == [(1, "6")]
    assert "<html" in page.content.decode()
    assert "<html" not in part
    assert "SF100" in part
    ship(olga, made)
    assert "lines_0_quantity" not in as_olga.get(path).content.decode()


def test_reading_staff_sees_no_form(olga, dealer, supplier_organisation):
    made = approved(dealer, ("10",))
    reader = make_person(
        supplier_organisation,
        "reader",
        permissions=["fulfilment.read", "inventory.read_stock_outs"],
        all_warehouses=True,
        all_dealers=True,
    )
    client = client_of(reader)

    panel = client.get(f"/fulfilment/stock-outs/{made.stock_out.public_id}/panel")

    assert panel.status_code == 200
    assert "lines_0_quantity" not in panel.content.decode()
    assert client.get(f"/fulfilment/stock-outs/{made.stock_out.public_id}/ship").status_code == 403


def test_only_a_dealer_gets_the_button_on_its_order(as_dora, as_olga, olga, dealer):
    made = approved(dealer, ("10",))
    shipment = ship(olga, made)
    path = f"/fulfilment/orders/{made.order.public_id}/panel"
    button = f"/aftersales/shipments/{shipment.public_id}/confirm"

    assert button in as_dora.get(path).content.decode()
    assert button not in as_olga.get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "who", "count"),
    [
        ("/fulfilment/", "as_olga", 7),
        ("/fulfilment/", "as_dora", 7),
        ("/fulfilment/export?format=csv", "as_olga", 4),
        ("/api/v1/shipments", "as_olga", 6),
        ("/api/v1/shipments", "as_dora", 6),
    ],
)
def test_one_and_three_shipments_take_as_many_queries(request, olga, dealer, path, who, count):
    made = approved(dealer, ("10", "5", "3"))
    client = request.getfixturevalue(who)

    for quantities in ({1: "1"}, {1: "2", 2: "1"}, {1: "1", 2: "1", 3: "1"}):
        ship(olga, made, quantities)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            assert b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert len(queries) == count
