"""How locked stock rows change, the lines that say why, and how reservations end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from platform_core.db.fast import Statement, inserting
from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.source import Source
from tenant_apps.inventory.models import Movement, Reservation, Stock
from tenant_apps.inventory.states import ReservationState

_NOTHING = Decimal(0)
_NONE: Mapping[int, str] = {}
_ADD = (
    "UPDATE inventory_stock s SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved,"
    " updated_at = GREATEST(s.updated_at, %s)"
    " FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS d (id, on_hand, reserved)"
    " WHERE s.id = d.id"
)


class Delta(NamedTuple):
    """How one stock row changes."""

    on_hand: Decimal = _NOTHING
    reserved: Decimal = _NOTHING


def moving(
    actor: Actor,
    operation_id: UUID,
    kind: str,
    rows: Mapping[int, Stock],
    deltas: Mapping[int, Delta],
    source: Source | None,
    note: str = "",
    notes: Mapping[int, str] = _NONE,
) -> tuple[Statement, Statement]:
    """One UPDATE of the locked rows and one INSERT that says why; the caller runs them.

    `notes` are those of single rows, by id; the others bear `note`, else the source's number.
    """
    changed, now = sorted(deltas), clock.now()
    update = (
        _ADD,
        [
            now,
            changed,
            [deltas[pk].on_hand for pk in changed],
            [deltas[pk].reserved for pk in changed],
        ],
    )
    who = actor_columns(actor)
    movements = [
        Movement(
            stock_id=pk,
            kind=kind,
            on_hand_delta=deltas[pk].on_hand,
            reserved_delta=deltas[pk].reserved,
            on_hand_after=rows[pk].on_hand + deltas[pk].on_hand,
            reserved_after=rows[pk].reserved + deltas[pk].reserved,
            operation_id=operation_id,
            source_kind=source.kind if source else "",
            source_id=source.id if source else None,
            # Clocks of two machines may differ: a row's movements keep their order in time all the same.
            at=max(now, rows[pk].updated_at),
            note=notes.get(pk) or note or (source.number if source else ""),
            **who,
        )
        for pk in changed
    ]
    return update, inserting(movements)


def end_reservations(held: Sequence[Reservation], state: ReservationState) -> None:
    """Shipped, or given back."""
    Reservation.objects.filter(pk__in=[one.pk for one in held]).update(state=state)


class Resized(NamedTuple):
    """Active reservations that shall hold other quantities: by line, and what that is by stock row."""

    held: Sequence[Reservation]
    quantities: Mapping[int, Decimal]
    lines: Mapping[int, Decimal]
    falling: Mapping[int, Delta]
    rising: Mapping[int, Delta]

    @classmethod
    def of(cls, held: Sequence[Reservation], quantities: Mapping[int, Decimal]) -> Resized:
        """`quantities` by the source's line; what is not named stays. A stock row moves one way."""
        ours = [one for one in held if one.source_line_id in quantities]
        lines, rows = {}, dict.fromkeys((one.stock_id for one in ours), _NOTHING)
        for one in ours:
            lines[one.source_line_id] = quantities[one.source_line_id] - one.quantity
            rows[one.stock_id] += lines[one.source_line_id]
        falling = {pk: Delta(reserved=change) for pk, change in rows.items() if change < 0}
        rising = {pk: Delta(reserved=change) for pk, change in rows.items() if change > 0}
        return cls(ours, quantities, lines, falling, rising)

    def grows(self, line_id: int) -> bool:
        """Whether a line shall hold more than it does."""
        return self.lines.get(line_id, _NOTHING) > 0

    def store(self) -> None:
        """Write the quantities; the stock rows are the caller's."""
        with connections[shard_alias()].cursor() as cursor:
            cursor.execute(
                f"UPDATE {Reservation._meta.db_table} r SET quantity = d.quantity"  # noqa: S608
                " FROM unnest(%s::bigint[], %s::numeric[]) AS d (id, quantity) WHERE r.id = d.id",
                [
                    [one.pk for one in self.held],
                    [self.quantities[one.source_line_id] for one in self.held],
                ],
            )


def split_consumed(leaving: Mapping[int, Decimal], by_line: Mapping[int, Reservation]) -> None:
    """A wholly shipped line ends its reservation; of a partly shipped one the rest stays active."""
    whole = [by_line[line] for line, part in leaving.items() if part == by_line[line].quantity]
    end_reservations(whole, ReservationState.CONSUMED)
    parts = [line for line, part in leaving.items() if part < by_line[line].quantity]
    if not parts:
        return
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(
            f"UPDATE {Reservation._meta.db_table} r SET quantity = r.quantity - d.part"  # noqa: S608
            " FROM unnest(%s::bigint[], %s::numeric[]) AS d (id, part) WHERE r.id = d.id",
            [[by_line[line].pk for line in parts], [leaving[line] for line in parts]],
        )
    Reservation.objects.bulk_create(
        [
            Reservation(
                stock_id=by_line[line].stock_id,
                source_kind=by_line[line].source_kind,
                source_id=by_line[line].source_id,
                source_line_id=line,
                quantity=leaving[line],
                state=ReservationState.CONSUMED,
            )
            for line in parts
        ]
    )
