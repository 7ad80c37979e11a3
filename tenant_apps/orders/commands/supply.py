"""What the supplier asks of supply boards: share out, publish, close, delete (TA-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import refuse, store, uniquely
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.quantity import QUANTITY_MAX, plain
from platform_core.kernel.texts import text_problems, trimmed
from platform_core.kernel.words import noop
from tenant_apps.access import queries as access
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import DealerGroup
from tenant_apps.orders.models import SupplyBoard, SupplyItem, SupplyShare
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.boards import group_dealers, locked_board, ordered_of_late
from tenant_apps.orders.states import BOARD_FLOW, BoardState
from tenant_apps.orders.supply import shared_by, shared_equally

WEEKS_MAX = 52
_NO_GROUP = noop("Choose one of the dealer groups.")
_NO_DEALERS = noop("This group has no dealer to share out to.")
_TAKEN = noop("There is a board for this group and order day already. Change that one.")
_NO_ITEMS = noop("Enter at least one SKU with what there is of it.")
_NO_DAY = noop("Say which order day the supply is for.")
_FIXED = noop("This is fixed once the board is made. Delete the draft and make another.")
_LIMITS = {"note": 200, "external_id": 80}
_UNKNOWN = noop("Line {line}: there is no SKU {code}.")
_TWICE = noop("Line {line}: {code} was named before.")
_WRONG = noop("Line {line}: {code} needs a quantity from 0, with at most {places} decimals.")
_WEEKS = noop("From 1 to {most} weeks.")


@command(OrderPermission.MANAGE_CALENDARS)
def add_board(
    *,
    actor: Actor,
    group_id: str,
    day: date,
    totals: Sequence[tuple[str, Decimal]],
    weeks: int | None = None,
    note: str = "",
) -> SupplyBoard:
    """A draft board: what there is of each SKU (merchant code, total), shared out over the group's dealers.

    Equally, or with `weeks` by what each dealer ordered of it in the last weeks. The parts add up to
    the total at the quantity precision. Without totals the rows are added later. Raises Invalid.
    """
    values = {"group": group_id, "day": day, "items": totals, "weeks": weeks, "note": note}
    return _added(actor, values)


@command(OrderPermission.MANAGE_CALENDARS)
def put_board(*, actor: Actor, values: Mapping[str, Any]) -> SupplyBoard:
    """The same from `group` (public id), `day`, `items`, `weeks`, `note` and `external_id`."""
    return _added(actor, values)


@command(OrderPermission.MANAGE_CALENDARS)
def change_board(
    *,
    actor: Actor,
    board_id: str,
    totals: Sequence[tuple[str, Decimal]],
    weeks: int | None = None,
    version: int | None = None,
) -> SupplyBoard:
    """Share a draft board out anew. Raises StepRefused once it is published, Conflict, Invalid, NotFound."""
    return _edited(actor, board_id, {"items": totals, "weeks": weeks}, version)


@command(OrderPermission.MANAGE_CALENDARS)
def edit_board(
    *, actor: Actor, board_id: str, changes: Mapping[str, Any], version: int | None = None
) -> SupplyBoard:
    """Change the named of `note`, `external_id` and `items` (with `weeks`) of a draft board.

    `group` and `day` may be named as they are. Raises as `change_board` does.
    """
    return _edited(actor, board_id, changes, version)


def _added(actor: Actor, values: Mapping[str, Any]) -> SupplyBoard:
    asked = _checked(values)
    group = dealers.groups_visible_to(actor).filter(public_id=asked.get("group") or "").first()
    if group is None:
        raise Invalid(problems=[FieldProblem("/group", "group_unknown", _NO_GROUP)])
    day, totals = asked.get("day"), asked.get("items") or []
    if day is None:
        raise Invalid(problems=[FieldProblem("/day", "required", _NO_DAY)])
    if SupplyBoard.objects.filter(group=group, day=day).exists():
        raise Invalid(problems=[FieldProblem("/day", "taken", _TAKEN)])
    external_id = asked.get("external_id") or None
    board = SupplyBoard(group=group, day=day, note=asked.get("note") or "", external_id=external_id)
    shares = _shared(group, totals, asked.get("weeks")) if totals else []
    with uniquely("external_id"):
        board.save(force_insert=True)
    _lay(board, shares)
    record(actor, [Change("supply_board", board.public_id, "created", {}, _told(board, totals))])
    return board


def _edited(actor: Actor, board_id: str, changes: Mapping[str, Any], version: int | None) -> SupplyBoard:
    board = locked_board(actor, board_id, version)
    BOARD_FLOW.check(board.state, "delete")
    asked = _checked(changes)
    fixed = {"group": board.group.public_id, "day": board.day}
    refuse(
        [
            FieldProblem(f"/{name}", "fixed", _FIXED)
            for name, value in fixed.items()
            if asked.get(name) not in (None, value)
        ]
    )
    if "note" in asked:
        board.note = asked["note"]
    if "external_id" in asked:
        board.external_id = asked["external_id"] or None
    totals = asked.get("items")
    if totals is not None:
        shares = _shared(board.group, totals, asked.get("weeks"))
        SupplyShare.objects.filter(item__board=board).delete()
        SupplyItem.objects.filter(board=board).delete()
        _lay(board, shares)
    store(board, "external_id")
    record(actor, [Change("supply_board", board.public_id, "changed", {}, _told(board, totals or []))])
    return board


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with trimmed texts. Raises Invalid for texts that are too long or cannot be stored."""
    asked = trimmed(values)
    refuse(text_problems(asked, _LIMITS))
    return asked


