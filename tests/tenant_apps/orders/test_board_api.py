"""Supply boards, shares, corrections and order cycles over the API."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tenant_apps.orders.models import SupplyBoard, SupplyCorrection
from tests.factories.orders import place
from tests.tenant_apps.orders.test_board_rows import rows, two  # noqa: F401 - a fixture
from tests.tenant_apps.orders.test_boards import board, rival_dealer  # noqa: F401 - fixtures
from tests.tenant_apps.orders.test_calendars import at, calendar  # noqa: F401 - a fixture

BOARDS = "/api/v1/supply-boards"


def send(client, method, path, body=None, **headers):
    call = getattr(client, method)
    return call(path, json.dumps(body or {}), content_type="application/json", headers=headers)


def read_back(trade, as_olga, here):
    """What the board tells after its share was corrected below what is granted."""
    (item,) = as_olga.get(here).json()["items"]
    assert {name: item[name] for name in ("total", "shared", "demanded", "granted", "missed")} == {
        "total": "9",
        "shared": "8",
        "demanded": "6",
        "granted": "5",
        "missed": "1",
    }
    found = as_olga.get(f"{here}/shares?dealer={trade.dealer.public_id}").json()["items"]
    assert [(one["share"], one["granted"]) for one in found] == [("4", "5")]
    (kept,) = as_olga.get(f"{here}/corrections").json()["items"]
    assert (kept["reason"], kept["changes"]) == (
        "Less came",
        [{"code": "A-1", "dealer": "D-DORA", "before": "5", "after": "4"}],
    )
    assert send(as_olga, "delete", here).status_code == 409
    assert send(as_olga, "post", f"{here}/close").json()["state"] == "closed"


def test_a_board_is_made_changed_published_and_corrected(trade, dora, as_olga, calendar, rival_dealer):  # noqa: F811
    with at(23):
        asked = {
            "group": calendar.group.public_id,
            "day": "2026-11-25",
            "external_id": "ERP-1",
            "items": [{"merchant_code": "A-1", "total": "7"}],
        }
        made = send(as_olga, "post", BOARDS, asked, **{"Idempotency-Key": "one"})
        again = send(as_olga, "post", BOARDS, asked, **{"Idempotency-Key": "one"})
        assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
        here = f"{BOARDS}/{made.json()['id']}"
        assert rows() == {"A-1": (7, {"D-DORA": 4, "D-XAVIER": 3})}

        items = [{"merchant_code": "A-2", "total": "2"}]
        by_erp = f"{BOARDS}/by-external-id/ERP-1"
        assert send(as_olga, "put", by_erp, {"items": items, "note": "Less"}).status_code == 200
        assert rows() == {"A-2": (2, {"D-DORA": 1, "D-XAVIER": 1})}
        fixed = send(as_olga, "patch", here, {"day": "2026-12-02"})
        assert (fixed.status_code, fixed.json()["errors"][0]["code"]) == (422, "fixed")

        change = {
            "totals": [{"merchant_code": "A-1", "total": "9"}],
            "split": "equally",
            "removed": ["A-2"],
        }
        assert send(as_olga, "post", f"{here}/rows", change).status_code == 200
        assert rows() == {"A-1": (9, {"D-DORA": 5, "D-XAVIER": 4})}
        assert send(as_olga, "post", f"{here}/publish").json()["state"] == "published"
        place(dora, trade.wanted({"A-1": 6}))

        share = {"shares": [{"merchant_code": "A-1", "dealer": "D-DORA", "share": "4"}]}
        silent = send(as_olga, "post", f"{here}/rows", share)
        assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/reason")
        much = {"shares": [{"merchant_code": "A-1", "dealer": "D-DORA", "share": "40"}], "reason": "More"}
        wrong = send(as_olga, "post", f"{here}/rows", much)
        assert [(one["pointer"], one["code"]) for one in wrong.json()["errors"]] == [
            ("/shares/0", "shares_too_much")
        ]
        assert not SupplyCorrection.objects.exists()
        assert send(as_olga, "post", f"{here}/rows", {**share, "reason": "Less came"}).status_code == 200

        read_back(trade, as_olga, here)


def test_a_dealer_reads_its_own_shares_and_nothing_else(trade, as_dora, as_xavier, as_olga, two):  # noqa: F811
    assert as_dora.get("/api/v1/supply-shares").json()["items"] == []
    send(as_olga, "post", f"{BOARDS}/{two.public_id}/publish")
    found = as_dora.get("/api/v1/supply-shares?merchant_code=A-1").json()["items"]
    assert [(one["merchant_code"], one["share"], one["dealer"]) for one in found] == [
        ("A-1", "2", trade.dealer.public_id)
    ]
    assert as_xavier.get("/api/v1/supply-shares").json()["items"] == [], "its goods hold none of these"
    for path in (BOARDS, f"{BOARDS}/{two.public_id}", f"{BOARDS}/{two.public_id}/shares"):
        assert as_dora.get(path).status_code == 403
    assert send(as_dora, "post", f"{BOARDS}/{two.public_id}/rows").status_code == 403
    assert SupplyBoard.objects.get().version == 2


def test_a_calendar_tells_its_order_cycles(as_olga, as_dora, calendar):  # noqa: F811
    with at(23):
        here = f"/api/v1/ordering-calendars/{calendar.public_id}/cycles"
        found = as_olga.get(f"{here}?count=2").json()["cycles"]
        assert [one["day"] for one in found] == ["2026-11-25", "2026-12-02"]
        assert as_dora.get(here).status_code == 403
    for count in ("0", "61", "x", "²"):
        assert as_olga.get(f"{here}?count={count}").status_code == 422


@pytest.mark.parametrize("total", ["-1", "0.5", "1e9", "99999999999"])
def test_an_impossible_total_is_refused(as_olga, two, total):  # noqa: F811
    body = {"totals": [{"merchant_code": "A-1", "total": total}], "split": "equally"}
    assert send(as_olga, "post", f"{BOARDS}/{two.public_id}/rows", body).status_code in {200, 422}
    assert rows()["A-1"][0] in {3, Decimal("1e9")}
