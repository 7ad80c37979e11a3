"""The call list: who has not ordered for an order day, whom the caller may see, and what came of it (SX-07)."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date, timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from tenant_apps.access.models import Membership
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.commands.back import cancel_order
from tenant_apps.orders.commands.calls import note_call
from tenant_apps.orders.commands.saved import save_order
from tenant_apps.orders.models import CallNote
from tenant_apps.orders.queries.calls import CallFilter, not_ordered, order_day
from tests.cast import actor_of, make_dealer, make_person
from tests.factories.orders import place
from tests.tenant_apps.orders.test_calendars import WED, at, calendar  # noqa: F401 - a fixture
from tests.tenant_apps.orders.test_statements import statements

API = "/api/v1/ordering-calendars/{}/call-list"


@pytest.fixture
def group(calendar, trade, stranger):  # noqa: F811
    """Dora's and Xavier's dealers; it is Monday, and nobody has ordered for Wednesday."""
    Dealer.objects.filter(pk=stranger.pk).update(
        group=calendar.group, contact="Xavier Y", phone="0571-7", search_key="xavier"
    )
    with at(23):
        yield calendar


@pytest.fixture
def caller(supplier_organisation):
    """Staff who order in dealers' names and see all of them."""
    return make_person(
        supplier_organisation, "carl", permissions=["orders.read", "orders.place", "dealers.read"]
    )


def missing(actor, group, **narrow):
    day = order_day(group)
    assert day is not None
    return [row.code for row in not_ordered(actor, day, CallFilter(**narrow))]


def call(actor, dealer, **fields):
    values = {"day": WED, "result": "no_answer", **fields}
    return note_call(actor=actor, dealer_id=dealer.public_id, **values)


def test_who_ordered_is_not_called_and_who_cancelled_is(olga, dora, trade, group):
    assert missing(olga, group) == ["D-DORA", "D-XAVIER"]
    order = place(dora, trade.wanted({"A-1": 2}))
    assert missing(olga, group) == ["D-XAVIER"]
    cancel_order(actor=dora, operation_id=uuid.uuid4(), order_id=order.public_id)
    assert missing(olga, group) == ["D-DORA", "D-XAVIER"]


def test_other_groups_and_disabled_dealers_are_not_called(olga, group, stranger):
    make_dealer("D-OTHER", "No group")
    Dealer.objects.filter(pk=stranger.pk).update(enabled=False)
    assert missing(olga, group) == ["D-DORA"]


def test_the_open_order_day_is_shown_and_another_can_be_asked_for(group):
    assert order_day(group).day == WED
    assert order_day(group, "2026-11-18").day == date(2026, 11, 18)
    assert date(2026, 12, 2) in order_day(group).days
    assert order_day(group, "nonsense").day == WED


def test_only_dealers_of_the_callers_data_scope(caller, group, trade, stranger):
    Membership.objects.filter(user=caller).update(all_dealers=False)
    scoped = actor_of(caller)
    assert missing(scoped, group) == []
    with pytest.raises(NotFound):
        call(scoped, stranger)


def test_a_dealers_people_and_those_who_take_no_orders_see_nothing(dora, nil, sam, group, stranger):
    with pytest.raises(NotFound):
        call(dora, stranger)
    with pytest.raises(NotPermitted):
        call(nil, stranger)
    with pytest.raises(NotPermitted):
        call(sam, stranger)
    assert not CallNote.objects.exists()


def test_a_call_is_noted_and_the_last_one_counts(olga, group, stranger):
    call(olga, stranger, note="busy", follow_up=clock.now().date())
    call(olga, stranger, result="will_order")

    (row,) = [r for r in not_ordered(olga, order_day(group), CallFilter()) if r.code == "D-XAVIER"]
    assert (row.call_result, row.called_by, row.follow_up) == ("will_order", olga.name, None)
    assert [note.note for note in CallNote.objects.order_by("id")] == ["busy", ""]
    assert missing(olga, group, called="no") == ["D-DORA"]
    assert missing(olga, group, called="yes") == ["D-XAVIER"]
    assert missing(olga, group, result="will_order") == ["D-XAVIER"]
    assert missing(olga, group, q="xav") == ["D-XAVIER"]


