"""A dealer's own item codes and names (K-06): found by, frozen, never another dealer's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from tenant_apps.access.models import SupplierSettings
from tenant_apps.strategies import commands
from tenant_apps.strategies.errors import OwnCodesOff
from tenant_apps.strategies.models import DealerCode
from tenant_apps.strategies.queries.overlay import offers_named
from tenant_apps.strategies.rules import CodeChange
from tests.factories import strategies as make
from tests.refusals import problems_of


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


def put(actor, dealer, *changes, **asked):
    items = [CodeChange(*change) for change in changes]
    return commands.put_codes(actor=actor, dealer_id=dealer.public_id, items=items, **asked)


def stored(dealer):
    rows = DealerCode.objects.filter(dealer=dealer).order_by("sku__merchant_code")
    return {row.sku.merchant_code: (row.code, row.name) for row in rows.select_related("sku")}


class TestKeeping:
    def test_codes_are_added_changed_and_forgotten(self, shown, olga, dealer, goods):
        results = put(olga, dealer, ("A-1", "NEW", "Tea"), ("A-2", "TWO"), ("A-3", ""))

        assert [one.outcome for one in results] == ["updated", "added", "unchanged"]
        assert stored(dealer) == {"A-1": ("NEW", "Tea"), "A-2": ("TWO", "")}
        line = AuditLine.objects.get(subject_kind="dealer_codes")
        assert line.after == {"A-1": "NEW Tea", "A-2": "TWO"}
        assert [one.outcome for one in put(olga, dealer, ("A-1", ""))] == ["removed"]

    def test_two_skus_can_change_their_codes(self, shown, olga, dealer, goods):
        put(olga, dealer, ("A-2", "TWO"))

        put(olga, dealer, ("A-1", "TWO"), ("A-2", "MINE"))

        assert stored(dealer) == {"A-1": ("TWO", ""), "A-2": ("MINE", "")}

    @pytest.mark.parametrize(
        ("changes", "where", "code"),
        [
            ([("NONE", "X")], "/items/0/merchant_code", "sku_unknown"),
            ([("A-2", "X"), ("A-2", "Y")], "/items/1/merchant_code", "duplicate"),
            ([("A-2", "MINE")], "/items/0/own_code", "taken"),
            ([("A-2", "X"), ("A-3", "X")], "/items/1/own_code", "taken"),
            ([("A-2", "has space")], "/items/0/own_code", "spaces"),
            ([("A-2", "", "Name alone")], "/items/0/own_code", "required"),
            ([("A-2", "X" * 61)], "/items/0/own_code", "too_long"),
        ],
    )
    def test_bad_codes_change_nothing(self, shown, olga, dealer, goods, changes, where, code):
        with pytest.raises(Invalid) as refused:
            put(olga, dealer, *changes)

        assert problems_of(refused.value) == [(where, code)]
        assert stored(dealer) == {"A-1": ("MINE", "My tea")}

    def test_partly_stores_the_good_rows(self, shown, olga, dealer, goods):
        results = put(olga, dealer, ("A-1", "bad code"), ("A-2", "MINE"), ("A-3", "THREE"), partly=True)

        assert [one.outcome for one in results] == ["refused", "refused", "added"]
        assert stored(dealer) == {"A-1": ("MINE", "My tea"), "A-3": ("THREE", "")}

    def test_two_dealers_may_use_one_code(self, shown, olga, dealer, stranger, goods):
        put(olga, stranger, ("A-2", "MINE"))

        assert stored(stranger) == {"A-2": ("MINE", "")}

    def test_a_dealers_people_keep_their_own_and_no_others(
        self, shown, dora, xavier, dealer, stranger, goods
    ):
        make.skus(1, "SECRET")
        put(dora, dealer, ("A-2", "TWO"))

        with pytest.raises(NotFound):
            put(xavier, dealer, ("A-2", "HIS"))
        with pytest.raises(Invalid) as refused:
            put(dora, dealer, ("SECRET-1", "S"))

        assert problems_of(refused.value) == [("/items/0/merchant_code", "sku_unknown")]
        assert stored(dealer) == {"A-1": ("MINE", "My tea"), "A-2": ("TWO", "")}

    def test_while_switched_off_only_the_supplier_prepares_them(self, olga, dora, dealer, goods):
        with pytest.raises(OwnCodesOff):
            put(dora, dealer, ("A-2", "TWO"))
        put(olga, dealer, ("A-3", "THREE"))

        assert stored(dealer) == {"A-1": ("MINE", "My tea"), "A-3": ("THREE", "")}

    def test_who_may_not(self, shown, sam, dealer, goods):
        with pytest.raises(NotPermitted):
            put(sam, dealer, ("A-2", "TWO"))

    @pytest.mark.parametrize("count", [1, 3])
    def test_statements_do_not_grow_with_the_rows(self, shown, dora, dealer, goods, count):
        changes = [(f"A-{number}", f"C-{number}") for number in range(1, count + 1)]
        with CaptureQueriesContext(connection) as seen:
            put(dora, dealer, *changes)

        framing = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        assert len([q for q in seen if not q["sql"].startswith(framing)]) == 9
