"""A refused order, and the proof that it left nothing behind."""

from __future__ import annotations

import pytest

from platform_core.outbox.models import OutboxEntry
from tenant_apps.orders.models import (
    RawOrder,
    RawOrderLine,
    RawOrderStep,
    SalesOrder,
    SalesOrderLine,
    SalesOrderStep,
)
from tests.factories.orders import place

STORED = [RawOrder, RawOrderLine, RawOrderStep, SalesOrder, SalesOrderLine, SalesOrderStep, OutboxEntry]


def counts():
    return [model.objects.count() for model in STORED]


def refused(error, actor, wanted):
    """The refusal, and proof that nothing was stored."""
    before = counts()
    with pytest.raises(error) as caught:
        place(actor, wanted)
    assert counts() == before
    return caught.value
