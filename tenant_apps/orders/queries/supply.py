"""What is left of a dealer's shares on a published supply board (TA-02, G-60)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connections

from platform_core.db.router import shard_alias
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.rules import WantedLine, line_problem
from tenant_apps.orders.supply import granted

if TYPE_CHECKING:
    from tenant_apps.orders.queries.drafts import Draft

_GRANTED = noop("{granted} of {demanded} {unit} of {sku} are granted for this order day.")
_NOTHING = noop("Nothing of {sku} is left for this order day. Your demand of {demanded} {unit} is noted.")
_NOTHING_AT_ALL = noop("Nothing of what you ask for is left for this order day.")
# Own orders of the order day draw on the share, whatever their state; the edited one does not bar itself.
_LEFT = """
SELECT i.sku_id, COALESCE(s.quantity, 0) - COALESCE((
    SELECT sum(l.quantity) FROM orders_salesorderline l JOIN orders_salesorder o ON o.id = l.order_id
    WHERE l.sku_id = i.sku_id AND NOT l.is_gift AND o.dealer_id = %(dealer)s AND o.cycle = %(day)s
      AND o.state <> 'cancelled' AND o.public_id <> %(order)s), 0)
FROM orders_supplyboard b JOIN orders_supplyitem i ON i.board_id = b.id
LEFT JOIN orders_supplyshare s ON s.item_id = i.id AND s.dealer_id = %(dealer)s
WHERE b.group_id = %(group)s AND b.day = %(day)s AND b.state = 'published' AND i.sku_id = ANY(%(skus)s)
"""
_LOCK = """
SELECT s.id FROM orders_supplyshare s JOIN orders_supplyitem i ON i.id = s.item_id
JOIN orders_supplyboard b ON b.id = i.board_id
WHERE b.group_id = %(group)s AND b.day = %(day)s AND b.state = 'published' AND s.dealer_id = %(dealer)s
  AND i.sku_id = ANY(%(skus)s)
ORDER BY s.id FOR NO KEY UPDATE OF s
"""


@dataclass(frozen=True, slots=True)
class Short:
    """A line whose demand is not granted in full; with `granted` 0 it is no line of the order."""

    index: int
    wanted: WantedLine
    sku: Sku
    demanded: Decimal
    granted: Decimal

    @property
    def note(self) -> FieldProblem:
        """What the dealer reads; it refuses nothing."""
        facts = {
            "sku": self.sku.merchant_code,
            "demanded": plain(self.demanded),
            "granted": plain(self.granted),
            "unit": self.sku.unit,
        }
        code, sentence = ("supply_short", _GRANTED) if self.granted else ("supply_gone", _NOTHING)
        return line_problem(self.index, "quantity", code, sentence, **facts)


def supply_left(dealer: Dealer, day: date, sku_ids: Collection[int], order: str = "") -> dict[int, Decimal]:
    """What a dealer may still be granted of each SKU that the board shares out, by SKU; one statement.

    `order` is the public id of the order that is edited.
    """
    group, skus = dealer.group_id, list(sku_ids)
    facts = {"dealer": dealer.pk, "group": group, "day": day, "skus": skus, "order": order}
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(_LEFT, facts)
        return dict(cursor.fetchall())


def add_shares(dealer: Dealer, day: date | None, rows: Sequence[dict[str, Any]], order: str = "") -> None:
    """Give rows of the pad `share`: what is left of the dealer's share, None where the SKU is not shared out.

    One statement, none without an order day. `order` as for `supply_left`.
    """
    left = supply_left(dealer, day, [row["sku_id"] for row in rows], order) if day and rows else {}
    for row in rows:
        share = left.get(row["sku_id"])
        row["share"] = None if share is None else max(share, Decimal(0))
        row["share_text"] = "" if share is None else plain(row["share"])


def lock_shares(dealer: Dealer, day: date, sku_ids: Collection[int]) -> None:
    """Let nobody else draw on these shares until the transaction ends, in ascending order."""
    facts = {"dealer": dealer.pk, "group": dealer.group_id, "day": day, "skus": list(sku_ids)}
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(_LOCK, facts)


def read_supply(draft: Draft, sku_ids: Collection[int]) -> None:
    """Find out what is left for the draft's dealer; nothing is asked without an order day."""
    if draft.day is not None:
        draft.left = supply_left(draft.dealer, draft.day, sku_ids, draft.wanted.order)


def take_granted(draft: Draft, index: int, line: WantedLine, sku: Sku, demanded: Decimal) -> Decimal:
    """What a line is granted of its demand; a shorter one is remembered, and what is left grows less."""
    gets = granted(demanded, draft.left.get(sku.pk))
    if gets != demanded:
        draft.shorts.append(Short(index, line, sku, demanded, gets))
    if sku.pk in draft.left:
        draft.left[sku.pk] -= gets
    return gets


def supply_problems(draft: Draft) -> list[FieldProblem]:
    """An order needs something that is granted."""
    if draft.lines or not draft.shorts or draft.problems:
        return []
    return [FieldProblem("/lines", "supply_gone", _NOTHING_AT_ALL)]


def demanded_in_all(draft: Draft) -> Decimal:
    """The sum of the demanded quantities: what minimum and multiple of an order bind."""
    missed = sum((short.demanded - short.granted for short in draft.shorts), Decimal(0))
    return sum((line.quantity for line in draft.lines), Decimal(0)) + missed


@dataclass(frozen=True, slots=True)
class Demanded:
    """What was asked of one SKU, whatever is granted: the true demand (TA-04)."""

    index: int
    wanted: WantedLine
    sku: Sku
    quantity: Decimal


def demands_of(draft: Draft) -> list[Demanded]:
    """Every demand of a draft in the order of its lines, those too that are granted nothing."""
    asked = [Demanded(one.index, one.wanted, one.sku, one.demanded or one.quantity) for one in draft.lines]
    gone = [Demanded(one.index, one.wanted, one.sku, one.demanded) for one in draft.shorts if not one.granted]
    return sorted(asked + gone, key=lambda one: one.index) if gone else asked