def test_who_is_to_be_called_again_by_today(olga, group, stranger, trade):
    today = clock.now().date()
    call(olga, stranger, follow_up=today)
    call(olga, trade.dealer, follow_up=today + timedelta(days=2))
    assert missing(olga, group, called="due") == ["D-XAVIER"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"result": "sang"}, "/result"),
        ({"note": "x" * 301}, "/note"),
        ({"follow_up": date(2020, 1, 1)}, "/follow_up"),
    ],
)
def test_wrong_notes_are_refused(olga, group, stranger, fields, pointer):
    with pytest.raises(Invalid) as error:
        call(olga, stranger, **fields)
    assert [p.pointer for p in error.value.problems] == [pointer]
    assert not CallNote.objects.exists()


def test_a_saved_order_is_told(olga, dora, trade, group):
    type(group).objects.update(two_phase=True)
    save_order(actor=dora, operation_id=uuid.uuid4(), wanted=trade.wanted({"A-1": 2}), source="pad")
    (row,) = [r for r in not_ordered(olga, order_day(group), CallFilter()) if r.code == "D-DORA"]
    assert row.is_saved


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements(as_olga, group, count, olga):
    for number in range(count):
        Dealer.objects.filter(pk=make_dealer(f"D-{number}", f"No {number}").pk).update(group=group.group)
    seen = statements(lambda: as_olga.get("/orders/calls"))
    assert seen == EXPECTED


EXPECTED = 9


def test_the_page(as_olga, as_dora, as_sam, group, stranger, olga):
    call(olga, stranger, note="tries on Tuesday")
    page = as_olga.get("/orders/calls").content.decode()
    assert "Xavier Y" in page
    assert "tries on Tuesday" in page
    assert as_dora.get("/orders/calls").status_code == 404
    assert as_sam.get("/orders/calls").status_code == 403
    noted = as_olga.post(
        f"/orders/calls/{stranger.public_id}/note",
        {"day": WED.isoformat(), "result": "will_order", "note": "", "follow_up": "", "back": "called=no"},
    )
    assert noted.headers["Location"] == "/orders/calls?called=no"
    assert CallNote.objects.count() == 2
    refused = as_olga.post(f"/orders/calls/{stranger.public_id}/note", {"day": "x", "result": "will_order"})
    assert (refused.status_code, CallNote.objects.count()) == (302, 2)


def test_everybody_has_ordered_and_no_calendar(as_olga, group, stranger, dora, trade):
    Dealer.objects.filter(pk=stranger.pk).update(group=None)
    place(dora, trade.wanted({"A-1": 2}))
    assert "Everybody has ordered" in as_olga.get("/orders/calls").content.decode()
    type(group).objects.update(enabled=False)
    assert "No calendar in use" in as_olga.get("/orders/calls").content.decode()


def test_the_export(as_olga, group, stranger, olga):
    call(olga, stranger, note="tries on Tuesday", follow_up=clock.now().date())
    answer = as_olga.get("/orders/calls/export?format=csv&columns=dealer&columns=contact&columns=called")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["Code", "D-DORA", "D-XAVIER"]
    assert "tries on Tuesday" in text
    assert "no answer" in text


def test_over_the_api(as_olga, as_dora, group, stranger, olga):
    call(olga, stranger, note="tries on Tuesday")
    path = API.format(group.public_id)
    told = as_olga.get(path).json()
    assert [(row["code"], row["result"], row["note"]) for row in told["items"]] == [
        ("D-DORA", None, None),
        ("D-XAVIER", "no_answer", "tries on Tuesday"),
    ]
    assert len(as_olga.get(f"{path}?called=yes&limit=1").json()["items"]) == 1
    assert as_olga.get(f"{path}?day=soon").status_code == 422
    assert as_olga.get(API.format("cal_nothing")).status_code == 404
    assert as_dora.get(path).status_code == 404
