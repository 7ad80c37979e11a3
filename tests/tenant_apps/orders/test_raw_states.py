"""Raw orders: every state × step × actor of the flow table; two submits at once are one (W-132)."""

from __future__ import annotations

import uuid
from itertools import product

import pytest

from platform_core.kernel.errors import NotFound
from platform_core.kernel.flow import StepRefused
from tenant_apps.orders.commands.raw import cancel_raw_order, edit_raw_order, submit_raw_order
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.models import RawOrder, RawOrderStep, SalesOrder
from tenant_apps.orders.states import RAW_ORDER_FLOW, RawOrderState
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.orders import trade as make_trade
from tests.tenant_apps.orders.test_races import Race

# The steps of the calendar's two phases have tests of their own.
STEPS = ("submit", "edit", "cancel")
ACTORS = ("dora", "olga", "xavier")


def act(actor, trade, raw, step):
    asked = {"actor": actor, "operation_id": uuid.uuid4(), "raw_id": raw.public_id}
    if step == "edit":
        return edit_raw_order(wanted=trade.wanted({"A-2": 1}), **asked)
    return {"submit": submit_raw_order, "cancel": cancel_raw_order}[step](**asked)


def left(raw):
    """All that a refused step must not change."""
    rows = RawOrder.objects.filter(pk=raw.pk).values()
    return list(rows), RawOrderStep.objects.count(), SalesOrder.objects.count()


def waiting(trade, actor):
    """A raw order that failed once and would pass now."""
    raw = take_order(actor=actor, operation_id=uuid.uuid4(), wanted=trade.wanted({"X": 1}))
    raw.lines.update(merchant_code="A-1")
    return raw


@pytest.mark.parametrize(("state", "step", "who"), list(product(RawOrderState, STEPS, ACTORS)))
def test_the_flow_table_decides(trade, request, dora, state, step, who):
    raw, actor = waiting(trade, dora), request.getfixturevalue(who)
    RawOrder.objects.filter(pk=raw.pk).update(state=state)
    before = left(raw)

    if who != "dora":
        with pytest.raises(NotFound):
            act(actor, trade, raw, step)
        assert left(raw) == before
    elif state in RAW_ORDER_FLOW.steps[step].sources:
        act(actor, trade, raw, step)
        raw.refresh_from_db()
        assert raw.state == RAW_ORDER_FLOW.steps[step].targets[0]
        last = raw.steps.latest("id")
        assert (last.name, last.source, last.target) == (step, state, raw.state)
    else:
        with pytest.raises(StepRefused):
            act(actor, trade, raw, step)
        assert left(raw) == before


def test_two_submits_at_once_make_one_order(committed):
    dealer = make_dealer("D-1", "Dora's Drinks")
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    trade = make_trade(dealer)
    raw = waiting(trade, dora)

    ended = Race(committed).run([lambda: act(dora, trade, raw, "submit")] * 8)

    assert sum(ended.values()) == 8
    assert SalesOrder.objects.filter(raw_order=raw).count() == 1
    assert raw.steps.filter(name="submit").count() == 1
