"""Creating a dealer is one act; levels, shops and addresses keep their rules."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from platform_core.audit.record import lines_of
from platform_core.idempotency.models import Operation
from platform_core.identity.models import User
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access.models import Membership, Organisation
from tenant_apps.dealers import commands, errors, queries
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel, Shop
from tenant_apps.ledger.models import LedgerAccount
from tests.factories import dealers as make

D = Decimal


def everything() -> dict[str, int]:
    """How many rows there are of all that a new dealer brings."""
    tables = (Dealer, Organisation, Membership, User, Shop, LedgerAccount)
    return {table.__name__: table.objects.count() for table in tables}


def create(actor, code="D-1", login="ann", operation=None, **fields):
    return commands.create_dealer(
        actor=actor,
        operation_id=operation or uuid4(),
        dealer=make.facts(code, **fields),
        administrator=make.administrator(login),
    )


def test_a_new_dealer_can_log_in_order_and_pay(olga):
    dealer = create(olga, "D-1", service_fee=D("0.50"), contact="王经理")

    person = queries.administrators_of(dealer).get().user
    assert person.check_password(dealer.issued_password)
    assert person.must_change_password
    assert [(shop.code, shop.kind) for shop in dealer.shops.all()] == [("D-1", "offline")]
    assert LedgerAccount.objects.filter(dealer=dealer).count() == 1
    assert dealer.service_fee_minor == 50
    assert dealer.organisation.ceiling is None
    assert [line.verb for line in lines_of("dealer", dealer.public_id)] == ["created"]


def failing_hook(*, dealer):
    """A hook of a higher app that refuses."""
    raise Invalid


def test_a_failing_hook_leaves_nothing(olga, settings):
    settings.DEALER_OPENERS = [*settings.DEALER_OPENERS, f"{__name__}.failing_hook"]
    before = everything()

    with pytest.raises(Invalid):
        create(olga)

    assert everything() == before


def test_two_clicks_make_one_dealer_and_say_the_password_once(olga):
    operation = uuid4()

    first = create(olga, operation=operation)
    again = create(olga, operation=operation)

    assert again.pk == first.pk
    assert first.issued_password != ""
    assert again.issued_password == ""
    assert first.issued_password not in str(Operation.objects.get(pk=operation).__dict__)
