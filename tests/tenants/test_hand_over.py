"""A ticket lets one person in, once, within 60 seconds, at one supplier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.kernel import clock
from tenants.commands import TicketInvalid, issue_hand_over, use_hand_over
from tenants.models import HandOver, Supplier


@pytest.fixture
def ticket(database) -> str:
    return issue_hand_over(Supplier.objects.get(slug="acme"), "usr_1")


def acme() -> str:
    return Supplier.objects.get(slug="acme").public_id


def test_it_works_once(ticket):
    assert use_hand_over(ticket, acme()) == "usr_1"

    with pytest.raises(TicketInvalid):
        use_hand_over(ticket, acme())


def test_it_works_for_59_seconds(ticket):
    with clock.at(clock.now() + timedelta(seconds=59)):
        assert use_hand_over(ticket, acme()) == "usr_1"


def test_it_ends_after_60_seconds(ticket):
    with clock.at(clock.now() + timedelta(seconds=60)), pytest.raises(TicketInvalid):
        use_hand_over(ticket, acme())

    assert HandOver.objects.get().used_at is None


def test_another_supplier_cannot_use_it(ticket):
    with pytest.raises(TicketInvalid):
        use_hand_over(ticket, Supplier.objects.get(slug="rival").public_id)

    assert use_hand_over(ticket, acme()) == "usr_1"


def test_only_its_hash_is_stored(ticket):
    assert ticket not in str(list(HandOver.objects.values()))