@command(OrderPermission.MANAGE_CALENDARS)
def publish_board(*, actor: Actor, board_id: str) -> SupplyBoard:
    """From now on every dealer of the group sees its own shares, and its orders draw on them (TA-02).

    Raises StepRefused, Invalid for a board that names no SKU, NotFound.
    """
    board = locked_board(actor, board_id, None)
    target = BOARD_FLOW.target(board.state, "publish")
    if not board.items.exists():
        raise Invalid(problems=[FieldProblem("/items", "required", _NO_ITEMS)])
    board.state = target
    board.published_at = clock.now()
    return _moved(actor, board, "published")


@command(OrderPermission.MANAGE_CALENDARS)
def close_board(*, actor: Actor, board_id: str) -> SupplyBoard:
    """Shares bind no further order; those placed keep what they were granted."""
    board = locked_board(actor, board_id, None)
    board.state = BOARD_FLOW.target(board.state, "close")
    return _moved(actor, board, "closed")


@command(OrderPermission.MANAGE_CALENDARS)
def delete_board(*, actor: Actor, board_id: str) -> None:
    """Delete a board that was never published. Raises StepRefused."""
    board = locked_board(actor, board_id, None)
    BOARD_FLOW.check(board.state, "delete")
    record(actor, [Change("supply_board", board.public_id, "deleted", {}, {})])
    SupplyShare.objects.filter(item__board=board).delete()
    SupplyItem.objects.filter(board=board).delete()
    board.delete()


def _moved(actor: Actor, board: SupplyBoard, verb: str) -> SupplyBoard:
    store(board)
    record(actor, [Change("supply_board", board.public_id, verb, {}, {})])
    return board


def _shared(
    group: DealerGroup, totals: Sequence[tuple[str, Decimal]], weeks: int | None
) -> list[tuple[Sku, Decimal, Mapping[int, Decimal]]]:
    """Each SKU with its total and the dealers' parts. Raises Invalid."""
    places = access.settings().quantity_precision
    skus = {
        sku.merchant_code: sku for sku in Sku.objects.filter(merchant_code__in=[one for one, _ in totals])
    }
    members = group_dealers(group)
    refuse(_problems(totals, skus, places, weeks, has_dealers=bool(members)))
    if weeks is None:
        return [(skus[code], total, shared_equally(total, members, places)) for code, total in totals]
    ordered = ordered_of_late(members, [skus[code].pk for code, _total in totals], weeks)
    found: list[tuple[Sku, Decimal, Mapping[int, Decimal]]] = []
    for code, total in totals:
        weights = {dealer: ordered.get((dealer, skus[code].pk), Decimal(0)) for dealer in members}
        found.append((skus[code], total, shared_by(total, weights, places)))
    return found


def _problems(
    totals: Sequence[tuple[str, Decimal]],
    skus: Mapping[str, Sku],
    places: int,
    weeks: int | None,
    *,
    has_dealers: bool,
) -> list[FieldProblem]:
    found = [] if totals else [FieldProblem("/items", "required", _NO_ITEMS)]
    if not has_dealers:
        found.append(FieldProblem("/group", "no_dealers", _NO_DEALERS))
    if weeks is not None and not 1 <= weeks <= WEEKS_MAX:
        found.append(FieldProblem("/weeks", "out_of_range", _WEEKS, {"most": WEEKS_MAX}))
    seen: set[str] = set()
    for index, (code, total) in enumerate(totals):
        facts = {"line": index + 1, "code": code, "places": places}
        fits = total.is_finite() and 0 <= total <= QUANTITY_MAX
        if code not in skus:
            found.append(FieldProblem(f"/items/{index}", "sku_unknown", _UNKNOWN, facts))
        elif code in seen:
            found.append(FieldProblem(f"/items/{index}", "repeated", _TWICE, facts))
        elif not fits or total != round(total, places):
            found.append(FieldProblem(f"/items/{index}", "quantity_invalid", _WRONG, facts))
        seen.add(code)
    return found


def _lay(board: SupplyBoard, shares: Sequence[tuple[Sku, Decimal, Mapping[int, Decimal]]]) -> None:
    """Four statements for any number of SKUs and dealers."""
    items = SupplyItem.objects.bulk_create(
        [SupplyItem(board=board, sku=sku, total=total) for sku, total, _parts in shares]
    )
    SupplyShare.objects.bulk_create(
        [
            SupplyShare(item=item, dealer_id=dealer, quantity=part)
            for item, (_sku, _total, parts) in zip(items, shares, strict=True)
            for dealer, part in parts.items()
        ]
    )


def _told(board: SupplyBoard, totals: Sequence[tuple[str, Decimal]]) -> dict[str, str]:
    said = "; ".join(f"{code} {plain(total)}" for code, total in totals)
    return {"group": board.group.name, "day": board.day.isoformat(), "items": said, "state": BoardState.DRAFT}
