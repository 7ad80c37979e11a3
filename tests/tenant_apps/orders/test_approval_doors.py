"""Cancelling a line, closing the rest, acts on many orders, chains, delegates and limits: page and API alike."""

from __future__ import annotations

import re

import pytest

from platform_core.kernel import clock
from tenant_apps.access.models import Membership, Scope, ScopeKind
from tenant_apps.inventory.models import StockOut
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.approvals import add_chain, name_delegate
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.orders.models import ApprovalChain, ApprovalDelegation, BuyerLimit, CancelledLine
from tests.cast import actor_of, client_of, make_person
from tests.factories import logistics
from tests.factories.orders import D, fresh, place, review
from tests.tenant_apps.orders.asking import API, send
from tests.tenant_apps.orders.test_closing import ship

OPEN = {"all_warehouses": True, "all_dealers": True}
MAY = ["orders.read", "orders.finance_review", "orders.reject", "orders.reject_finance", "orders.cancel"]
CHAINS, DELEGATES, LIMITS = (
    f"/api/v1/{n}" for n in ("approval-chains", "approval-delegations", "buyer-limits")
)
DONE = {200, 201, 204, 302}


class Doors:
    """One case, through the page or through the API."""

    def __init__(self, door):
        self.is_page = door == "page"

    def step(self, client, order, name, **data):
        path = f"/orders/{order.public_id}/{name}" if self.is_page else f"{API}/{order.public_id}/{name}"
        return client.post(path, data) if self.is_page else send(client, "post", path, data)

    def bulk(self, client, orders, name, **data):
        """How many were done, how many refused."""
        ids = [order.public_id for order in orders]
        if self.is_page:
            page = client.post("/orders/bulk", {"action": name, "ids": ids, **data})
            assert page.status_code in {200, 403}
            found = re.search(r"(\d+) done, (\d+) refused", page.content.decode())
            return tuple(map(int, found.groups())) if found else page.status_code
        if name == "adjust":
            name = "approve"
            row = {"kind": data["kind"], "amount": data["amount"], "reason": data["why"]}
            data = {"adjustments": [row]}
        answer = send(client, "post", f"{API}/{name}", {"ids": ids, "reason": data.pop("reason", ""), **data})
        if answer.status_code == 403:
            return 403
        statuses = [row["status"] for row in answer.json()["results"]]
        if set(statuses) == {403}:
            return 403
        return statuses.count(200), len(statuses) - statuses.count(200)

    def add_chain(self, client, name, *people):
        if self.is_page:
            form = {"name": name, "amount_from": "10.00", "forces_review": "on"}
            form |= {"level-0": "Clerk", "people-0": list(people)}
            return client.post("/orders/approvals/new", form)
        level = {"name": "Clerk", "people": list(people)}
        asked = {"name": name, "amount_from": "10.00", "forces_review": True, "levels": [level]}
        return send(client, "post", CHAINS, asked)

    def rename(self, client, chain, name, version):
        level = chain.levels.get()
        if self.is_page:
            form = {"name": name, "version": version, "level-0": level.name, "people-0": level.people}
            return client.post(f"/orders/approvals/{chain.public_id}", form)
        headers = {"If-Match": f'"{version}"'}
        return send(client, "patch", f"{CHAINS}/{chain.public_id}", {"name": name}, **headers)

    def act(self, client, chain, act):
        if self.is_page:
            return client.post(f"/orders/approvals/{chain.public_id}/{act}")
        path = f"{CHAINS}/{chain.public_id}"
        if act == "remove":
            return client.delete(path)
        if act in {"up", "down"}:
            return send(client, "post", f"{path}/{act}")
        return send(client, "patch", path, {"enabled": act == "enable"})

    def delegate(self, client, delegate, day, **data):
        form = {"delegate": delegate, "first_day": day, "last_day": day, **data}
        if self.is_page:
            return client.post("/orders/approvals/delegates", form)
        return send(client, "post", DELEGATES, form)

    def withdraw(self, client, row):
        if self.is_page:
            return client.post(f"/orders/approvals/delegates/{row.public_id}/withdraw")
        return client.delete(f"{DELEGATES}/{row.public_id}")

    def limit(self, client, person, **values):
        if self.is_page:
            form = {key: "on" if value is True else value for key, value in values.items()}
            return client.post(f"/orders/limits/{person.id}", form)
        return send(client, "patch", f"{LIMITS}/{person.id}", values)


@pytest.fixture(params=["page", "api"])
def doors(request):
    return Doors(request.param)


@pytest.fixture
def ann_user(supplier_organisation):
    """A clerk of the supplier who sees everything."""
    return make_person(supplier_organisation, "ann", permissions=MAY, **OPEN)


