"""Every state × every step × every kind of person: who may not, may never, and learns nothing."""

from __future__ import annotations

from itertools import product

import pytest

from platform_core.kernel.errors import NotFound, NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.orders.permissions import FOR_DEALER
from tenant_apps.orders.states import ORDER_FLOW
from tests.factories.orders import fresh, place
from tests.tenant_apps.orders.test_states import ALLOWED, REACHABLE, Life, everything, world

__all__ = ["world"]

# Shipping and receipts are asked of fulfilment and after-sales, which hold their own permissions.
STEPS = [step.name for step in ORDER_FLOW if step.permission.startswith("orders.")]


def refusal(who: str, name: str, state: str) -> type[Exception] | None:
    """What the flow's permission says to the owner, the dealer, another dealer and a nobody."""
    if who == "nil" or (who in {"dora", "xavier"} and ORDER_FLOW.steps[name].permission not in FOR_DEALER):
        return NotPermitted
    if who == "xavier":
        return NotFound
    return None if (name, state) in ALLOWED else StepRefused


@pytest.mark.parametrize(("state", "name", "who"), list(product(REACHABLE, STEPS, ("dora", "xavier", "nil"))))
def test_every_state_step_and_actor(request, world: Life, state, name, who):
    if name == "cancel_line" and (name, state) in ALLOWED:
        # Its last line would end the order.
        world.order = place(world.olga, world.trade.wanted({"A-1": 2, "A-2": 1}))
    world.bring_to(state)
    world.actor = request.getfixturevalue(who)
    world.prepare(name)
    before = everything(world.order, world.trade)
    expected = refusal(who, name, state)

    if expected is None:
        world.ask(name)
        assert fresh(world.order).state == ALLOWED[name, state]
        return
    with pytest.raises(expected):
        world.ask(name)
    assert everything(world.order, world.trade) == before
