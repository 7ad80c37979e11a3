"""The rows of a supply board with the dealers' shares, and what a change of them would do (TA-02).

A change is judged the same way for a page, a workbook and the API; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.quantity import QUANTITY_MAX, plain
from platform_core.kernel.words import noop
from tenant_apps.access import queries as access
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.models import SupplyBoard, SupplyItem, SupplyShare
from tenant_apps.orders.queries.boards import GRANTED, ordered_of_late
from tenant_apps.orders.supply import shared_by, shared_equally

WEEKS_MAX = 52
_UNKNOWN = noop("There is no SKU {code}.")
_NOT_HERE = noop("{code} is not on this board. Enter how much there is of it.")
_NO_DEALER = noop("{dealer} is no enabled dealer of this group.")
_WRONG = noop("{code} needs a quantity from 0, with at most {places} decimals.")
_TOO_MUCH = noop("The shares of {code} add up to {sum}, but there are {total}.")
_NO_DEALERS = noop("This group has no dealer to share out to.")
_WEEKS = noop("From 1 to {most} weeks.")
_NOTHING = noop("Nothing is changed.")


@dataclass(frozen=True, slots=True)
class BoardChange:
    """What shall be different. `totals` by merchant code, None takes the SKU off the board.

    `shares` by merchant code, then by dealer code. With `is_split` the SKUs of `totals` are shared out anew:
    equally, or with `weeks` by what each dealer ordered of late; without it their shares stay.
    `places` tell where a cell was asked for, as a pointer: by merchant code, then by dealer code or "".
    """

    totals: Mapping[str, Decimal | None] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    is_split: bool = False
    weeks: int | None = None
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """The SKUs that it touches, in the order they were named."""
        return list(dict.fromkeys([*self.totals, *self.shares]))


@dataclass(frozen=True, slots=True)
class Row:
    """One SKU of a board as it is or shall be; shares by dealer code."""

    sku: Sku
    total: Decimal
    shares: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a change would do: the rows `before` and `after` (None: off the board), by merchant code."""

    before: Mapping[str, Row | None]
    after: Mapping[str, Row | None]
    dealers: Mapping[str, int]
    problems: tuple[FieldProblem, ...] = ()

    @property
    def cells(self) -> list[dict[str, Any]]:
        """What differs, cell by cell, as a correction keeps it."""
        found = []
        for code, new in self.after.items():
            olds, news = _cells(self.before[code]), _cells(new)
            for dealer in dict.fromkeys([*olds, *news]):
                before, after = olds.get(dealer), news.get(dealer)
                if before != after:
                    found.append({"code": code, "dealer": dealer, "before": before, "after": after})
        return found


def _cells(row: Row | None) -> dict[str, str]:
    """A row's numbers as text: the total under no dealer."""
    if row is None:
        return {}
    return {"": plain(row.total), **{dealer: plain(share) for dealer, share in row.shares.items()}}


def members_of(board: SupplyBoard) -> dict[str, int]:
    """The enabled dealers of a board's group: row ids by code, in its order."""
    rows = Dealer.objects.filter(group=board.group_id, enabled=True).order_by("code")
    return dict(rows.values_list("code", "pk"))


def rows_of(board: SupplyBoard, codes: Collection[str]) -> dict[str, Row]:
    """Rows of a board by merchant code, in two statements."""
    items = SupplyItem.objects.filter(board=board, sku__merchant_code__in=codes).select_related("sku")
    shares: dict[int, dict[str, Decimal]] = {}
    found = list(items)
    cells = SupplyShare.objects.filter(item__in=found).order_by("dealer__code")
    for item_id, dealer, quantity in cells.values_list("item", "dealer__code", "quantity"):
        shares.setdefault(item_id, {})[dealer] = quantity
    return {item.sku.merchant_code: Row(item.sku, item.total, shares.get(item.pk, {})) for item in found}


def judged(board: SupplyBoard, change: BoardChange) -> Judged:
    """What a change would do to a board, and everything that is wrong with it; six statements at most."""
    codes = change.codes
    members, before = members_of(board), rows_of(board, codes)
    skus = {sku.merchant_code: sku for sku in Sku.objects.filter(merchant_code__in=codes)}
    judge = _Judge(change, members, before, skus, access.settings().quantity_precision)
    if change.is_split and change.weeks is not None:
        judge.check_weeks()
    if not judge.problems and change.is_split:
        judge.split()
    after = {code: judge.after(code) for code in codes} if not judge.problems else {}
    found = Judged({code: before.get(code) for code in after}, after, members, tuple(judge.problems))
    if not judge.problems and not found.cells:
        nothing = FieldProblem("", "nothing_changed", _NOTHING)
        return Judged({}, {}, members, (nothing,))
    return found if not judge.problems else Judged({}, {}, members, tuple(judge.problems))