@pytest.fixture
def ann(ann_user):
    return actor_of(ann_user)


@pytest.fixture
def bob(dealer):
    """A buyer of Dora's."""
    may = ["orders.read", "orders.place", "orders.review"]
    return actor_of(make_person(dealer.organisation, "bob", permissions=may, all_shops=True))


@pytest.fixture
def held(trade, dora):
    """Two orders in finance review: A-1 twice, A-2 three times, 40.00 + 12.50 each."""
    Warehouse.objects.update(finance_review=True)
    return [review(dora, place(dora, trade.wanted({"A-1": 2, "A-2": 3}))) for _ in range(2)]


def done(response):
    return response.status_code in DONE


def states(orders):
    return [fresh(order).state for order in orders]


class TestALine:
    def test_is_cancelled(self, doors, trade, as_dora, held):
        assert done(doors.step(as_dora, held[0], "cancel-line", line="1", reason="typo"))

        order = fresh(held[0])
        assert (str(order.goods.amount), str(order.charged.amount)) == ("24.00", "36.50")
        assert (CancelledLine.objects.get().reason, trade.stock()["A-1"][1]) == ("typo", 2)

    @pytest.mark.parametrize(("line", "status"), [("9", 404), ("0", 404), ("x", 404)])
    def test_that_is_not_there(self, doors, as_dora, held, line, status):
        expected = status if doors.is_page or line == "9" else 422

        assert doors.step(as_dora, held[0], "cancel-line", line=line).status_code == expected
        assert not CancelledLine.objects.exists()

    def test_of_foreign_orders_is_not_there(self, doors, as_xavier, as_sam, rival_olga, held):
        assert doors.step(as_xavier, held[0], "cancel-line", line="1").status_code == 404
        assert doors.step(rival_olga, held[0], "cancel-line", line="1").status_code == 404
        assert doors.step(as_sam, held[0], "cancel-line", line="1").status_code in {403, 404}
        assert not CancelledLine.objects.exists()


def test_the_rest_is_closed_by_the_supplier_alone(doors, trade, as_dora, as_olga, rival_olga, olga, held):
    order = held[0]
    doors.step(as_olga, order, "approve")
    ship(olga, order, A_1=1)

    assert doors.step(as_dora, order, "close-rest", reason="x").status_code == 403
    assert doors.step(rival_olga, order, "close-rest", reason="x").status_code == 404
    assert fresh(order).state == "partly_shipped"
    assert done(doors.step(as_olga, order, "close-rest", reason="no longer made"))
    assert (fresh(order).state, str(fresh(order).charged.amount)) == ("shipped", "20.50")
    assert doors.step(as_olga, order, "close-rest", reason="x").status_code == 409


class TestMany:
    def test_approvals_with_a_result_per_row(self, doors, trade, as_olga, dora, held):
        waiting = place(dora, trade.wanted())

        assert doors.bulk(as_olga, [*held, waiting], "approve") == (2, 1)
        assert states([*held, waiting]) == ["approved", "approved", "pending_review"]
        assert StockOut.objects.count() == 2

    def test_the_same_adjustment_for_each(self, doors, trade, as_olga, held):
        before = D(trade.balance())

        assert doors.bulk(as_olga, held, "adjust", kind="freight", amount="-2.00", why="late", line="") == (
            2,
            0,
        )
        assert states(held) == ["approved", "approved"]
        assert D(trade.balance()) == before + 4

    def test_an_adjustment_too_large_for_each(self, doors, trade, as_olga, held):
        assert doors.bulk(as_olga, held, "adjust", kind="freight", amount="-99.00", why="late", line="") == (
            0,
            2,
        )
        assert states(held) == ["pending_finance", "pending_finance"]

    def test_back_to_finance(self, doors, as_olga, held):
        doors.bulk(as_olga, held[:1], "approve")

        reason = {"finance_reason" if doors.is_page else "reason": "wrong price"}
        assert doors.bulk(as_olga, held, "reject-finance", **reason) == (1, 1)
        assert states(held) == ["pending_finance", "pending_finance"]
        assert held[0].steps.get(name="reject_finance").reason == "wrong price"

    def test_back_to_the_dealer(self, doors, trade, as_olga, held):
        assert doors.bulk(as_olga, held, "reject", reason="address") == (2, 0)
        assert (states(held), trade.balance()) == (["pending_review"] * 2, "1000.00")

    def test_cancelling(self, doors, trade, as_dora, held):
        assert doors.bulk(as_dora, held, "cancel", reason="typo") == (2, 0)
        assert (states(held), trade.balance()) == (["cancelled"] * 2, "1000.00")
        assert doors.bulk(as_dora, held, "cancel", reason="typo") == (0, 2)

    @pytest.mark.parametrize("name", ["approve", "reject-finance"])
    def test_what_no_dealer_may(self, doors, as_dora, held, name):
        assert doors.bulk(as_dora, held, name) == 403
        assert states(held) == ["pending_finance", "pending_finance"]

    @pytest.mark.parametrize("name", ["cancel", "reject"])
    def test_foreign_orders_are_left_alone(self, doors, as_xavier, rival_olga, held, name):
        doors.bulk(as_xavier, held, name, reason="x")
        doors.bulk(rival_olga, held, name, reason="x")

        assert states(held) == ["pending_finance", "pending_finance"]


