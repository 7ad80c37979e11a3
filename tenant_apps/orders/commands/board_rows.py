"""What the supplier asks of the rows of a supply board: change, correct, import (TA-02)."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File

from platform_core.attachments import store as files
from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import refuse, store
from platform_core.db.models import actor_columns
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Table
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.models import SupplyBoard, SupplyCorrection, SupplyItem, SupplyShare
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import board_sheet as sheet
from tenant_apps.orders.queries.board_rows import BoardChange, Judged, judged
from tenant_apps.orders.queries.boards import locked_board
from tenant_apps.orders.states import BOARD_FLOW, BoardState

REASON_MAX = 200
_NO_REASON = noop("Say why: dealers of the published board read it.")


@command(OrderPermission.MANAGE_CALENDARS)
def alter_board(
    *, actor: Actor, board_id: str, change: BoardChange, reason: str = "", version: int | None = None
) -> SupplyBoard:
    """Change rows and shares of a draft board; of a published one with a reason, as a kept correction.

    Orders keep what they were granted, also where a share is less now. Raises StepRefused for a closed
    board, Conflict, Invalid with a problem per wrong cell, NotFound.
    """
    return _altered(actor, locked_board(actor, board_id, version), change, reason)


@command(OrderPermission.MANAGE_CALENDARS)
def upload_shares(
    *,
    actor: Actor,
    board_id: str,
    file: File,  # type: ignore[type-arg]
    table: Table,
) -> Import:
    """Keep a workbook of shares until it is confirmed; changes nothing. Raises NotFound, FileRefused."""
    board = locked_board(actor, board_id, None)
    return operations.keep(actor=actor, kind=sheet.IMPORT, file=file, subject=board.public_id, table=table)


@command(OrderPermission.MANAGE_CALENDARS)
def import_shares(*, actor: Actor, board_id: str, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook of a draft board that was uploaded and looked at; counts SKUs and shares.

    It is checked again, as the board may have changed. Raises ImportGone, Invalid, StepRefused.
    """
    board = locked_board(actor, board_id, None)
    BOARD_FLOW.check(board.state, "delete")
    row = sheet.file_for(actor, board, file_id, lock=True)
    with files.open_file(file_of(row)) as file:
        preview = sheet.preview_of(board, file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    _altered(actor, board, preview.change, "")
    done = {"skus": len(preview.change.codes), "shares": sum(map(len, preview.change.shares.values()))}
    operations.finish(row, done)
    return done


def _altered(actor: Actor, board: SupplyBoard, change: BoardChange, reason: str) -> SupplyBoard:
    BOARD_FLOW.check(board.state, "change")
    why = " ".join(reason.split())[:REASON_MAX]
    if board.state == BoardState.PUBLISHED and not why:
        raise Invalid(problems=[FieldProblem("/reason", "required", _NO_REASON)])
    _lock_shares(board, change)
    found = judged(board, change)
    refuse(found.problems)
    _write(board, found)
    store(board)
    cells = found.cells
    if board.state == BoardState.PUBLISHED:
        SupplyCorrection.objects.create(board=board, reason=why, changes=cells, **actor_columns(actor))
    verb = "corrected" if board.state == BoardState.PUBLISHED else "changed"
    told = (
        {f"{one['code']} {one['dealer']}".strip(): one[side] for one in cells} for side in ("before", "after")
    )
    before, after = told
    record(actor, [Change("supply_board", board.public_id, verb, before, {**after, **_why(why)})])
    return board


def _why(reason: str) -> dict[str, Any]:
    return {"reason": reason} if reason else {}


def _lock_shares(board: SupplyBoard, change: BoardChange) -> None:
    """In ascending order, as orders do that draw on them: they wait, or were granted before."""
    rows = SupplyShare.objects.filter(item__board=board, item__sku__merchant_code__in=change.codes)
    list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))


def _write(board: SupplyBoard, found: Judged) -> None:
    """A fixed number of statements for any number of SKUs and dealers."""
    gone = [code for code, row in found.after.items() if row is None]
    if gone:
        SupplyShare.objects.filter(item__board=board, item__sku__merchant_code__in=gone).delete()
        SupplyItem.objects.filter(board=board, sku__merchant_code__in=gone).delete()
    kept = {code: row for code, row in found.after.items() if row is not None}
    items = SupplyItem.objects.bulk_create(
        [SupplyItem(board=board, sku=row.sku, total=row.total) for row in kept.values()],
        update_conflicts=True,
        unique_fields=["board", "sku"],
        update_fields=["total"],
    )
    by_code = dict(zip(kept, items, strict=True))
    ids = dict(found.dealers)
    others = {dealer for row in kept.values() for dealer in row.shares} - set(ids)
    if others:
        ids |= dict(Dealer.objects.filter(code__in=others).values_list("code", "pk"))
    SupplyShare.objects.bulk_create(
        [
            SupplyShare(item=by_code[code], dealer_id=ids[dealer], quantity=share)
            for code, row in kept.items()
            for dealer, share in row.shares.items()
        ],
        update_conflicts=True,
        unique_fields=["item", "dealer"],
        update_fields=["quantity"],
    )
