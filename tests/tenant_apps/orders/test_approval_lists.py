"""Lists of chains and spending limits as the other lists: searched, filtered, exported; who approved when."""

from __future__ import annotations

import csv
import io
import uuid

import pytest

from tenant_apps.access.models import Membership
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.finance import approve_order
from tenant_apps.orders.models import ApprovalChain, ApprovalLevel, BuyerLimit
from tests.factories.orders import place, review


@pytest.fixture
def chains(olga):
    rows = [
        ApprovalChain.objects.create(name=name, enabled=enabled, position=place_)
        for place_, (name, enabled) in enumerate((("Dear orders", True), ("Old rule", False)))
    ]
    for row in rows:
        ApprovalLevel.objects.create(chain=row, position=0, name="Head", people=[olga.id])
    return rows


def table(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_chains_are_searched_filtered_and_exported(as_olga, as_dora, chains, olga):
    assert "Old rule" not in as_olga.get("/orders/approvals?enabled=yes").content.decode()
    assert "Dear orders" not in as_olga.get("/orders/approvals?q=old").content.decode()
    assert "No chain fits" in as_olga.get("/orders/approvals?q=nothing").content.decode()

    rows = table(as_olga.get("/orders/approvals/export?format=csv&enabled=yes"))

    assert rows[0][0] == "Chain"
    assert [(row[0], row[5]) for row in rows[1:]] == [("Dear orders", f"1. Head: {olga.name}")]
    assert as_dora.get("/orders/approvals/export").status_code == 403


def test_limits_are_filtered_and_exported(as_olga, as_dora, dora, xavier, trade):
    for actor, fields in ((dora, {"order_limit_minor": 5000}), (xavier, {"is_approver": True})):
        membership = Membership.objects.get(user__public_id=actor.id)
        BuyerLimit.objects.create(membership=membership, person_id=actor.id, **fields)

    assert "Xavier" not in as_olga.get("/orders/limits?kind=limited").content.decode().split("<table")[1]
    rows = table(as_olga.get("/orders/limits/export?format=csv&kind=limited"))
    assert [(row[0], row[1], float(row[2])) for row in rows[1:]] == [("Dora", "Dora's Drinks", 50.0)]
    own = table(as_dora.get("/orders/limits/export?format=csv"))
    assert own[0] == ["Person", "Per order", "Per month", "Always asks", "Approver"]
    assert [row[0] for row in own[1:]] == ["Dora"]


def test_who_approved_which_level_and_when(as_olga, as_dora, trade, dora, olga, chains):
    Warehouse.objects.update(finance_review=True)
    order = review(dora, place(dora, trade.wanted()))
    empty = as_olga.get(f"/orders/approvals/{chains[0].public_id}").content.decode()
    assert "Nothing approved yet" in empty

    approve_order(actor=olga, operation_id=uuid.uuid4(), order_id=order.public_id, reason="as agreed")

    page = as_olga.get(f"/orders/approvals/{chains[0].public_id}").content.decode()
    assert order.number in page
    assert "as agreed" in page
    for reader in (as_olga, as_dora):
        shown = reader.get(f"/orders/{order.public_id}").content.decode()
        assert f"{olga.name} · " in shown