class TestAPersonOfOneWarehouse:
    """Data scope binds every door: what is not seen is neither approved, nor adjusted, nor sent back."""

    @pytest.fixture
    def as_wim(self, supplier_organisation, trade):
        other = logistics.make_warehouse("W-OTHER")
        wim = make_person(supplier_organisation, "wim", permissions=MAY, all_dealers=True)
        scope = {"kind": ScopeKind.WAREHOUSE, "object_id": other.pk}
        Scope.objects.create(membership=Membership.objects.get(user=wim), **scope)
        return client_of(wim)

    @pytest.mark.parametrize("name", ["approve", "reject", "cancel", "reject-finance"])
    def test_finds_no_order_of_another(self, doors, as_wim, held, name):
        assert doors.step(as_wim, held[0], name, reason="x").status_code == 404
        assert states(held) == ["pending_finance", "pending_finance"]

    @pytest.mark.parametrize("name", ["approve", "adjust", "reject", "cancel"])
    def test_nor_among_many(self, doors, trade, as_wim, held, name):
        before = trade.balance()

        doors.bulk(as_wim, held, name, kind="freight", amount="-2.00", why="late", line="", reason="x")

        assert (states(held), trade.balance()) == (["pending_finance"] * 2, before)

    def test_reads_none(self, as_wim, held):
        number = held[0].number

        assert as_wim.get(f"/orders/{held[0].public_id}").status_code == 404
        assert as_wim.get(f"{API}/{held[0].public_id}").status_code == 404
        for path in ("/orders/", "/orders/panels/waiting", API):
            assert number not in as_wim.get(path).content.decode()


class TestChains:
    def test_life(self, doors, as_olga, ann, olga):
        for name in ("Small", "Large"):
            assert done(doors.add_chain(as_olga, name, ann.id))
        small, large = ApprovalChain.objects.order_by("position")
        assert (small.name, small.amount_from_minor, small.forces_review) == ("Small", 1000, True)
        assert small.levels.get().people == [ann.id]

        assert done(doors.rename(as_olga, large, "Larger", large.version))
        assert doors.rename(as_olga, large, "Largest", large.version).status_code == 412
        assert done(doors.act(as_olga, large, "up"))
        assert [c.name for c in ApprovalChain.objects.order_by("position")] == ["Larger", "Small"]
        assert done(doors.act(as_olga, small, "disable"))
        assert not ApprovalChain.objects.get(pk=small.pk).enabled
        assert done(doors.act(as_olga, small, "remove"))
        assert ApprovalChain.objects.count() == 1

    def test_with_nobody_in_it_is_refused(self, doors, as_olga, sam):
        assert doors.add_chain(as_olga, "Empty").status_code == 422
        assert doors.add_chain(as_olga, "Sam", sam.id).status_code == 422
        assert doors.add_chain(as_olga, "", sam.id).status_code == 422
        assert not ApprovalChain.objects.exists()

    def test_is_the_business_of_those_who_manage_approvals(
        self, doors, olga, ann, ann_user, as_dora, rival_olga
    ):
        add_chain(actor=olga, values={"name": "Large", "levels": [{"name": "Clerk", "people": [ann.id]}]})
        chain = ApprovalChain.objects.get()
        for client in (client_of(ann_user), as_dora):
            assert doors.add_chain(client, "Mine", ann.id).status_code == 403
            assert doors.rename(client, chain, "Mine", 1).status_code == 403
            assert doors.act(client, chain, "remove").status_code == 403
        assert doors.rename(rival_olga, chain, "Mine", 1).status_code == 404
        assert doors.act(rival_olga, chain, "remove").status_code == 404
        assert ApprovalChain.objects.get().name == "Large"


