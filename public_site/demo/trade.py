"""A year of trade on a staged clock, by the same commands people use: each event in its order of time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from public_site.demo.people import Partner, dealers
from public_site.demo.stage import Tell, actor_named, operation
from public_site.demo.terms import GROUPS, MARKETS
from tenant_apps.aftersales.commands import confirm_receipt
from tenant_apps.aftersales.rules import ReceivedLine
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.inventory.commands import Counted, import_stock
from tenant_apps.inventory.models import Stock, StockOut
from tenant_apps.ledger import queries as ledger
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, create_top_up
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.back import cancel_order, reject_order
from tenant_apps.orders.commands.finance import AdjustmentWanted, approve_order
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.rules import Address, Wanted, WantedLine
from tenant_apps.orders.states import OrderState
from tenant_apps.strategies.queries.overlay import offers

SEED = 20260117
YEAR = timedelta(days=365)
LATELY = timedelta(days=3)
RESTOCK_EVERY = timedelta(days=14)
FULL_SHELF = Decimal(4000)
_SOUTH = {"广东省", "福建省", "湖南省", "广西壮族自治区"}


def scarce(place: int) -> tuple[bool, bool]:
    """Whether the SKU at this place of the list is nearly gone in Hangzhou, in Guangzhou."""
    return place % 23 == 5, place % 23 == 11


@dataclass(order=True)
class Event:
    """Something that happens at a time; `number` keeps the order of equal times."""

    at: datetime
    number: int
    act: Callable[[], None] = field(compare=False)


@dataclass
class Player:
    """A dealer with who acts for it and what it may buy."""

    partner: Partner
    dealer: Dealer
    actor: Actor
    address: Address
    skus: list[Sku]


class Trade:
    """The simulation: a queue of events, a seeded dice, and the people who act."""

    def __init__(self, owner: Actor, end: datetime, orders: int, tell: Tell) -> None:
        self.owner, self.end, self.orders, self.tell = owner, end, orders, tell
        self.start = end - YEAR
        self.dice = random.Random(SEED)  # noqa: S311 - a demo must be repeatable, not secret
        self.queue: list[Event] = []
        self.count = 0
        self.done = 0

    def run(self) -> None:
        """Play the year. What happened in an earlier, interrupted run is replayed without effect."""
        self.players = self._players()
        self.finance = actor_named("sam")
        self.houses = {house.code: house for house in Warehouse.objects.all()}
        day = self.start
        while day < self.end:
            self._at(day, self._restock)
            day += RESTOCK_EVERY
        for number, moment in enumerate(self._moments()):
            self._at(moment, self._ordering(number))
        while self.queue:
            event = heapq.heappop(self.queue)
            if event.at < self.end:
                with clock.at(event.at):
                    event.act()

    def _moments(self) -> list[datetime]:
        """When dealers order: over the whole year, an eighth of it lately, so that every state is there."""
        recent = self.orders // 8
        spans = [YEAR] * (self.orders - recent) + [LATELY] * recent
        return sorted(self.end - span * self.dice.random() for span in spans)

    def _at(self, instant: datetime, act: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.queue, Event(instant, self.count, act))

    def _later(self, hours: tuple[int, int], act: Callable[[], None]) -> None:
        self._at(clock.now() + timedelta(minutes=self.dice.randint(hours[0] * 60, hours[1] * 60)), act)

    def _players(self) -> list[Player]:
        found = []
        shelf = Sku.objects.filter(enabled=True).order_by("pk")
        skus = {sku.pk: sku for place, sku in enumerate(shelf) if not any(scarce(place))}
        rows = {dealer.code: dealer for dealer in Dealer.objects.select_related("level")}
        for partner in dealers():
            dealer = rows[partner.code]
            province, city, district, street = partner.place
            address = Address(
                region1=province,
                region2=city,
                region3=district,
                line1=f"{street} {int(partner.code[1:]) * 7} 号",
                consignee=partner.person,
                phone=partner.phone,
            )
            orderable = [pk for pk, offer in offers(dealer_id=dealer.pk).items() if offer.orderable]
            offered = [skus[pk] for pk in orderable if pk in skus]
            offered.sort(key=lambda sku: sku.merchant_code)
            found.append(Player(partner, dealer, actor_named(partner.login), address, offered))
        return found

    def _restock(self) -> None:
        """Fill the shelves again; a few goods stay scarce, so that the low end can be seen."""
        for code, house in self.houses.items():
            held = {s.sku_id: s for s in Stock.objects.filter(warehouse=house)}
            rows = []
            for place, sku in enumerate(Sku.objects.order_by("pk")):
                stock = held.get(sku.pk)
                reserved = stock.reserved if stock else Decimal(0)
                count = reserved + (
                    Decimal(place % 9) if scarce(place)[code == "GZ"] else FULL_SHELF - 37 * (place % 40)
                )
                rows.append(Counted(on_hand=str(count), merchant_code=sku.merchant_code))
            import_stock(
                actor=self.owner,
                operation_id=operation(f"stock-{code}-{clock.now():%Y%m%d}"),
                warehouse=house.public_id,
                rows=rows,
            )

    def _ordering(self, number: int) -> Callable[[], None]:
        weights = [player.partner.appetite for player in self.players]
        player = self.dice.choices(self.players, weights)[0]
        return lambda: self._order(number, player)

    def _order(self, number: int, player: Player) -> None:
        if player.partner.code in GROUPS[MARKETS] and clock.now() > self.end - LATELY:
            return  # their order day that is open now is left to the papers
        wanted = self._basket(number, player)
        try:
            self._afford(number, player)
            order = place_order(
                actor=player.actor, operation_id=operation(f"order-{number}"), wanted=wanted, source="pad"
            )
        except DomainError:
            return  # scarce goods: this dealer goes without today
        self.done += 1
        if self.done % 100 == 0:
            self.tell(f"{self.done} of {self.orders} orders")
        self._later((0, 9), lambda: self._review(number, player, order.public_id))

    def _basket(self, number: int, player: Player) -> Wanted:
        lines = []
        for sku in self.dice.sample(player.skus, self.dice.randint(3, 12)):
            step = max(sku.multiple, Decimal(1))
            quantity = max(step * self.dice.randint(1, 4 if step > 1 else 18), sku.minimum)
            lines.append(WantedLine(sku.public_id, quantity))
        south = player.partner.place[0] in _SOUTH
        return Wanted(
            lines=tuple(lines),
            address=player.address,
            warehouse="GZ" if south else "HZ",
            carrier=self.dice.choices(["SF", "ZTO", "OWN"], [4, 5, 1])[0],
            client_ref=f"PO-{number + 1:05d}" if number % 3 == 0 else "",
            memo="Please deliver before 10 a.m." if number % 11 == 0 else "",
        )

    def _afford(self, number: int, player: Player) -> None:
        """Top the wallet up before it is too low for a usual order."""
        if ledger.available(player.dealer.pk).minor > 900_000:
            return
        amount = self.dice.choice(["20000.00", "30000.00", "50000.00"])
        top_up = create_top_up(
            actor=player.actor,
            operation_id=operation(f"top-up-{number}"),
            facts=TopUpFacts(amount=amount, method="bank", paid_from=player.dealer.name),
        )
        approve_top_up(
            actor=self.owner, operation_id=operation(f"top-up-{number}-approve"), top_up=top_up.public_id
        )

    def _review(self, number: int, player: Player, order_id: str) -> None:
        luck = self.dice.random()
        try:
            if luck < 0.03 and player.partner.code not in GROUPS[MARKETS]:
                cancel_order(
                    actor=player.actor, operation_id=operation(f"cancel-{number}"), order_id=order_id,
                    reason="Ordered twice",
                )  # fmt: skip
                return
            order = review_order(
                actor=player.actor, operation_id=operation(f"review-{number}"), order_id=order_id
            )
        except DomainError:
            return  # the order keeps its mark
        if order.state == OrderState.PENDING_FINANCE:
            self._later((1, 30), lambda: self._finance(number, player, order_id))
        else:
            self._later((3, 40), lambda: self._ship(number, player, order.pk))

    def _finance(self, number: int, player: Player, order_id: str) -> None:
        order = SalesOrder.objects.get(public_id=order_id)
        luck = self.dice.random()
        if luck < 0.05:
            reject_order(
                actor=self.owner, operation_id=operation(f"reject-{number}"), order_id=order_id,
                reason="Please choose another carrier",
            )  # fmt: skip
            return
        approval = order.approval
        if approval and approval["level"] + 1 < len(approval["levels"]):
            approve_order(actor=self.finance, operation_id=operation(f"sign-{number}"), order_id=order_id)
            self._later((1, 20), lambda: self._finance(number, player, order_id))
            return
        adjustments = []
        if luck < 0.45:
            adjustments.append(
                AdjustmentWanted("goods", -order.goods_minor // 50, "Quarter-end discount 2 %")
            )
        if luck > 0.8:
            adjustments.append(AdjustmentWanted("freight", 1500, "Pallet fee"))
        approve_order(
            actor=self.owner,
            operation_id=operation(f"approve-{number}"),
            order_id=order_id,
            adjustments=adjustments,
        )
        self._later((2, 30), lambda: self._ship(number, player, order.pk))

    def _ship(self, number: int, player: Player, order_pk: int) -> None:
        stock_out = StockOut.objects.filter(source_kind="order", source_id=order_pk, state="open").first()
        if stock_out is None:
            return
        lines = list(stock_out.lines.order_by("position"))
        partly = (
            self.dice.random() < 0.1 and len(lines) > 2 and stock_out.lines.filter(shipped__gt=0).count() == 0
        )
        quantities = {line.position: line.quantity for line in lines[: len(lines) // 2]} if partly else None
        part = "a" if partly else "b"
        try:
            shipment = ship_stock_out(
                actor=self.owner,
                operation_id=operation(f"ship-{number}-{part}"),
                stock_out_id=stock_out.public_id,
                tracking_number=f"SF{number:06d}{part.upper()}",
                quantities=quantities,
            )
        except DomainError:
            return
        self._later((20, 110), lambda: self._receive(number, player, shipment))
        if partly:
            self._later((24, 80), lambda: self._ship(number, player, order_pk))

    def _receive(self, number: int, player: Player, shipment: Shipment) -> None:
        lines = list(shipment.lines.select_related("stock_out_line"))
        short: tuple[ReceivedLine, ...] = ()
        if self.dice.random() < 0.04:
            first = lines[0]
            short = (
                ReceivedLine(
                    first.stock_out_line.position, max(first.quantity - 1, Decimal(0)), replenish=True
                ),
            )
        confirm_receipt(
            actor=player.actor,
            operation_id=operation(f"receive-{shipment.number}"),
            shipment_id=shipment.public_id,
            lines=short,
            note="One carton was damaged" if short else "",
        )
