"""Orders in two phases: saved, changed, bought, discarded, and voided by the clock (TB-04…TB-07, G-58)."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from platform_core.kernel.errors import Conflict, DomainError, Invalid, NotFound
from platform_core.kernel.flow import StepRefused
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.edit import edit_order
from tenant_apps.orders.commands.saved import change_saved, commit_saved, save_order, void_saved
from tenant_apps.orders.errors import AlreadyBought, CycleTaken, NotTwoPhase, SavedAlready
from tenant_apps.orders.models import RawOrder, RawOrderStep, SalesOrder
from tenant_apps.orders.tasks import void_lapsed
from tests.factories.orders import place
from tests.tenant_apps.orders.test_calendars import at, calendar, change, refused  # noqa: F401 - a fixture


@pytest.fixture
def tuesday(calendar):  # noqa: F811
    """TB: the cycle day is Tuesday; orders are saved from Sunday on."""
    change(calendar, weekdays=[1], two_phase=True)
    return date(2026, 11, 24)


@pytest.fixture
def saved(trade, dora, tuesday):
    """Five of A-1, saved on Monday."""
    with at(23):
        return save(dora, trade.wanted({"A-1": 5}))


def save(actor, wanted):
    return save_order(actor=actor, operation_id=uuid.uuid4(), wanted=wanted, source="pad")


def commit(actor, raw, **more):
    return commit_saved(actor=actor, operation_id=uuid.uuid4(), raw_id=raw.public_id, **more)


def void(actor, raw):
    return void_saved(actor=actor, operation_id=uuid.uuid4(), raw_id=raw.public_id)


def again(actor, raw, wanted, **more):
    return change_saved(actor=actor, operation_id=uuid.uuid4(), raw_id=raw.public_id, wanted=wanted, **more)


def state():
    return RawOrder.objects.get().state


def test_a_saved_order_is_checked_and_is_no_sales_order(saved, tuesday):
    raw = RawOrder.objects.get()
    assert (raw.state, raw.cycle, raw.number[0]) == ("saved", tuesday, "D")
    assert [(line.merchant_code, line.quantity) for line in raw.lines.all()] == [("A-1", 5)]
    assert not SalesOrder.objects.exists()


def test_g_58_saved_and_not_bought_is_void_on_the_cycle_day(saved):
    with at(23, 23):
        assert void_lapsed.run() == 0
    with at(24):
        assert void_lapsed.run() == 1
        assert void_lapsed.run() == 0

    assert state() == "voided"
    step = RawOrderStep.objects.get(name="void")
    assert (step.actor_kind, step.actor_name, step.source) == ("system", "cut-off", "saved")


def test_g_58_bought_in_time_it_goes_on(dora, saved, tuesday):
    with at(23, 23):
        order = commit(dora, saved)
    with at(24):
        assert void_lapsed.run() == 0

    assert (state(), order.state, order.cycle) == ("submitted", "pending_review", tuesday)
    assert [int(line.quantity) for line in order.lines.all()] == [5]
    assert RawOrderStep.objects.filter(name="commit", source="saved", target="submitted").count() == 1


def test_after_the_cut_off_nothing_is_bought_although_the_clock_has_not_come_by(dora, saved, trade):
    with at(24):
        assert refused(lambda: commit(dora, saved)) == ["cut_off_passed"]
        assert refused(lambda: again(dora, saved, trade.wanted({"A-1": 1}))) == ["cut_off_passed"]
    assert state() == "saved"
    assert not SalesOrder.objects.exists()


def test_a_saved_order_is_changed_by_overwriting(trade, dora, saved):
    with at(23, 20):
        again(dora, saved, trade.wanted({"A-1": 10, "A-2": 1}), version=1)
        with pytest.raises(Conflict):
            again(dora, saved, trade.wanted({"A-1": 1}), version=1)
        with pytest.raises(Conflict):
            commit(dora, saved, version=1)

    raw = RawOrder.objects.get()
    assert {line.merchant_code: int(line.quantity) for line in raw.lines.all()} == {"A-1": 10, "A-2": 1}
    assert (raw.state, raw.version) == ("saved", 2)


def test_what_is_bought_is_changed_by_the_supplier_only(trade, dora, olga, saved):
    with at(23, 20):
        order = commit(dora, saved)
        asked = {"order_id": order.public_id, "operation_id": uuid.uuid4()}
        with pytest.raises(AlreadyBought):
            edit_order(actor=dora, wanted=trade.wanted({"A-1": 1}), **asked)
        with pytest.raises(AlreadyBought):
            cancel_order(actor=dora, **{**asked, "operation_id": uuid.uuid4()})
        edit_order(
            actor=olga,
            wanted=trade.wanted({"A-1": 1}),
            order_id=order.public_id,
            operation_id=uuid.uuid4(),
        )
    assert [int(line.quantity) for line in order.lines.all()] == [1]


def test_too_little_money_refuses_the_save(trade, dora, tuesday):
    with at(23), pytest.raises(InsufficientBalance):
        save(dora, trade.wanted({"A-1": 100, "A-2": 100}))
    assert not RawOrder.objects.exists()


def test_one_is_saved_for_an_order_day_and_another_after_it_was_discarded(trade, dora, saved):
    with at(23):
        with pytest.raises(SavedAlready, match=saved.number):
            save(dora, trade.wanted({"A-2": 1}))
        void(dora, saved)
        with pytest.raises(StepRefused):
            commit(dora, saved)
        save(dora, trade.wanted({"A-2": 1}))
    assert sorted(RawOrder.objects.values_list("state", flat=True)) == ["saved", "voided"]


def test_a_placed_order_takes_the_one_place_of_a_saved_one(trade, dora, calendar, saved):  # noqa: F811
    change(calendar, one_per_cycle=True)
    with at(23):
        place(dora, trade.wanted({"A-2": 1}))
        with pytest.raises(CycleTaken):
            commit(dora, saved)
    assert RawOrder.objects.filter(state="saved").count() == 1


def test_saving_needs_a_calendar_of_two_phases(trade, dora, olga, calendar, tuesday):  # noqa: F811
    with at(23):
        with pytest.raises(NotTwoPhase):
            save(olga, trade.wanted())
        change(calendar, two_phase=False)
        with pytest.raises(NotTwoPhase):
            save(dora, trade.wanted())
    with at(24), pytest.raises(Invalid):
        save(dora, trade.wanted())


def test_nobody_else_reaches_a_saved_order(xavier, olga, saved):
    with at(23):
        for stranger in (xavier, olga):
            for act in (commit, void):
                with pytest.raises(NotFound):
                    act(stranger, saved)
    assert state() == "saved"


def test_a_calendar_that_is_switched_off_voids_nothing(saved, calendar):  # noqa: F811
    change(calendar, enabled=False)
    with at(24):
        assert void_lapsed.run() == 0


def test_every_refusal_is_a_sentence():
    for error in (NotTwoPhase(), SavedAlready(day="2026-11-24", number="D1"), AlreadyBought(number="SO1")):
        assert isinstance(error, DomainError)
        assert "{" not in str(error)


FORM = {"address": "new", "country": "CN", "region1": "浙江省", "region2": "杭州市", "region3": "西湖区"} | {
    "line1": "文三路 1 号",
    "consignee": "王小明",
    "phone": "0571-12345678",
}


def typed(trade, quantities):
    skus = {sku.merchant_code: sku.public_id for sku in trade.skus}
    lines = {f"quantity-{skus[code]}": str(quantity) for code, quantity in quantities.items()}
    return {**FORM, **lines, "operation": str(uuid.uuid4()), "shop": trade.shop.public_id}


def test_the_pad_saves_changes_and_buys(trade, as_dora, tuesday):
    with at(23):
        page = as_dora.get("/orders/pad").content.decode()
        assert "Save for later" in page
        assert "Order now" in page
        answer = as_dora.post("/orders/pad/save", typed(trade, {"A-1": 5}))
        assert answer.status_code == 302, answer.content.decode()
        raw = RawOrder.objects.get()
        here = f"/orders/saved/{raw.public_id}"
        shown = as_dora.get(here).content.decode()
        assert "Decide to buy" in shown
        assert 'value="5"' in shown
        assert raw.number in as_dora.get("/orders/").content.decode()
        assert as_dora.post(here, {**typed(trade, {"A-1": 10}), "version": "1"}).status_code == 302
        as_dora.post(f"{here}/commit", {"operation": str(uuid.uuid4()), "version": "2"})
        order = SalesOrder.objects.get()
        assert [int(line.quantity) for line in order.lines.all()] == [10]
        assert "It cannot be changed any more." in as_dora.get("/orders/").content.decode()


def test_the_pad_discards(trade, as_dora, as_olga, saved):
    with at(23):
        url = f"/orders/saved/{saved.public_id}/void"
        assert as_olga.post(url, {"operation": str(uuid.uuid4())}).status_code == 404
        as_dora.post(url, {"operation": str(uuid.uuid4())})
    assert state() == "voided"


def test_without_two_phases_the_pad_offers_no_saving(trade, as_dora, calendar):  # noqa: F811
    with at(23):
        assert "Save for later" not in as_dora.get("/orders/pad").content.decode()


def test_rest_saves_changes_and_buys(trade, as_dora, tuesday):
    def body(quantity):
        line = {"sku": "A-1", "quantity": str(quantity)}
        address = {name: value for name, value in FORM.items() if name != "address"}
        return {"lines": [line], "address": address, "shop": trade.shop.public_id}

    api = {"content_type": "application/json"}
    with at(23):
        saved = as_dora.post("/api/v1/raw-orders/save", body(5), **api)
        assert (saved.status_code, saved.json()["state"]) == (201, "saved")
        here = f"/api/v1/raw-orders/{saved.json()['id']}"
        assert as_dora.post(f"{here}/change", body(10), **api).status_code == 200
        assert as_dora.get("/api/v1/ordering-window").json()["saved"]["version"] == 2
        bought = as_dora.post(f"{here}/commit", **api)
        assert (bought.status_code, bought.json()["state"]) == (200, "pending_review")
        late = as_dora.post(f"{here}/void", **api)
    assert (late.status_code, late.json()["code"]) == (409, "step_refused")
