"""Changing a supply board: rows, shares, corrections of a published one, the workbook (TA-02)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotPermitted
from platform_core.kernel.flow import StepRefused
from tenant_apps.orders.commands.board_rows import alter_board
from tenant_apps.orders.commands.supply import close_board, publish_board
from tenant_apps.orders.models import SupplyCorrection, SupplyItem, SupplyShare
from tenant_apps.orders.queries.board_rows import BoardChange
from tenant_apps.orders.queries.boards import counts_of, demand_of
from tests.factories.orders import place
from tests.imports import confirmed, import_id
from tests.tenant_apps.orders.test_boards import board, rival_dealer  # noqa: F401 - fixtures
from tests.tenant_apps.orders.test_calendars import at, calendar  # noqa: F401 - a fixture
from tests.tenant_apps.orders.test_statements import statements

D = Decimal
DORA, RIVAL = "D-DORA", "D-XAVIER"


def change(actor, board, **more):  # noqa: F811
    fields = {name: more.pop(name) for name in ("totals", "shares", "is_split", "weeks") if name in more}
    return alter_board(actor=actor, board_id=board.public_id, change=BoardChange(**fields), **more)


def rows():
    """By merchant code: the total and the shares by dealer code."""
    found = {item.sku.merchant_code: (int(item.total), {}) for item in SupplyItem.objects.all()}
    for share in SupplyShare.objects.order_by("dealer__code"):
        found[share.item.sku.merchant_code][1][share.dealer.code] = int(share.quantity)
    return found


@pytest.fixture
def two(rival_dealer, board):  # noqa: F811
    """Three of A-1 for Dora and her rival (2 and 1), nothing of A-2."""
    return board


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_rows_are_added_taken_off_and_shared_out_by_hand(trade, olga, two):
    assert rows()["A-1"] == (3, {DORA: 2, RIVAL: 1})
    change(olga, two, totals={"A-3": D(5), "A-2": None}, is_split=True)
    assert rows() == {"A-1": (3, {DORA: 2, RIVAL: 1}), "A-3": (5, {DORA: 3, RIVAL: 2})}
    change(olga, two, totals={"A-1": D(9)}, shares={"A-1": {RIVAL: D(7)}})
    assert rows()["A-1"] == (9, {DORA: 2, RIVAL: 7})
    change(olga, two, totals={"A-1": D(4)}, is_split=True)
    assert rows()["A-1"] == (4, {DORA: 2, RIVAL: 2})


def test_a_split_by_what_was_ordered_of_late(trade, dora, olga, two):
    place(dora, trade.wanted({"A-3": 4}))
    change(olga, two, totals={"A-3": D(6)}, is_split=True, weeks=4)
    assert rows()["A-3"] == (6, {DORA: 6, RIVAL: 0})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"totals": {"NONE": D(1)}}, "sku_unknown"),
        ({"shares": {"A-3": {DORA: D(1)}}}, "not_on_board"),
        ({"shares": {"A-1": {"NOBODY": D(1)}}}, "dealer_unknown"),
        ({"shares": {"A-1": {DORA: D("0.5")}}}, "quantity_invalid"),
        ({"totals": {"A-1": D("NaN")}}, "quantity_invalid"),
        ({"shares": {"A-1": {DORA: D(3)}}}, "shares_too_much"),
        ({"totals": {"A-1": D(2)}}, "shares_too_much"),
        ({"totals": {"A-1": D(3)}}, "nothing_changed"),
        ({"totals": {"A-1": D(3)}, "is_split": True, "weeks": 0}, "out_of_range"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(trade, olga, two, asked, code):
    before = rows()
    with pytest.raises(Invalid) as error:
        change(olga, two, **asked)
    assert codes(error) == [code]
    assert rows() == before


def test_two_who_change_one_board_are_told(olga, two):
    version = two.version
    change(olga, two, totals={"A-1": D(9)}, version=version)
    with pytest.raises(Conflict):
        change(olga, two, totals={"A-1": D(8)}, version=version)


def test_a_published_board_is_changed_only_with_a_reason_which_is_kept(trade, dora, olga, two):
    publish_board(actor=olga, board_id=two.public_id)
    with pytest.raises(Invalid) as error:
        change(olga, two, shares={"A-1": {DORA: D(1)}})
    assert codes(error) == ["required"]
    assert (rows()["A-1"], SupplyCorrection.objects.count()) == ((3, {DORA: 2, RIVAL: 1}), 0)

    change(olga, two, totals={"A-1": D(2)}, shares={"A-1": {DORA: D(1)}}, reason=" The truck  broke ")

    kept = SupplyCorrection.objects.get()
    assert (kept.reason, kept.actor_name) == ("The truck broke", "Olga Owner")
    assert kept.changes == [
        {"code": "A-1", "dealer": "", "before": "3", "after": "2"},
        {"code": "A-1", "dealer": DORA, "before": "2", "after": "1"},
    ]
    assert AuditLine.objects.filter(subject_id=two.public_id, verb="corrected").exists()


def test_orders_keep_what_they_were_granted_and_the_next_draws_on_what_is_corrected(trade, dora, olga, two):
    publish_board(actor=olga, board_id=two.public_id)
    order = place(dora, trade.wanted({"A-1": 2}))
    change(olga, two, shares={"A-1": {DORA: D(0)}}, reason="Less came in")
    assert int(order.lines.get().quantity) == 2
    with pytest.raises(Invalid):
        place(dora, trade.wanted({"A-1": 1}))
    change(olga, two, totals={"A-1": D(4)}, shares={"A-1": {DORA: D(3)}}, reason="More came in")
    assert int(place(dora, trade.wanted({"A-1": 5})).lines.get().quantity) == 1


def test_a_closed_board_is_not_changed(olga, two):
    publish_board(actor=olga, board_id=two.public_id)
    close_board(actor=olga, board_id=two.public_id)
    with pytest.raises(StepRefused):
        change(olga, two, totals={"A-1": D(9)}, reason="Late")


def test_a_dealer_changes_nothing(dora, two):
    with pytest.raises(NotPermitted):
        change(dora, two, totals={"A-1": D(9)})


def test_publishing_counts_what_it_shows(trade, olga, two):
    change(olga, two, totals={"A-3": D(5)}, shares={"A-1": {RIVAL: D(0)}})
    counts = counts_of(two, demand_of(two))
    assert (counts.skus, counts.dealers, counts.without_share, counts.not_shared_out) == (3, 1, 1, 2)


def test_many_rows_take_as_many_statements_as_one(trade, olga, two):
    def takes(*skus, total):
        return statements(lambda: change(olga, two, totals=dict.fromkeys(skus, D(total)), is_split=True))

    assert takes("A-1", total=8) == takes("A-1", "A-2", "A-3", total=9)


def test_the_pages_add_change_correct_and_take_off(trade, as_olga, as_dora, olga, two):
    here = f"/orders/supply/{two.public_id}"
    row = f"{here}/rows/{trade.skus[0].public_id}"
    assert "A-3" in as_olga.get(f"{here}/add?q=A-3").content.decode()
    assert 'name="total-A-1"' not in as_olga.get(f"{here}/add?q=A-1").content.decode()
    wrong = as_olga.post(f"{here}/add?q=A-3", {"total-A-3": "x", "split": "equally"})
    assert (wrong.status_code, "needs a quantity" in wrong.content.decode()) == (422, True)
    assert as_olga.post(f"{here}/add?q=A-3", {"total-A-3": "6", "split": "equally"}).status_code == 302
    assert rows()["A-3"] == (6, {DORA: 3, RIVAL: 3})
    assert as_olga.post(row, {"act": "split", "total": "9", "split": "equally"}).status_code == 302
    assert rows()["A-1"][0] == 9
    much = as_olga.post(row, {"act": "save", "total": "9", f"share-{DORA}": "8", f"share-{RIVAL}": "8"})
    assert (much.status_code, "add up to 16" in much.content.decode()) == (422, True)
    as_olga.post(row, {"act": "save", "total": "9", f"share-{DORA}": "8", f"share-{RIVAL}": ""})
    assert rows()["A-1"] == (9, {DORA: 8, RIVAL: 0})
    assert "Dealers with a share" in as_olga.get(here).content.decode()
    as_olga.post(f"{here}/publish")
    asked = {"act": "save", "total": "9", f"share-{DORA}": "7", f"share-{RIVAL}": "0"}
    assert as_olga.post(row, asked).status_code == 422
    assert as_olga.post(row, {**asked, "reason": "Truck broke"}).status_code == 302
    assert "Truck broke" in as_olga.get(here).content.decode()
    assert "Truck broke" in as_dora.get("/orders/supply").content.decode()
    as_olga.post(row, {"act": "remove", "reason": "Sold out"})
    assert "A-1" not in rows()
    for url in (f"{here}/add", row, f"{here}/shares", f"{here}/import"):
        assert as_dora.get(url).status_code == 404
    assert as_olga.get(row).status_code == 404


def test_shares_go_out_and_come_back_in_a_workbook(trade, as_olga, olga, two):
    here = f"/orders/supply/{two.public_id}"
    content = b"".join(as_olga.get(f"{here}/shares?format=csv").streaming_content)
    header = content.splitlines()[0] + b"\r\n"

    def send(*lines):
        body = header + b"".join(line.encode() + b",,\r\n" for line in lines)
        return as_olga.post(f"{here}/import", {"file": SimpleUploadedFile("shares.csv", body)})

    for lines, said in [
        ((f"NONE,{DORA},1,",), "There is no SKU NONE"),
        (("A-1,NOBODY,1,",), "NOBODY is no enabled dealer"),
        ((f"A-1,{DORA},9,",), "add up to 10"),
        ((f"A-1,{DORA},1,", f"A-1,{DORA},2,"), "already"),
        ((f"A-1,{DORA},1,9", f"A-1,{RIVAL},2,8"), "another supply"),
    ]:
        refused = send(*lines)
        assert (refused.status_code, said in refused.content.decode()) == (422, True), said
    before = rows()
    sent = send(f"A-1,{DORA},4,9", f"A-3,{RIVAL},2,")
    assert sent.status_code == 302, sent.content.decode()
    assert rows() == before
    confirmed(as_olga, import_id(as_olga.get(sent["Location"]).content.decode()))
    assert rows()["A-1"] == (9, {DORA: 4, RIVAL: 1})
    assert rows()["A-3"] == (2, {RIVAL: 2})
    publish_board(actor=olga, board_id=two.public_id)
    assert as_olga.get(f"{here}/import").status_code == 409
