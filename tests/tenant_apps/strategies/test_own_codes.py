"""A dealer's own item codes and names (K-06): found by, frozen, never another dealer's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenant_apps.access.models import SupplierSettings
from tenant_apps.strategies.models import DealerCode
from tenant_apps.strategies.queries.overlay import offers_named
from tests.factories import strategies as make


@pytest.fixture
def shown(acme):
    """The supplier shows own codes."""
    SupplierSettings.objects.update(show_own_codes=True)


@pytest.fixture
def goods(dealer):
    """Three SKUs of the dealer: `A-1`, which it calls `MINE`, and `A-2`, `A-3`."""
    found = make.skus(3)
    make.assign(dealer, make.strategy(goods=found))
    DealerCode.objects.create(dealer=dealer, sku=found[0], code="MINE", name="My tea")
    return found


def named(dealer, *names):
    return {
        name: sku.merchant_code for name, (sku, _) in offers_named(dealer_id=dealer.pk, names=names).items()
    }


class TestFinding:
    def test_by_the_own_code_as_by_the_suppliers(self, shown, dealer, goods):
        assert named(dealer, "MINE", "A-1", "A-2", "NONE") == {"MINE": "A-1", "A-1": "A-1", "A-2": "A-2"}

        _sku, offer = offers_named(dealer_id=dealer.pk, names=["MINE"])["MINE"]
        assert (offer.own_code, offer.own_name) == ("MINE", "My tea")

    def test_the_suppliers_code_wins_when_both_fit(self, shown, dealer, goods):
        DealerCode.objects.update(code="A-2")

        assert named(dealer, "A-2") == {"A-2": "A-2"}
        assert named(dealer, "A-1", "A-2") == {"A-1": "A-1", "A-2": "A-2"}

    def test_not_while_the_supplier_shows_none(self, dealer, goods):
        assert named(dealer, "MINE", "A-1") == {"A-1": "A-1"}
        _sku, offer = offers_named(dealer_id=dealer.pk, names=["A-1"])["A-1"]
        assert (offer.own_code, offer.own_name) == ("", "")

    def test_anstrangers_code_is_neither_accepted_nor_seen(self, shown, dealer, stranger, goods):
        make.assign(stranger, make.strategy("Other", goods=goods))

        assert named(stranger, "MINE", "A-1") == {"A-1": "A-1"}
        _sku, offer = offers_named(dealer_id=stranger.pk, names=["A-1"])["A-1"]
        assert offer.own_code == ""

    def test_no_more_statements_than_without(self, shown, dealer, goods):
        with CaptureQueriesContext(connection) as seen:
            named(dealer, "MINE", "A-2", "A-3")

        assert len(seen) == 1
