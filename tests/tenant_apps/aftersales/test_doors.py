"""Page and API ask the same command; nobody receives for another; differences stand out."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.kernel import clock
from tenant_apps.aftersales.models import Receipt
from tests.factories.fulfilment import approved, ship
from tests.tenant_apps.aftersales.test_commands import confirm


def confirm_by_page(client, shipment, received, token=None, more=(), **fields):
    form = {f"lines_{place}_received": quantity for place, quantity in enumerate(received)}
    form |= {f"lines_{place}_replenish": "on" for place in more}
    form |= {"operation": token or str(uuid.uuid4()), **fields}
    return client.post(f"/aftersales/shipments/{shipment.public_id}/confirm", form)


def confirm_by_api(client, shipment, received, token=None, more=(), **fields):
    lines = [
        {"position": place + 1, "received": quantity, "replenish": place in more}
        for place, quantity in enumerate(received)
    ]
    headers = {"Idempotency-Key": token} if token else {}
    return client.post(
        f"/api/v1/shipments/{shipment.public_id}/receipt",
        {"lines": lines, **fields},
        content_type="application/json",
        headers=headers,
    )


DOORS = pytest.mark.parametrize("through", [confirm_by_page, confirm_by_api], ids=["page", "api"])


@pytest.fixture
def shipped(olga, dealer):
    """An order of 100 and 5, all on its way."""
    made = approved(dealer, ("100", "5"))
    return made, ship(olga, made, tracking_number="SF100")


def effect(made):
    made.order.refresh_from_db()
    return made.order.state, [int(line.received) for line in made.lines()], Receipt.objects.count()


@DOORS
def test_both_doors_receive(as_dora, shipped, through):
    made, shipment = shipped

    answer = through(as_dora, shipment, ["98", "5"], more=[0, 1], note="two broken")

    assert answer.status_code in (201, 302)
    assert effect(made) == ("completed", [98, 5], 1)
    receipt = Receipt.objects.get()
    lines = receipt.lines.order_by("pk").values_list("shipped", "received", "replenish")
    assert list(lines) == [(100, 98, True), (5, 5, False)]
    assert receipt.note == "two broken"


@DOORS
@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        (["-1", "5"], "Enter how much arrived: 0 or more."),
        (["0.5", "5"], "0.5 is not a whole number. This SKU is sold in whole units only."),
        (["99999999999", "5"], "99999999999 is more than the largest possible quantity, 1000000000."),
    ],
)
def test_both_doors_refuse_alike(as_dora, shipped, through, received, sentence):
    made, shipment = shipped

    answer = through(as_dora, shipment, received)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert effect(made) == ("shipped", [0, 0], 0)


@DOORS
def test_a_second_receipt_is_refused(as_dora, shipped, through):
    made, shipment = shipped
    through(as_dora, shipment, ["100", "5"])

    answer = through(as_dora, shipment, ["90", "5"])

    assert answer.status_code == 409
    assert f"The receipt of {shipment.number} was confirmed already." in answer.content.decode()
    assert effect(made) == ("completed", [100, 5], 1)


@DOORS
def test_sent_twice_receives_once(as_dora, shipped, through):
    made, shipment = shipped

    first = through(as_dora, shipment, ["98", "5"], token="t-1")
    again = through(as_dora, shipment, ["98", "5"], token="t-1")

    assert again.status_code == first.status_code
    assert again.headers.get("Location") == first.headers.get("Location")
    assert effect(made) == ("completed", [98, 5], 1)


@DOORS
@pytest.mark.parametrize("who", ["as_xavier", "as_sam", "as_nil", "anonymous", "rival_olga"])
def test_nobody_receives_for_another(request, shipped, through, who):
    made, shipment = shipped

    answer = through(request.getfixturevalue(who), shipment, ["98", "5"])

    assert answer.status_code in (302, 401, 403, 404)
    assert effect(made) == ("shipped", [0, 0], 0)


def test_the_form_starts_with_what_was_shipped(as_dora, shipped):
    _, shipment = shipped

    page = as_dora.get(f"/aftersales/shipments/{shipment.public_id}/confirm")

    assert [received.initial for _, received, _ in page.context["form"].rows()] == ["100", "5"]


def test_the_form_of_a_received_shipment_says_so(as_dora, dora, shipped):
    _, shipment = shipped
    confirm(dora, shipment)

    assert as_dora.get(f"/aftersales/shipments/{shipment.public_id}/confirm").status_code == 409


def test_the_refused_form_keeps_what_was_typed(as_dora, shipped):
    _, shipment = shipped

    page = confirm_by_page(as_dora, shipment, ["-1", "4"], token="t-1", more=[1], note="hm").content.decode()

    assert 'value="-1"' in page
    assert 'value="hm"' in page
    assert "checked" in page
    assert 'value="t-1"' not in page


def test_the_api_takes_all_as_shipped_and_shows_the_receipt(as_dora, as_olga, shipped):
    made, shipment = shipped

    answer = confirm_by_api(as_dora, shipment, [], note="fine")

    body = answer.json()
    assert answer.status_code == 201
    assert (body["order"], body["shipment"], body["short"], body["automatic"]) == (
        made.order.public_id,
        shipment.public_id,
        False,
        False,
    )
    assert [(x["shipped"], x["received"], x["difference"]) for x in body["lines"]] == [
        ("100", "100", "0"),
        ("5", "5", "0"),
    ]
    assert as_olga.get(f"/api/v1/receipts/{body['id']}").json() == body
    assert as_olga.get("/api/v1/receipts?difference=none").json()["items"] == [body]
    assert as_olga.get("/api/v1/receipts?difference=any").json()["items"] == []


def test_what_waits_is_listed_until_it_is_received(as_dora, as_xavier, dora, olga, dealer):
    made = approved(dealer, ("10",))
    start = clock.now()
    with clock.at(start):
        second = ship(olga, made, {1: "1"})
    with clock.at(start - timedelta(days=1)):
        first = ship(olga, made, {1: "1"})

    def waiting(client):
        return [row.number for row in client.get("/aftersales/to-receive").context["page"]]

    assert waiting(as_dora) == [first.number, second.number]
    assert waiting(as_xavier) == []
    confirm(dora, first)
    assert waiting(as_dora) == [second.number]


@pytest.mark.parametrize("path", ["/aftersales/receipts/{id}", "/api/v1/receipts/{id}"])
def test_a_receipt_is_found_by_its_own_people_only(
    as_olga, as_dora, as_xavier, rival_olga, dora, shipped, path
):
    address = path.format(id=confirm(dora, shipped[1]).public_id)

    assert as_olga.get(address).status_code == 200
    assert as_dora.get(address).status_code == 200
    assert as_xavier.get(address).status_code == 404
    assert rival_olga.get(address).status_code == 404


def test_lists_and_panels_show_strangers_nothing(as_olga, as_dora, as_xavier, rival_olga, dora, shipped):
    made, shipment = shipped
    receipt = confirm(dora, shipment, (1, "98", True))

    for client, times in [(as_olga, True), (as_dora, True), (as_xavier, False), (rival_olga, False)]:
        assert (receipt.number in client.get("/aftersales/receipts").content.decode()) is times
        for path in (f"orders/{made.order.public_id}/panel", f"shipments/{shipment.public_id}/panel"):
            answer = client.get(f"/aftersales/{path}")
            assert answer.status_code == (200 if times else 404)
            assert (receipt.number in answer.content.decode()) is times
        assert bool(client.get("/api/v1/receipts").json()["items"]) is times


def test_the_panel_shows_the_difference(as_dora, dora, shipped):
    made, shipment = shipped
    confirm(dora, shipment, (1, "98", True))

    part = as_dora.get(
        f"/aftersales/orders/{made.order.public_id}/panel", headers={"HX-Request": "true"}
    ).content.decode()

    assert "<html" not in part
    assert "−2" in part
    assert "Send again" in part


def test_the_list_is_searched_and_filtered(as_olga, olga, dora, dealer):
    made = approved(dealer, ("10",))
    short = confirm(dora, ship(olga, made, {1: "2"}, tracking_number="SF1"), (1, "1", True))
    over = confirm(dora, ship(olga, made, {1: "2"}), (1, "3", False))
    exact = confirm(dora, ship(olga, made, {1: "2"}), automatic=True)

    def found(**asked):
        return [row.number for row in as_olga.get("/aftersales/receipts", asked).context["page"]]

    assert found() == [exact.number, over.number, short.number]
    assert found(sort="number") == [short.number, over.number, exact.number]
    assert found(difference="any") == [over.number, short.number]
    assert found(difference="short") == [short.number]
    assert found(difference="over") == [over.number]
    assert found(difference="replenish") == [short.number]
    assert found(difference="none") == [exact.number]
    assert found(automatic="yes") == [exact.number]
    assert found(automatic="no") == [over.number, short.number]
    assert found(q="sf1") == [short.number]
    assert found(q=made.order.number, difference="nonsense", sort="x") == [
        exact.number,
        over.number,
        short.number,
    ]


def test_the_export_holds_the_lines_with_their_differences(as_olga, olga, dora, dealer):
    made = approved(dealer, ("10", "4"))
    confirm(dora, ship(olga, made, {1: "2", 2: "4"}), (1, "1", True))
    confirm(dora, ship(olga, made, {1: "2"}))

    answer = as_olga.get("/aftersales/receipts/export", {"format": "csv", "difference": "short"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = [
        (row["Shipped"], row["Received"], row["Difference"], row["Send again"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    assert rows == [("2", "1", "1", "yes"), ("4", "4", "0", "no")]


@pytest.mark.parametrize(
    ("path", "who", "count"),
    [
        ("/aftersales/receipts", "as_olga", 6),
        ("/aftersales/receipts", "as_dora", 7),
        ("/aftersales/receipts/export?format=csv", "as_olga", 4),
        ("/api/v1/receipts", "as_olga", 5),
        ("/api/v1/receipts", "as_dora", 5),
    ],
)
def test_one_and_three_receipts_take_as_many_queries(request, olga, dora, dealer, path, who, count):
    made = approved(dealer, ("10", "5", "3"))
    client = request.getfixturevalue(who)

    for quantities in ({1: "1"}, {1: "2", 2: "1"}, {1: "1", 2: "1", 3: "1"}):
        confirm(dora, ship(olga, made, quantities))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            assert b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert len(queries) == count


def test_one_and_three_shipments_to_receive_take_as_many_queries(as_dora, olga, dealer):
    made = approved(dealer, ("10",))

    for _ in range(3):
        ship(olga, made, {1: "1"})
        with CaptureQueriesContext(connection) as queries:
            as_dora.get("/aftersales/to-receive")
        assert len(queries) == 6