class TestDelegates:
    def test_life(self, doors, ann_user, ann, olga):
        as_ann, today = client_of(ann_user), clock.today("Asia/Shanghai").isoformat()

        assert done(doors.delegate(as_ann, olga.id, today))

        row = ApprovalDelegation.objects.get()
        assert (row.person_id, row.delegate_id, row.last_day.isoformat()) == (ann.id, olga.id, today)
        assert done(doors.withdraw(as_ann, row))
        assert ApprovalDelegation.objects.get().withdrawn_at is not None
        assert doors.withdraw(as_ann, row).status_code == 404

    @pytest.mark.parametrize("day", ["2020-01-01", "soon", ""])
    def test_a_wrong_day(self, doors, ann_user, olga, day):
        assert doors.delegate(client_of(ann_user), olga.id, day).status_code in {400, 422}
        assert not ApprovalDelegation.objects.exists()

    def test_only_for_oneself_and_never_seen_by_others(
        self, doors, olga, ann, ann_user, as_olga, as_dora, rival_olga, supplier_organisation
    ):
        today = clock.today("Asia/Shanghai")
        as_ann = client_of(ann_user)
        assert doors.delegate(as_ann, ann.id, today.isoformat(), person=olga.id).status_code == 403
        assert doors.delegate(as_dora, ann.id, today.isoformat()).status_code == 403
        ben = make_person(supplier_organisation, "ben", permissions=MAY, **OPEN)
        row = name_delegate(actor=actor_of(ben), delegate_id=olga.id, first_day=today, last_day=today)

        assert doors.withdraw(as_ann, row).status_code == 404
        assert doors.withdraw(rival_olga, row).status_code == 404
        path = "/orders/approvals/delegates" if doors.is_page else DELEGATES
        assert row.public_id not in as_ann.get(path).content.decode()
        assert row.public_id in as_olga.get(path).content.decode()


class TestLimits:
    def test_are_set_by_the_dealer_and_by_the_supplier(self, doors, as_dora, as_olga, bob):
        assert done(doors.limit(as_dora, bob, order_limit="30.00", month_limit="100", always=True))

        row = BuyerLimit.objects.get()
        assert (row.order_limit_minor, row.month_limit_minor, row.always) == (3000, 10000, True)
        assert done(doors.limit(as_olga, bob, order_limit="40.00", is_approver=True))
        row.refresh_from_db()
        assert (row.order_limit_minor, row.is_approver) == (4000, True)

    @pytest.mark.parametrize("amount", ["-1", "abc", "1.005", "99999999999999999999"])
    def test_a_wrong_amount(self, doors, as_dora, bob, amount):
        assert doors.limit(as_dora, bob, order_limit=amount).status_code == 422
        assert not BuyerLimit.objects.exists()

    def test_of_foreign_people_are_not_there(self, doors, as_xavier, rival_olga, bob, dealer, as_dora):
        assert doors.limit(as_xavier, bob, order_limit="1").status_code == 404
        assert doors.limit(rival_olga, bob, order_limit="1").status_code == 404
        buyer = make_person(dealer.organisation, "eve", permissions=["orders.read", "orders.place"])
        assert doors.limit(client_of(buyer), bob, order_limit="1").status_code == 403
        assert not BuyerLimit.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
class TestQueryCounts:
    def test_chains(self, as_olga, olga, ann, supplier_organisation, count, django_assert_num_queries):
        for n in range(count):
            level = {"name": "Clerk", "people": [ann.id, olga.id]}
            add_chain(actor=olga, values={"name": f"Chain {n}", "levels": [level]})

        # Session, user, actor, saved views; chains, levels; people, roles, three kinds of conditions; empty levels
        # in four; dealers.
        with django_assert_num_queries(16, using="default"):
            as_olga.get("/orders/approvals")
        with django_assert_num_queries(8, using="default"):
            as_olga.get(CHAINS)

    def test_delegates(self, as_olga, olga, ann, count, django_assert_num_queries):
        today = clock.today("Asia/Shanghai")
        for _ in range(count):
            name_delegate(actor=ann, delegate_id=olga.id, first_day=today, last_day=today)

        with django_assert_num_queries(7, using="default"):
            as_olga.get("/orders/approvals/delegates")
        with django_assert_num_queries(4, using="default"):
            as_olga.get(DELEGATES)

    def test_limits(self, as_olga, as_dora, dora, dealer, count, django_assert_num_queries):
        for n in range(count):
            person = actor_of(make_person(dealer.organisation, f"buyer{n}"))
            set_buyer_limit(actor=dora, person_id=person.id, changes={"order_limit_minor": 100})

        with django_assert_num_queries(8, using="default"):
            as_olga.get("/orders/limits")
        with django_assert_num_queries(8, using="default"):
            as_dora.get("/orders/limits")
        with django_assert_num_queries(5, using="default"):
            as_dora.get(LIMITS)
