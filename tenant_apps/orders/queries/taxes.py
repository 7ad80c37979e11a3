"""The taxed parts of orders, and their lines as rows of a file. What is at hand is not asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency, Money
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.orders.models import AdjustmentKind, OrderAdjustment, SalesOrder, SalesOrderLine
from tenant_apps.orders.queries.lists import STATE_CHOICES
from tenant_apps.orders.taxes import FEE, FREIGHT, GOODS, Part, part_of

ORDERS_MAX = 20_000
_PIECE = 200
_KINDS = (
    Choice(GOODS, "goods", "货品"),
    Choice("gift", "gift", "赠品"),
    Choice(FREIGHT, "freight", "运费"),
    Choice(FEE, "service fee", "服务费"),
    Choice("goods_adjustment", "goods adjustment", "货款调整"),
    Choice("freight_adjustment", "freight adjustment", "运费调整"),
)
LINE_COLUMNS = (
    Column("number", "Order", "订单号"),
    Column("placed_at", "Placed", "下单时间"),
    Column("state", "State", "状态", Kind.CHOICE, choices=STATE_CHOICES),
    Column("dealer", "Dealer", "分销商"),
    Column("shop", "Shop", "店铺"),
    Column("client_ref", "Reference", "分销商单号"),
    Column("kind", "Kind", "类别", Kind.CHOICE, choices=_KINDS),
    Column("position", "Line", "行号", Kind.INTEGER),
    Column("code", "Merchant code", "商家编码"),
    Column("own_code", "Dealer's own code", "分销商自有编码"),
    Column("name", "Name", "名称"),
    Column("quantity", "Quantity", "数量", Kind.DECIMAL),
    Column("unit", "Unit", "单位"),
    Column("price", "Price", "单价", Kind.DECIMAL),
    Column("discount", "Discount", "优惠", Kind.DECIMAL),
    Column("net", "Net", "不含税金额", Kind.DECIMAL),
    Column("rate", "Tax rate %", "税率%", Kind.DECIMAL),
    Column("tax", "Tax", "税额", Kind.DECIMAL),
    Column("gross", "Gross", "含税金额", Kind.DECIMAL),
    Column("shipped", "Shipped", "已发数量", Kind.DECIMAL),
    Column("received", "Received", "已收数量", Kind.DECIMAL),
    Column("note", "Note", "备注"),
)


def parts_of(order: SalesOrder, lines: Iterable[SalesOrderLine]) -> list[Part]:
    """The order's lines, its freight and its fee, taxed at the rates they were placed or reviewed with."""
    found = [
        Part(GOODS, line.tax_rate, line.net_minor, line.tax_minor, line.gross_minor, line.position)
        for line in lines
    ]
    return [*found, *_services(order)]


def _services(order: SalesOrder) -> list[Part]:
    included = order.tax_included
    facts = (
        (FREIGHT, order.freight_minor, order.freight_tax_minor, order.freight_tax_rate),
        (FEE, order.fee_minor, order.fee_tax_minor, order.fee_tax_rate),
    )
    return [part_of(kind, shown, tax, rate, tax_included=included) for kind, shown, tax, rate in facts]


def line_rows(rows: QuerySet[SalesOrder]) -> Iterator[Mapping[str, Any]]:
    """What each order consists of, as cells: lines, then freight, fee and adjustments where there are any.

    The gross column adds up to the orders' totals. Two statements for 200 orders; at most 20,000 orders.
    """
    zone = ZoneInfo(serving().timezone)
    chosen = rows.select_related("dealer", "shop").prefetch_related("lines", "adjustments__line")
    for order in chosen[:ORDERS_MAX].iterator(chunk_size=_PIECE):
        head = {
            "number": order.number,
            "placed_at": f"{order.placed_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "state": order.state,
            "dealer": order.dealer.name,
            "shop": order.shop.name,
            "client_ref": order.client_ref,
        }
        for cells in _cells_of(order):
            yield {**head, **cells}


def _cells_of(order: SalesOrder) -> Iterator[dict[str, Any]]:
    currency = Currency(order.currency)
    for line in sorted(order.lines.all(), key=lambda one: one.position):
        yield _line_cells(line, currency)
    for part in _services(order):
        if part.gross:
            yield {"kind": part.kind, **_taxed(part, currency)}
    for one in sorted(order.adjustments.all(), key=lambda one: one.pk):
        if one.undone_at is None:
            yield _adjustment_cells(one, currency)


def _line_cells(line: SalesOrderLine, currency: Currency) -> dict[str, Any]:
    part = Part(GOODS, line.tax_rate, line.net_minor, line.tax_minor, line.gross_minor)
    return {
        "kind": "gift" if line.is_gift else GOODS,
        "position": line.position,
        "code": line.merchant_code,
        "own_code": line.own_code,
        "name": line.name,
        "quantity": _short(line.quantity),
        "unit": line.unit,
        "price": _short(line.settlement_price),
        "discount": _amount(line.discount_minor, currency),
        **_taxed(part, currency),
        "shipped": _short(line.shipped),
        "received": _short(line.received),
        "note": line.note,
    }


def _adjustment_cells(one: OrderAdjustment, currency: Currency) -> dict[str, Any]:
    is_goods = one.kind == AdjustmentKind.GOODS
    return {
        "kind": "goods_adjustment" if is_goods else "freight_adjustment",
        "position": one.line.position if one.line else None,
        "gross": _amount(one.amount_minor, currency),
        "note": one.reason,
    }


def _taxed(part: Part, currency: Currency) -> dict[str, Any]:
    return {
        "net": _amount(part.net, currency),
        "rate": _short(part.rate),
        "tax": _amount(part.tax, currency),
        "gross": _amount(part.gross, currency),
    }


def _amount(minor: int, currency: Currency) -> Decimal:
    return Money(minor, currency).amount


def _short(number: Decimal) -> Decimal:
    return number.normalize()
