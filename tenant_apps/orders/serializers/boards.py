"""Supply boards, their shares and corrections in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import QuantityField, instant
from platform_core.api.paging import page_of
from platform_core.kernel.quantity import plain
from tenant_apps.orders.calendars import Window
from tenant_apps.orders.models import SupplyBoard, SupplyCorrection, SupplyShare
from tenant_apps.orders.queries.board_rows import BoardChange
from tenant_apps.orders.queries.boards import DemandRow
from tenant_apps.orders.states import BoardState

ITEMS_MAX = 1000


class BoardItemInput(serializers.Serializer[Any]):
    """What there is of one SKU."""

    merchant_code = serializers.CharField(max_length=60)
    total = QuantityField()


class BoardChangeInput(serializers.Serializer[Any]):
    """Any part of a draft board. `items`, when named, replaces all rows and shares them out."""

    external_id = serializers.CharField(max_length=80, required=False, allow_null=True, allow_blank=True)
    group = serializers.CharField(max_length=40, required=False, help_text="dgr_…; fixed once it is made.")
    day = serializers.DateField(required=False, help_text="The order day; fixed once it is made.")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    items = serializers.ListField(child=BoardItemInput(), max_length=ITEMS_MAX, required=False)
    weeks = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Share out by what was ordered in so many weeks, else equally.",
    )


class BoardInput(BoardChangeInput):
    """A draft board that comes in."""

    group = serializers.CharField(max_length=40)
    day = serializers.DateField()


class BoardItemOutput(serializers.Serializer[Any]):
    """One SKU of a board: what there is, was shared out, demanded and granted, in base units."""

    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    total = serializers.CharField()
    shared = serializers.CharField()
    demanded = serializers.CharField()
    granted = serializers.CharField()
    missed = serializers.CharField()


class BoardOutput(serializers.Serializer[Any]):
    """A board without its rows."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    group = serializers.CharField()
    day = serializers.DateField()
    state = serializers.ChoiceField(choices=BoardState.choices)
    note = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BoardDetail(BoardOutput):
    """A board with its rows."""

    items = BoardItemOutput(many=True)


class ShareInput(serializers.Serializer[Any]):
    """One dealer's part of a SKU."""

    merchant_code = serializers.CharField(max_length=60)
    dealer = serializers.CharField(max_length=40, help_text="The dealer's code.")
    share = QuantityField()


class RowsInput(serializers.Serializer[Any]):
    """A change of rows and shares; what is not named stays. A published board asks for a `reason`."""

    totals = serializers.ListField(child=BoardItemInput(), max_length=ITEMS_MAX, required=False)
    removed = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=ITEMS_MAX,
        required=False,
        help_text="Merchant codes that leave the board.",
    )
    shares = serializers.ListField(child=ShareInput(), max_length=ITEMS_MAX, required=False)
    split = serializers.ChoiceField(
        choices=["none", "equally", "ordered"],
        default="none",
        help_text="How the SKUs of `totals` are shared out anew; `ordered` looks back `weeks`.",
    )
    weeks = serializers.IntegerField(default=4)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class ShareOutput(serializers.Serializer[Any]):
    """One dealer's part of a SKU on a board; `granted` is what its orders of the order day hold."""

    board = serializers.CharField()
    day = serializers.DateField()
    sku = serializers.CharField()
    merchant_code = serializers.CharField()
    dealer = serializers.CharField()
    share = serializers.CharField()
    granted = serializers.CharField()
    updated_at = serializers.DateTimeField(help_text="When the board was changed last.")


class CorrectionCell(serializers.Serializer[Any]):
    """One number that was corrected: a dealer's share, or the total where `dealer` is blank."""

    code = serializers.CharField()
    dealer = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class CorrectionOutput(serializers.Serializer[Any]):
    """A correction of a published board."""

    reason = serializers.CharField()
    actor = serializers.CharField()
    at = serializers.DateTimeField()
    changes = CorrectionCell(many=True)


class CycleOutput(serializers.Serializer[Any]):
    """An order day with its window: orders come in from `opens`, before `closes`."""

    day = serializers.DateField()
    opens = serializers.DateTimeField()
    closes = serializers.DateTimeField()


class CyclesOutput(serializers.Serializer[Any]):
    """The order days of a calendar that are open or come next."""

    cycles = CycleOutput(many=True)


BoardPage = page_of("SupplyBoardPage", BoardOutput)
SharePage = page_of("SupplySharePage", ShareOutput)
CorrectionPage = page_of("SupplyCorrectionPage", CorrectionOutput)


def board_shape(row: SupplyBoard) -> dict[str, Any]:
    """A board as the API says it; its group must be at hand."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "group": row.group.public_id,
        "day": row.day.isoformat(),
        "state": row.state,
        "note": row.note,
        "published_at": instant(row.published_at),
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def item_shape(row: DemandRow) -> dict[str, Any]:
    """A row of a board."""
    names = ("total", "shared", "demanded", "granted", "missed")
    return {"sku": row.sku, "merchant_code": row.code, **{name: plain(getattr(row, name)) for name in names}}


def share_shape(row: Any) -> dict[str, Any]:
    """A share with `granted`; its dealer, SKU and board must be at hand."""
    share: SupplyShare = row
    return {
        "board": share.item.board.public_id,
        "day": share.item.board.day.isoformat(),
        "sku": share.item.sku.public_id,
        "merchant_code": share.item.sku.merchant_code,
        "dealer": share.dealer.public_id,
        "share": plain(share.quantity),
        "granted": plain(row.granted),
        "updated_at": instant(share.item.board.updated_at),
    }


def correction_shape(row: SupplyCorrection) -> dict[str, Any]:
    """A correction as the API says it."""
    return {"reason": row.reason, "actor": row.actor_name, "at": instant(row.at), "changes": row.changes}


def cycle_shape(window: Window) -> dict[str, Any]:
    """An order day as the API says it."""
    opens, closes = (instant(one.astimezone(UTC)) for one in (window.opens, window.closes))
    return {"day": window.day.isoformat(), "opens": opens, "closes": closes}


def board_changes(data: Mapping[str, Any]) -> dict[str, Any]:
    """The command's words: rows as pairs."""
    found = dict(data)
    if "items" in found:
        found["items"] = _pairs(found["items"])
    return found


def _pairs(items: Iterable[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    return [(one["merchant_code"], one["total"]) for one in items]


def rows_change(data: Mapping[str, Any]) -> BoardChange:
    """The change of rows that a body asks for; its problems point at the body's places."""
    totals: dict[str, Any] = {}
    places: dict[str, dict[str, str]] = {}
    for index, code in enumerate(data.get("removed", ())):
        totals[code], places[code] = None, {"": f"/removed/{index}"}
    for index, one in enumerate(data.get("totals", ())):
        totals[one["merchant_code"]] = one["total"]
        places[one["merchant_code"]] = {"": f"/totals/{index}"}
    shares: dict[str, dict[str, Any]] = {}
    for index, one in enumerate(data.get("shares", ())):
        code, dealer = one["merchant_code"], one["dealer"]
        shares.setdefault(code, {})[dealer] = one["share"]
        places.setdefault(code, {"": f"/shares/{index}"})[dealer] = f"/shares/{index}"
    is_split = data["split"] != "none"
    weeks = data["weeks"] if data["split"] == "ordered" else None
    return BoardChange(totals, shares, is_split=is_split, weeks=weeks, places=places)
