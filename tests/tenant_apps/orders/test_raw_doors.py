"""Pages and API of raw orders: found by their dealer only, corrected in place, many at once."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.marks import raw_mark_sentences
from tenant_apps.orders.models import RawOrder, SalesOrder
from tenant_apps.orders.queries.raw import names_of_lines, raw_lines, whole_raw
from tenant_apps.strategies.commands.bundles import add_bundle
from tests.factories.orders import ADDRESS
from tests.tenant_apps.orders.asking import body, send
from tests.tenant_apps.orders.test_statements import statements

API, PAGE = "/api/v1/raw-orders", "/orders/raw/"


def take(actor, wanted):
    raw = take_order(actor=actor, operation_id=uuid.uuid4(), wanted=wanted)
    return RawOrder.objects.get(pk=raw.pk)


@pytest.fixture
def waiting(trade, dora):
    """A raw order with a code that is not among the goods."""
    return take(dora, trade.wanted({"NOT-MINE": 2}, client_ref="TB-1"))


def form(trade, code="A-1", quantity="2", **fields):
    line = {"code": code, "line_quantity": quantity, "pack": "", "sales_price": "", "note": ""}
    return {"shop": trade.shop.public_id, **ADDRESS.columns(), **line, **fields}


def test_the_list_shows_mark_sentence_and_remedy(waiting, as_dora):
    shown = as_dora.get(PAGE).content.decode()

    assert "NOT-MINE is not among your goods." in shown
    assert "/strategies/my-goods" in shown
    assert waiting.number in shown
    assert "TB-1" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=TB-1", True), ("q=TB-", False), ("q=NOT-MINE", True), ("mark=goods", True), ("mark=stock", False),
        ("state=pending", True), ("state=submitted", False), ("source=api", True), ("source=excel", False),
        ("to=2001-01-01", False),
    ],
)  # fmt: skip
def test_the_list_is_filtered(waiting, as_dora, query, found):
    assert (waiting.public_id in as_dora.get(f"{PAGE}?{query}").content.decode()) is found


def test_a_list_takes_the_same_statements_for_one_and_three(trade, dora, as_dora, waiting):
    counts = {statements(lambda: as_dora.get(f"{PAGE}?view=all"))}
    take(dora, trade.wanted({"X": 1, "Y": 1}))
    take(dora, trade.wanted({"A-1": 500}))
    counts.add(statements(lambda: as_dora.get(f"{PAGE}?view=all")))

    assert len(counts) == 1


def test_the_file_holds_mark_and_reason(waiting, as_dora):
    text = b"".join(as_dora.get(f"{PAGE}export?format=csv").streaming_content).decode("utf-8-sig")

    assert "NOT-MINE is not among your goods." in text
    assert "goods" in text.splitlines()[1]


def test_corrected_in_place_it_is_submitted_at_once(trade, waiting, as_dora):
    assert as_dora.get(f"{PAGE}{waiting.public_id}/edit").status_code == 200

    sent = as_dora.post(f"{PAGE}{waiting.public_id}/edit", form(trade, client_ref="TB-1", version="1"))

    order = SalesOrder.objects.get()
    assert (sent.status_code, sent.url) == (302, f"/orders/{order.public_id}")
    assert (order.client_ref, str(order.total.amount)) == ("TB-1", "24.00")
    assert "Submitted as order" in as_dora.get(f"{PAGE}{waiting.public_id}").content.decode()


def test_what_is_still_wrong_comes_back_with_its_new_mark(trade, waiting, as_dora):
    sent = as_dora.post(f"{PAGE}{waiting.public_id}/edit", form(trade, quantity="101"), follow=True)

    assert "Only 100" in sent.content.decode()
    waiting.refresh_from_db()
    assert [one["mark"] for one in waiting.marks] == ["stock"]


def test_it_can_be_kept_without_submitting_and_a_stale_form_is_refused(trade, waiting, as_dora):
    kept = as_dora.post(f"{PAGE}{waiting.public_id}/edit", form(trade, act="keep", version="1"))
    stale = as_dora.post(f"{PAGE}{waiting.public_id}/edit", form(trade, version="1"))

    assert (kept.status_code, stale.status_code) == (302, 412)
    assert not SalesOrder.objects.exists()


def test_an_entry_that_cannot_be_stored_is_told_at_its_line(trade, waiting, as_dora):
    answer = as_dora.post(f"{PAGE}{waiting.public_id}/edit", form(trade, quantity="many"))

    assert answer.status_code == 422
    assert "is not a quantity" in answer.content.decode()
    assert waiting.lines.get().merchant_code == "NOT-MINE"


def bulk(client, action, *rows, **fields):
    asked = {"action": action, "ids": [row.public_id for row in rows], **fields}
    return client.post(f"{PAGE}bulk", asked).content.decode()


def test_many_are_submitted_with_a_result_each(trade, dora, as_dora, waiting):
    short = take(dora, trade.wanted({"A-1": 101}))

    shown = bulk(as_dora, "submit", waiting, short)

    assert "NOT-MINE is not among your goods." in shown
    assert waiting.client_ref in shown
    assert short.number in shown


def test_many_get_another_warehouse_and_are_submitted(trade, dora, as_dora):
    rows = [take(dora, trade.wanted(warehouse="W-99")) for _ in range(2)]
    assert {one["mark"] for row in rows for one in row.marks} == {"warehouse"}

    shown = bulk(as_dora, "set", *rows, set_warehouse="", set_carrier=trade.carrier.code)

    assert shown.count("submitted as") == 2
    assert {order.carrier.code for order in SalesOrder.objects.all()} == {trade.carrier.code}


def test_many_are_cancelled(dora, as_dora, waiting):
    bulk(as_dora, "cancel", waiting)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.marks) == ("cancelled", [])


def test_the_api_takes_what_fails_and_submits_it_later(trade, as_dora):
    lines = [{"merchant_code": "NOT-MINE", "quantity": "2"}]
    made = send(as_dora, "post", API, body(lines, client_ref="TB-3"), **{"Idempotency-Key": "k1"})
    again = send(as_dora, "post", API, body(lines, client_ref="TB-3"), **{"Idempotency-Key": "k1"})

    raw = made.json()
    assert (made.status_code, again.json()["id"]) == (201, raw["id"])
    assert (raw["state"], raw["steps"]) == ("pending", ["submit", "edit", "cancel"])
    assert (raw["marks"][0]["mark"], raw["marks"][0]["code"]) == ("goods", "not_offered")
    assert raw["marks"][0]["remedy"]
    refused = send(as_dora, "post", f"{API}/{raw['id']}/submit")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_offered")
    assert as_dora.get(f"{API}/by-client-ref/TB-3").json()["id"] == raw["id"]

    changed = send(
        as_dora, "patch", f"{API}/{raw['id']}", {"lines": [{"merchant_code": "A-1", "quantity": "2"}]}
    ).json()
    order = send(as_dora, "post", f"{API}/{raw['id']}/submit").json()

    assert (changed["client_ref"], changed["lines"][0]["merchant_code"]) == ("TB-3", "A-1")
    assert (order["client_ref"], order["total"]) == ("TB-3", "24.00")
    after = as_dora.get(f"{API}/{raw['id']}").json()
    assert (after["state"], after["orders"], after["marks"]) == ("submitted", [order["id"]], [])
    assert [step["step"] for step in after["history"]][-1] == "submit"


def test_the_api_submits_and_cancels_many_with_a_result_each(trade, dora, as_dora, waiting):
    other = take(dora, trade.wanted({"X": 1}))
    ids = [waiting.public_id, other.public_id, "raw_nothing"]

    submitted = send(as_dora, "post", f"{API}/submit", {"ids": ids})
    cancelled = send(as_dora, "post", f"{API}/cancel", {"ids": ids, "reason": "mistake"})

    assert (submitted.status_code, [one["status"] for one in submitted.json()["results"]]) == (
        207,
        [422, 422, 404],
    )
    assert [one["status"] for one in cancelled.json()["results"]] == [200, 200, 404]


def test_w136_nobody_else_finds_it(trade, waiting, as_olga, as_xavier):
    for client in (as_olga, as_xavier):
        for path in (f"{PAGE}{waiting.public_id}", f"{PAGE}{waiting.public_id}/edit"):
            assert client.get(path).status_code == 404
        assert client.post(f"{PAGE}{waiting.public_id}/submit").status_code == 404
        assert client.get(f"{API}/{waiting.public_id}").status_code == 404
        for path in ("/submit", "/cancel"):
            assert send(client, "post", f"{API}/{waiting.public_id}{path}").status_code == 404
        assert client.get(f"{API}/by-client-ref/TB-1").status_code == 404
        assert client.get(API).json()["items"] == []
    assert as_olga.get(PAGE).status_code == 404


def test_the_suppliers_people_may_send_one_in_a_dealers_name(trade, as_olga):
    made = send(as_olga, "post", API, body(shop=trade.shop.code))

    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    assert RawOrder.objects.get().actor_on_behalf_of == "Dora's Drinks"


def test_a_missing_part_of_the_address_is_named_in_the_mark_and_in_the_history(trade, dora, as_dora):
    raw = take(dora, trade.wanted(address=replace(trade.wanted().address, consignee="", region2="")))

    here = f"{PAGE}{raw.public_id}"
    page = as_dora.get(here).content.decode()
    assert page.count("Consignee: Fill this in.") == page.count("City: Fill this in.") == 2
    api = as_dora.get(f"{API}/{raw.public_id}").json()
    assert api["marks"][0]["details"] == ["Consignee: Fill this in.", "City: Fill this in."]
    text = b"".join(as_dora.get(f"{PAGE}export?format=csv").streaming_content).decode("utf-8-sig")
    assert "Consignee: Fill this in. City: Fill this in." in text


def test_the_history_is_in_the_readers_language(waiting, as_dora):
    page = as_dora.get(f"{PAGE}{waiting.public_id}", headers={"accept-language": "zh-hans"}).content.decode()
    told = as_dora.get(f"{API}/{waiting.public_id}", headers={"accept-language": "zh-hans"}).json()["history"]

    with translation.override("zh-hans"):
        said = raw_mark_sentences(waiting.marks)[0]["details"][0]
    assert said != waiting.steps.get(name="submit_failed").reason
    assert page.count(said) == 2
    assert told[-1]["reason"] == said


def test_a_waiting_line_says_what_its_code_means(trade, dora, as_dora, waiting):
    items = [("A-1", Decimal(2))]
    add_bundle(actor=dora, values={"code": "SET", "name": "Tea set", "items": items, "sales_price": None})
    raw = take(dora, trade.wanted({"NONE": 1, "A-2": 1, "SET": 1}))

    lines = raw_lines(whole_raw(dora, raw.public_id))
    names = names_of_lines(raw, lines)

    sku = trade.skus[1]
    assert names == {"A-2": f"{sku.product.name} {sku.spec}".strip(), "SET": "Tea set"}
    assert "Tea set" in as_dora.get(f"{PAGE}{raw.public_id}").content.decode()
    assert names_of_lines(waiting, raw_lines(waiting)) == {}


def test_naming_waiting_lines_takes_the_same_statements_for_one_and_three(trade, dora, as_dora):
    one = take(dora, trade.wanted({"NONE": 1}))
    three = take(dora, trade.wanted({"NONE": 1, "A-2": 1, "A-3": 1}))

    counts = {statements(lambda raw=raw: as_dora.get(f"{PAGE}{raw.public_id}")) for raw in (one, three)}
    assert len(counts) == 1
