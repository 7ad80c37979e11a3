"""What is proposed instead of lines that are short: the supplier's substitutes that the dealer may order.

No statement where nothing is short; else five at most, for any number of lines. Sources: TA-03.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from platform_core.kernel.actor import Actor
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.inventory import queries as inventory
from tenant_apps.orders.allocation import STOCK_REASONS, Allocation, Demand
from tenant_apps.orders.models import Substitute
from tenant_apps.orders.queries.choosing import visible_in
from tenant_apps.orders.queries.drafts import Draft, need_of
from tenant_apps.orders.queries.parties import warehouses_for
from tenant_apps.orders.queries.supply import supply_left
from tenant_apps.orders.substitution import orderable_up_to, stands_in
from tenant_apps.strategies.queries import Offer
from tenant_apps.strategies.queries.overlay import offers_named

_WHY = noop("{missing} {unit} of {sku} cannot be had. Your supplier proposes instead:")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A substitute in base units: `rest` stands in for what is missing, `whole` for the whole demand.

    `share` is what the dealer may be granted of it in this order, None where it is not shared out.

    `available` is None where nothing of it may be told, `stock` (all that an order may hold of it) also
    where stock refuses nothing. `rest` is None where it would tell a stock that is
    not told.
    """

    sku: Sku
    offer: Offer
    price: Decimal
    available: Decimal | None
    rest: Decimal | None
    whole: Decimal
    stock: Decimal | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line of a request that cannot be met: `met` of `demanded` is, None where that is not told.

    What its substitutes in the request make up already counts as met. With `is_kept` the line may stay as
    it is: its demand is noted, and what is granted is ordered.
    """

    index: int
    sku: Sku
    demanded: Decimal
    met: Decimal | None
    is_kept: bool
    proposals: tuple[Proposal, ...] = ()

    @property
    def missing(self) -> Decimal:
        """What cannot be had; the whole demand where that is not told."""
        return self.demanded - (self.met or Decimal(0))

    @property
    def reason(self) -> str:
        """Why something is proposed, for people."""
        facts = {"sku": self.sku.merchant_code, "missing": plain(self.missing), "unit": self.sku.unit}
        return str(_WHY.with_facts(facts))


def shortages_of(actor: Actor, draft: Draft) -> list[Shortage]:
    """The lines of a draft that are short and have substitutes which the dealer may order now (TA-03).

    Only what is among the dealer's goods, is orderable and can be had is proposed, at the dealer's price.
    """
    short = _short_lines(draft)
    if not short:
        return []
    named = _named({one.sku.pk for one in short})
    if not named:
        return []
    names = {public_id for substitutes in named.values() for public_id in substitutes}
    offered = {
        name: found
        for name, found in offers_named(dealer_id=draft.dealer.pk, names=names).items()
        if found[1].orderable
    }
    pool = _Pool(actor, draft, [*offered.values()], [one.sku for one in short])
    found = []
    for line in short:
        others = [offered[name] for name in named.get(line.sku.pk, ()) if name in offered]
        one = pool.judged(line, [sku for sku, _offer in others])
        proposals = [pool.proposal(one, sku, offer) for sku, offer in others] if one.missing > 0 else []
        if useful := tuple(proposal for proposal in proposals if proposal):
            found.append(replace(one, proposals=useful))
    return found


def _short_lines(draft: Draft) -> list[Shortage]:
    """What the board grants too little of, and what refuses the request because stock is short."""
    asked = draft.wanted.lines
    found = {
        one.index: Shortage(one.index, one.sku, one.demanded, one.granted, is_kept=True)
        for one in draft.shorts
        if one.index < len(asked) and one.wanted.sku == asked[one.index].sku
    }
    codes = {problem.facts.get("sku") for problem in draft.problems if problem.code in STOCK_REASONS}
    for line in draft.lines:
        if line.sku.merchant_code in codes and line.wanted.sku == asked[line.index].sku:
            demanded = line.demanded or line.quantity
            found[line.index] = Shortage(line.index, line.sku, demanded, line.quantity, is_kept=False)
    return [found[index] for index in sorted(found)]


def _named(sku_ids: Collection[int]) -> dict[int, list[str]]:
    rows = Substitute.objects.filter(sku__in=sku_ids).order_by("sku", "position", "id")
    found: dict[int, list[str]] = {}
    for sku_id, public_id in rows.values_list("sku", "substitute__public_id"):
        found.setdefault(sku_id, []).append(public_id)
    return found


class _Pool:
    """What the dealer may still have of the substitutes, and of the short SKUs themselves."""

    def __init__(
        self, actor: Actor, draft: Draft, offered: Sequence[tuple[Sku, Offer]], short: Sequence[Sku]
    ) -> None:
        self.draft, self.places = draft, draft.settings.quantity_precision
        self.tells = draft.tells_stock
        self.is_bound = draft.settings.check_stock_at_submit
        self.ordered = {line.sku.pk: line.quantity for line in draft.lines}
        lines = {line.sku.pk: line.display_warehouse_id for line in draft.lines}
        demands = [Demand(sku.pk, sku.merchant_code, Decimal(1), lines.get(sku.pk)) for sku in short]
        demands += [
            Demand(sku.pk, sku.merchant_code, Decimal(1), offer.display_warehouse_id)
            for sku, offer in offered
        ]
        self.stock = self._stock(actor, demands)
        self.left = dict(draft.left)
        if draft.day is not None:
            more = {sku.pk for sku, _offer in offered} - set(draft.left)
            self.left |= supply_left(draft.dealer, draft.day, more, draft.wanted.order) if more else {}

    def _stock(self, actor: Actor, demands: Sequence[Demand]) -> Mapping[int, Decimal]:
        """The most that one of the order's warehouses has for the dealer, by SKU."""
        draft = self.draft
        takes_default = Allocation(draft.settings.allocation) is Allocation.FIRST
        houses = (
            [draft.warehouse]
            if draft.warehouse
            else warehouses_for(actor, draft.wanted.warehouse, takes_default=takes_default)
        )
        free = inventory.available(
            warehouse_ids=[house.pk for house in houses], sku_ids=[one.sku_id for one in demands]
        )
        need = replace(need_of(draft), demands=demands)
        best: dict[int, Decimal] = {}
        for house in houses:
            for sku_id, quantity in visible_in(house, need, free).items():
                best[sku_id] = max(best.get(sku_id, Decimal(0)), quantity)
        return best

    def judged(self, one: Shortage, others: Sequence[Sku]) -> Shortage:
        """The shortage as it stands: stock counts, and so do substitutes that are in the order already."""
        if one.is_kept:
            taken = sum((self.ordered.get(sku.pk, Decimal(0)) for sku in others), Decimal(0))
            return replace(one, met=(one.met or Decimal(0)) + taken)
        if not self.tells:
            return replace(one, met=None)
        granted = self.ordered.get(one.sku.pk, Decimal(0))
        most = min(granted, self.stock.get(one.sku.pk, Decimal(0)))
        return replace(one, met=orderable_up_to(most, self.places, one.sku.minimum, one.sku.multiple))

    def proposal(self, one: Shortage, sku: Sku, offer: Offer) -> Proposal | None:
        """What a substitute can do for a shortage; None when it can do nothing that may be told."""
        every = self.stock.get(sku.pk, Decimal(0))
        stock = max(every - self.ordered.get(sku.pk, Decimal(0)), Decimal(0))
        share = max(self.left[sku.pk], Decimal(0)) if sku.pk in self.left else None
        rest, whole = (
            self._stands_in(quantity, sku, stock, share) for quantity in (one.missing, one.demanded)
        )
        if not rest or not whole:
            return None
        told = [bound for bound in (share, stock if self.tells else None) if bound is not None]
        return Proposal(
            sku=sku,
            offer=offer,
            price=offer.price_at(rest),
            available=min(told, default=None),
            rest=None if one.met is None else rest,
            whole=whole,
            stock=every if self.tells and self.is_bound else None,
            share=None if share is None else share + self.ordered.get(sku.pk, Decimal(0)),
        )

    def _stands_in(self, asked: Decimal, sku: Sku, stock: Decimal, share: Decimal | None) -> Decimal:
        """As much as share and stock allow; nothing where as much as there is would tell the stock."""
        wanted = stands_in(asked, share, self.places, sku.minimum, sku.multiple)
        if not self.is_bound or wanted <= stock:
            return wanted
        most = orderable_up_to(stock, self.places, sku.minimum, sku.multiple)
        return most if self.tells else Decimal(0)


def shortage_facts(one: Shortage) -> dict[str, Any]:
    """A shortage with its proposals as JSON values, for the API."""
    return {
        "line": one.index,
        "sku": one.sku.public_id,
        "merchant_code": one.sku.merchant_code,
        "demanded": plain(one.demanded),
        "met": None if one.met is None else plain(one.met),
        "reason": one.reason,
        "proposals": [
            {
                "sku": found.sku.public_id,
                "merchant_code": found.sku.merchant_code,
                "name": catalog.display_name(found.sku),
                "unit": found.sku.unit,
                "price": plain(found.price),
                "available": None if found.available is None else plain(found.available),
                "for_missing": None if found.rest is None else plain(found.rest),
                "for_whole": plain(found.whole),
            }
            for found in one.proposals
        ],
    }
