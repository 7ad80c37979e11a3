"""What lies on the desks when the demo's year ends: counts, transfers, messages, what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, QuerySet

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from public_site.demo.once import Part
from public_site.demo.people import Partner, dealers
from public_site.demo.stage import actor_named, operation
from public_site.demo.terms import CLERK, GROUPS, MARKETS
from tenant_apps.catalog.models import Category
from tenant_apps.dealers.models import DealerAddress, DealerGroup
from tenant_apps.inventory.commands.stock_takes import (
    GoodsToCount,
    LineCount,
    count_stock_take,
    post_stock_take,
    start_stock_take,
)
from tenant_apps.inventory.commands.transfers import (
    TransferLine,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from tenant_apps.inventory.commands.warnings import WarningLine, set_warning_lines
from tenant_apps.inventory.models import Stock, StockTake
from tenant_apps.logistics.models import Warehouse
from tenant_apps.orders.commands.closing import close_rest
from tenant_apps.orders.commands.lines import cancel_line
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.profit import set_sales_prices
from tenant_apps.orders.commands.raw import cancel_raw_order
from tenant_apps.orders.commands.saved import commit_saved, save_order
from tenant_apps.orders.commands.supply import add_board, publish_board
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.commands.talk import see_messages, write_message
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.ordering_window import ordering_window
from tenant_apps.orders.rules import Address, Wanted, WantedLine

CENT = Decimal("0.01")
_STOPPED = "Discontinued by the producer"
_WATER, _TEA, _SHORT_WATER, _SHORT_TISSUE = "P002-02", "P032-04", "P007-02", "P039-02"


def papers(owner: Actor) -> list[Part]:
    """The parts, in their order. Those that an unfinished year gives no order for stay empty."""
    return [
        ("closed rest", lambda: _close_a_rest(owner)),
        ("cancelled line", lambda: _cancel_a_line(owner)),
        ("messages", lambda: _talk(owner)),
        ("sales prices", _resell),
        ("raw orders", _leave_waiting),
        ("order above a limit", _order_above_limit),
        ("supply board", lambda: _share_out(owner)),
        ("saved orders", _save),
        ("warning lines", lambda: _warn(owner)),
        ("stock takes", lambda: _count(owner)),
        ("transfers", lambda: _move(owner)),
    ]


def _close_a_rest(owner: Actor) -> None:
    order = _orders("partly_shipped").order_by("placed_at").first()
    if order is not None:
        close_rest(
            actor=owner, operation_id=operation("close-rest"), order_id=order.public_id, reason=_STOPPED
        )


def _cancel_a_line(owner: Actor) -> None:
    for order in _orders("approved").order_by("-placed_at"):
        lines = order.lines.filter(is_gift=False, shipped=0)
        if lines.count() > 2 and not order.lines.filter(shipped__gt=0).exists():
            last = lines.order_by("-position")[0]
            cancel_line(
                actor=owner, operation_id=operation("cancel-line"), order_id=order.public_id,
                line=last.position, reason=_STOPPED,
            )  # fmt: skip
            return


def _talk(owner: Actor) -> None:
    """An answered question, one that Dora has not read, one that waits for the supplier."""
    dora, sam = actor_named("dora"), actor_named("sam")
    said = (
        (dora, "Could you deliver on Thursday? We are closed for a stock take on Wednesday."),
        (owner, "Thursday works, the driver comes between 8 and 10."),
        (dora, "谢谢！Please ring at the back door."),
    )
    orders = list(_orders().filter(dealer__code="D001").order_by("-placed_at")[:3])
    for order, part in zip(
        orders, (said, ((sam, "One carton comes with the next delivery."),), said[:1]), strict=False
    ):
        for place, (actor, text) in enumerate(part):
            with clock.at(clock.now() - timedelta(minutes=90 - 20 * place)):
                write_message(
                    actor=actor, operation_id=operation(f"message-{order.number}-{place}"),
                    order_id=order.public_id, text=text,
                )  # fmt: skip
        if part is said:
            see_messages(actor=owner, order_id=order.public_id)
            see_messages(actor=dora, order_id=order.public_id)


def _resell() -> None:
    """Dora writes down what her customers pay, on her last orders."""
    dora = actor_named("dora")
    for order in _orders().filter(dealer__code="D001").order_by("-placed_at")[:8]:
        prices = {
            line.position: (line.retail_price * Decimal("0.92")).quantize(CENT)
            for line in order.lines.filter(is_gift=False)
        }
        set_sales_prices(actor=dora, order_id=order.public_id, prices=prices)


def _leave_waiting() -> None:
    """One raw order of each mark, and one that was given up; all for the house of the first dealer."""
    dora, home = actor_named("dora"), _address("D001")
    far = replace(home, region1="西藏自治区", region2="拉萨市", region3="城关区", line1="北京东路 9 号")
    asked: tuple[tuple[str, str, Wanted], ...] = (
        ("PO-7001", "excel", Wanted((_line("P900-01", 24), _line(_WATER, 48)), home)),
        ("PO-7002", "excel", Wanted((_line(_WATER, 48),), home, warehouse="SH", carrier="SF")),
        ("PO-7003", "paste", Wanted((_line(_WATER, 90_000),), home)),
        ("PO-7004", "api", Wanted((_line(_TEA, 900),), home)),
        ("PO-7005", "excel", Wanted((_line(_WATER, 48),), replace(home, phone="12", consignee=""))),
        ("PO-7006", "paste", Wanted((_line(_WATER, 90_000), _line(_TEA, 4)), home, warehouse="GZ")),
        ("PO-7007", "api", Wanted((_line(_WATER, 24),), far)),
        ("PO-7008", "excel", Wanted((_line(_WATER, 30_000),), home, memo="Second copy of PO-7003")),
    )
    for reference, source, wanted in asked:
        raw = take_order(
            actor=dora, operation_id=operation(f"raw-{reference}"),
            wanted=replace(wanted, client_ref=reference), source=source,
        )  # fmt: skip
    cancel_raw_order(
        actor=dora, operation_id=operation("raw-cancel"), raw_id=raw.public_id, reason="Came in twice"
    )


def _order_above_limit() -> None:
    """Dan asks for more than he may spend alone: Dora finds it."""
    lines = (_line(_WATER, 240), _line(_TEA, 30))
    wanted = Wanted(lines, _address("D001"), memo="For the new shelf")
    place_order(actor=actor_named(CLERK), operation_id=operation("above-limit"), wanted=wanted, source="pad")


def _share_out(owner: Actor) -> None:
    """What there is of scarce goods, shared out over the market halls for the order day that is open."""
    standing = ordering_window(actor_named(_market_dealers()[0].login))
    if standing is None or standing.window is None:
        return
    group = DealerGroup.objects.get(name=MARKETS)
    day = standing.window.day
    totals = [(_SHORT_WATER, Decimal(480)), ("P017-02", Decimal(240)), (_SHORT_TISSUE, Decimal(60))]
    board = add_board(actor=owner, group_id=group.public_id, day=day, totals=totals, note="Short this week")
    publish_board(actor=owner, board_id=board.public_id)
    add_board(
        actor=owner, group_id=group.public_id, day=day + timedelta(days=7), totals=totals[:2], weeks=26,
        note="Waits for the producer's word",
    )  # fmt: skip


def _save() -> None:
    """While the calendar is open, one dealer of the market halls saves an order and another one buys."""
    is_bought = False
    for partner in _market_dealers():
        dealer = actor_named(partner.login)
        standing = ordering_window(dealer)
        if standing is None or standing.window is None or standing.order is not None:
            continue
        wanted = Wanted((_line(_SHORT_WATER, 144), _line(_SHORT_TISSUE, 12)), _address(partner.code))
        raw = save_order(
            actor=dealer, operation_id=operation(f"save-{partner.code}"), wanted=wanted, source="pad"
        )
        if is_bought:
            return
        commit_saved(actor=dealer, operation_id=operation(f"commit-{partner.code}"), raw_id=raw.public_id)
        is_bought = True


def _warn(owner: Actor) -> None:
    house = _house("HZ")
    lines = (("P001-02", "3500"), ("P021-04", "2000"), ("P036-02", "3000"), ("P060-05", "0"))
    items = [WarningLine(line, merchant_code=code) for code, line in lines]
    set_warning_lines(actor=owner, warehouse=house.public_id, items=items)


def _count(owner: Actor) -> None:
    """One posted with differences, one posted that leaves a shortage, one half counted."""
    coffee = Category.objects.get(name="Coffee").public_id
    _posted(owner, "coffee", GoodsToCount(category=coffee), "Coffee shelf", {0: -2, 3: 5, 7: -1})
    held = Stock.objects.filter(warehouse=_house("HZ"), reserved__gt=6, on_hand__gt=F("reserved"))
    codes = held.order_by("-reserved", "pk").values_list("sku__merchant_code", flat=True)[:3]
    if len(codes) == 3:
        worst = held.get(sku__merchant_code=codes[0])
        missing = int(worst.reserved - worst.on_hand) - 4
        goods = GoodsToCount(merchant_codes=tuple(codes))
        _posted(owner, "burst", goods, "A burst pipe in aisle 4", {0: missing})
    soda = GoodsToCount(q="Red Panda")
    take = start_stock_take(
        actor=owner, operation_id=operation("take-soda"), warehouse=_house("GZ").public_id, goods=soda,
        note="Soft drinks, second shift",
    )  # fmt: skip
    _counted(owner, take, "soda", {0: 0, 1: -3, 2: 0, 4: 12})


def _posted(owner: Actor, name: str, goods: GoodsToCount, note: str, off: Mapping[int, int]) -> None:
    take = start_stock_take(
        actor=owner, operation_id=operation(f"take-{name}"), warehouse=_house("HZ").public_id, goods=goods,
        note=note,
    )  # fmt: skip
    _counted(owner, take, name, {place: off.get(place, 0) for place in range(take.lines.count())})
    post_stock_take(actor=owner, operation_id=operation(f"post-{name}"), stock_take_id=take.public_id)


def _counted(owner: Actor, take: StockTake, name: str, off: Mapping[int, int]) -> None:
    """Enter counts by place of the line, each so much off what lies there."""
    held = dict(Stock.objects.filter(warehouse=take.warehouse).values_list("sku", "on_hand"))
    counts = [
        LineCount(
            str(max(held.get(line.sku_id, Decimal(0)) + off[place], Decimal(0))), line.sku.merchant_code
        )
        for place, line in enumerate(take.lines.select_related("sku").order_by("position"))
        if place in off
    ]
    count_stock_take(
        actor=owner, operation_id=operation(f"count-{name}"), stock_take_id=take.public_id, counts=counts
    )


def _move(owner: Actor) -> None:
    """One received with a loss, one on its way, one being written: what is scarce in the south."""
    notes = ("Weekly truck", "Weekly truck", "For next week, ask the driver first")
    for place, note in enumerate(notes):
        lines = [TransferLine(str(240 - 60 * place), code) for code in ("P003-02", "P007-05", "P012-03")]
        row = create_transfer(
            actor=owner, operation_id=operation(f"transfer-{place}"), origin=_house("HZ").public_id,
            destination=_house("GZ").public_id, lines=lines, note=note,
        )  # fmt: skip
        if place < 2:
            send_transfer(
                actor=owner, operation_id=operation(f"transfer-{place}-send"), transfer_id=row.public_id
            )
        if place == 0:
            receive_transfer(
                actor=owner, operation_id=operation(f"transfer-{place}-receive"), transfer_id=row.public_id,
                received=[TransferLine("236", "P003-02")],
            )  # fmt: skip


def _orders(*states: str) -> QuerySet[SalesOrder]:
    rows = SalesOrder.objects.order_by("pk")
    return rows.filter(state__in=states) if states else rows


def _house(code: str) -> Warehouse:
    return Warehouse.objects.get(code=code)


def _line(code: str, quantity: int) -> WantedLine:
    return WantedLine(code, Decimal(quantity))


def _address(code: str) -> Address:
    row = DealerAddress.objects.filter(dealer__code=code, is_default=True).get()
    return Address(**{name: getattr(row, name) for name in Address().columns()})


def _market_dealers() -> list[Partner]:
    codes = GROUPS[MARKETS]
    return [partner for partner in dealers() if partner.code in codes]