class _Judge:
    """Checks one change cell by cell and computes the rows as they shall be."""

    def __init__(
        self,
        change: BoardChange,
        members: Mapping[str, int],
        before: Mapping[str, Row],
        skus: Mapping[str, Sku],
        places: int,
    ) -> None:
        self.change, self.members, self.before, self.skus = change, members, before, skus
        self.places, self.problems = places, list[FieldProblem]()
        self.parts: dict[str, Mapping[str, Decimal]] = {}
        self.own = change.shares
        for code in change.codes:
            self._check(code)

    def _add(self, code: str, dealer: str, kind: str, sentence: Any, **facts: Any) -> None:
        pointer = self.change.places.get(code, {}).get(dealer, "/items")
        self.problems.append(FieldProblem(pointer, kind, sentence, {"code": code, "dealer": dealer, **facts}))

    def _check(self, code: str) -> None:
        if code not in self.skus:
            return self._add(code, "", "sku_unknown", _UNKNOWN)
        total = self.change.totals.get(code)
        if code not in self.before and (code not in self.change.totals or total is None):
            self._add(code, "", "not_on_board", _NOT_HERE)
        if total is not None and not self._fits(total):
            self._add(code, "", "quantity_invalid", _WRONG, places=self.places)
        held = self.before[code].shares if code in self.before else {}
        for dealer, share in self.own.get(code, {}).items():
            if dealer not in self.members and dealer not in held:
                self._add(code, dealer, "dealer_unknown", _NO_DEALER)
            elif not self._fits(share):
                self._add(code, dealer, "quantity_invalid", _WRONG, places=self.places)
        return None

    def _fits(self, quantity: Decimal) -> bool:
        return (
            quantity.is_finite()
            and 0 <= quantity <= QUANTITY_MAX
            and quantity == round(quantity, self.places)
        )

    def check_weeks(self) -> None:
        """The weeks to look back are within bounds."""
        weeks = self.change.weeks
        if weeks is not None and not 1 <= weeks <= WEEKS_MAX:
            self.problems.append(FieldProblem("/weeks", "out_of_range", _WEEKS, {"most": WEEKS_MAX}))

    def split(self) -> None:
        """Share the named totals out over the members."""
        if not self.members:
            self.problems.append(FieldProblem("/group", "no_dealers", _NO_DEALERS))
            return
        totals = {code: total for code, total in self.change.totals.items() if total is not None}
        ids, names = list(self.members.values()), {pk: code for code, pk in self.members.items()}
        weeks = self.change.weeks
        late = ordered_of_late(ids, [self.skus[code].pk for code in totals], weeks) if weeks else {}
        for code, total in totals.items():
            if weeks is None:
                parts = shared_equally(total, ids, self.places)
            else:
                weights = {dealer: late.get((dealer, self.skus[code].pk), Decimal(0)) for dealer in ids}
                parts = shared_by(total, weights, self.places)
            self.parts[code] = {names[dealer]: part for dealer, part in parts.items()}

    def after(self, code: str) -> Row | None:
        """The row as it shall be; notes when its shares are more than there is."""
        old = self.before.get(code)
        if code in self.change.totals and self.change.totals[code] is None:
            return None
        total = self.change.totals.get(code)
        if total is None:
            total = old.total if old else Decimal(0)
        shares = dict(self.parts.get(code) or (old.shares if old else {}))
        shares |= self.own.get(code, {})
        if (sum_ := sum(shares.values(), Decimal(0))) > total:
            self._add(code, "", "shares_too_much", _TOO_MUCH, sum=plain(sum_), total=plain(total))
        return Row(self.skus[code], total, shares)


@dataclass(frozen=True, slots=True)
class DealerPart:
    """A dealer's part of one row, what its orders hold of it, and what it ordered of late."""

    dealer: Dealer
    share: Decimal
    granted: Decimal
    late: Decimal

    @property
    def is_over(self) -> bool:
        """Whether orders hold more than the share: it was corrected after they were placed."""
        return self.granted > self.share


def row_with_dealers(board: SupplyBoard, sku_id: str, weeks: int) -> tuple[SupplyItem, list[DealerPart]]:
    """One row with every dealer of the group, and who else has a share. Raises NotFound."""
    rows = SupplyItem.objects.filter(board=board, sku__public_id=sku_id).select_related("sku__product")
    item = rows.first()
    if item is None:
        raise NotFound(noun="SKU")
    shares = SupplyShare.objects.filter(item=item).annotate(granted=GRANTED)
    held = {share.dealer_id: (share.quantity, share.granted) for share in shares}
    dealers = Dealer.objects.filter(group=board.group_id, enabled=True) | Dealer.objects.filter(pk__in=held)
    found = list(dealers.order_by("code"))
    late = ordered_of_late([one.pk for one in found], [item.sku_id], weeks)
    nothing = (Decimal(0), Decimal(0))
    return item, [
        DealerPart(one, *held.get(one.pk, nothing), late.get((one.pk, item.sku_id), Decimal(0)))
        for one in found
    ]
