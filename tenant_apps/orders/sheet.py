"""The workbook of orders: its columns, and how rows become orders. Pure.

Sources: W-141, W-142, capabilities.md §8 "Order import", G-28…G-32. The same columns are read from a
pasted table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from platform_core.kernel.addresses import misspelled
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.quantity import QUANTITY_MAX
from platform_core.kernel.regions import CHINA
from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks.columns import Choice, Column, Kind
from platform_core.workbooks.reading import Row
from tenant_apps.orders.rules import LINES_MAX, Address, Wanted, WantedLine

ROWS_MAX = 20_000
INVOICES = (
    Choice("0", "no invoice", "不开票"),
    Choice("1", "ordinary VAT invoice", "增值税普通发票"),
    Choice("2", "special VAT invoice", "增值税专用发票"),
    Choice("3", "electronic invoice", "电子发票"),
)
NOTES = (
    noop("Rows with the same order number are one order. A row without a number is an order of its own."),
    noop("Each order is submitted by itself. One that cannot be accepted waits among the raw orders."),
    noop("Invoice: 0 none, 1 ordinary VAT, 2 special VAT, 3 electronic."),
)
# Of rows with one number these must be the same.
HEADER = (
    *("shop", "carrier", "warehouse", "nickname", "country", "region1", "region2", "region3", "postcode"),
    *("line1", "consignee", "mobile", "phone", "invoice_kind", "memo", "service_memo"),
)
_ADDRESS = ("region1", "region2", "region3", "postcode", "line1", "consignee")
_TEXTS = ("carrier", "warehouse", "nickname", "memo", "service_memo")
_FREE = Decimal(0)
_DIFFERS = noop("Row {first} of the same order says “{other}”. Write the same in all rows of an order.")
_REPEATED = noop("{code} stands in row {first} of this order already. Put the quantities together.")
_TOO_MANY = noop("An order has at most {maximum} lines. Give the rest another number.")
_NO_PHONE = noop("Enter a mobile number or a phone number.")
_QUANTITY = noop("The quantity must be more than 0.")


def columns(*, country: str, carrier_required: bool) -> tuple[Column, ...]:
    """The columns; the supplier decides whether the carrier is required, its country whether regions are."""
    chinese = country == CHINA
    return (
        Column("number", "Order number", "原始单号", max_length=80, help=_HELP["number"]),
        Column("shop", "Shop code", "店铺编号", required=True, max_length=40, help=_HELP["shop"]),
        Column("carrier", "Carrier code", "物流公司编号", required=carrier_required, max_length=40),
        Column("warehouse", "Warehouse code", "仓库编号", max_length=40, help=_HELP["warehouse"]),
        Column("nickname", "Customer nickname", "客户网名", max_length=120, help=_HELP["nickname"]),
        Column("country", "Country", "国家", max_length=2, help=_HELP["country"]),
        Column("region1", "Province", "省", required=chinese, max_length=60, help=_HELP["region1"]),
        Column("region2", "City", "市", required=chinese, max_length=60),
        Column("region3", "District", "区", max_length=60),
        Column("postcode", "Postcode", "邮编", max_length=20),
        Column("line1", "Address", "地址", required=True, max_length=200),
        Column("consignee", "Consignee", "收货人", required=True, max_length=80),
        Column("mobile", "Mobile", "手机", max_length=30, help=_HELP["mobile"]),
        Column("phone", "Phone", "电话", max_length=30, help=_HELP["phone"]),
        Column("code", "Merchant code", "商家编码", required=True, max_length=60),
        Column("quantity", "Quantity", "数量", Kind.DECIMAL, required=True, places=3, maximum=QUANTITY_MAX),
        Column("pack", "Unit or pack", "单位", max_length=20, help=_HELP["pack"]),
        Column(
            "sales_price",
            "Sales price",
            "销售价格",
            Kind.DECIMAL,
            minimum=_FREE,
            help=_HELP["sales_price"],
        ),
        Column("invoice_kind", "Invoice", "发票类别", Kind.CHOICE, choices=INVOICES, help=_HELP["invoice"]),
        Column("memo", "Customer memo", "客户备注", max_length=500),
        Column("service_memo", "Service memo", "客服备注", max_length=500),
        Column("note", "Line note", "备注", max_length=200),
    )


_HELP: Mapping[str, Sentence] = {
    "number": noop("Your own order number, used once. Blank: each row is an order and gets a number."),
    "shop": noop("The code of one of your shops."),
    "warehouse": noop("Blank: the warehouse is chosen automatically."),
    "nickname": noop("Blank: the dealer's name and the consignee."),
    "country": noop("Two letters. Blank: the supplier's country."),
    "region1": noop("In China spelled in full: 浙江省, 北京; the city 杭州市, 北京市."),
    "mobile": noop("A mobile or a phone number is required; the mobile number goes first."),
    "phone": noop("In China with area code and hyphen: 010-1234567."),
    "pack": noop("Blank: the base unit."),
    "sales_price": noop("What your own customer paid, for your profit. Blank: the retail price."),
    "invoice": noop("The number of the kind. Blank: no invoice."),
}


@dataclass(slots=True)
class Taken:
    """An order as its rows say it; `row` is its first one. `rows` names the row of each line."""

    row: int
    wanted: Wanted
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a cell, for whoever knows the table."""

    row: Row
    key: str
    code: str
    sentence: Sentence
    facts: Mapping[str, Any]


def orders_in(rows: Iterable[Row], country: str) -> tuple[list[Taken], list[Fault]]:
    """The orders that rows make, and what is wrong with them. Rows of one shop and number are one order.

    `country` is the supplier's, where a row names none.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        number = str(row.values.get("number") or "")
        key = (str(row.values["shop"]), number) if number else ("", f"\n{row.number}")
        groups.setdefault(key, []).append(row)
    faults: list[Fault] = []
    taken = [_order(group, country, faults) for group in groups.values()]
    return taken, faults


def _order(rows: list[Row], country: str, faults: list[Fault]) -> Taken:
    first = rows[0]
    for row in rows[1:]:
        faults += _differences(first, row)
    faults += _repeated(rows)
    faults += _address_faults(first, country)
    faults += [
        Fault(row, "quantity", "quantity_not_positive", _QUANTITY, {})
        for row in rows
        if _decimal(row, "quantity") <= 0
    ]
    if len(rows) > LINES_MAX:
        faults.append(Fault(rows[LINES_MAX], "number", "too_many_lines", _TOO_MANY, {"maximum": LINES_MAX}))
    texts: dict[str, Any] = {name: _text(first, name) for name in _TEXTS}
    wanted = Wanted(
        lines=tuple(_line(row) for row in rows),
        address=Address(**_address(first, country)),
        shop=_text(first, "shop"),
        client_ref=_text(first, "number"),
        invoice_kind=int(_text(first, "invoice_kind") or 0),
        **texts,
    )
    return Taken(first.number, wanted, [row.number for row in rows])


def _line(row: Row) -> WantedLine:
    price = row.values.get("sales_price")
    return WantedLine(
        _text(row, "code"),
        _decimal(row, "quantity"),
        _text(row, "pack"),
        price if isinstance(price, Decimal) else None,
        _text(row, "note"),
    )


def _address(row: Row, country: str) -> dict[str, str]:
    return {
        "country": _text(row, "country").upper() or country,
        "phone": _text(row, "mobile") or _text(row, "phone"),
        **{name: _text(row, name) for name in _ADDRESS},
    }


def _address_faults(row: Row, country: str) -> list[Fault]:
    """G-30…G-32: regions spelled as on Taobao, both numbers of the right form, at least one of them."""
    if not (_text(row, "mobile") or _text(row, "phone")):
        return [Fault(row, "mobile", "required", _NO_PHONE, {})]
    address = _address(row, country)
    keys = {"phone": "mobile" if _text(row, "mobile") else "phone"}
    faults = [_fault(row, problem, keys) for problem in misspelled(address)]
    if _text(row, "mobile") and _text(row, "phone"):
        other = misspelled({"country": address["country"], "phone": _text(row, "phone")})
        faults += [_fault(row, one, {}) for one in other if one.pointer == "/phone"]
    return faults


def _fault(row: Row, problem: FieldProblem, keys: Mapping[str, str]) -> Fault:
    name = problem.pointer.removeprefix("/")
    return Fault(row, keys.get(name, name), problem.code, problem.message, problem.facts)


def _differences(first: Row, row: Row) -> list[Fault]:
    return [
        Fault(row, key, "order_differs", _DIFFERS, {"first": first.number, "other": _text(first, key) or "–"})
        for key in HEADER
        if _text(row, key) != _text(first, key)
    ]


def _repeated(rows: list[Row]) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for row in rows:
        code = _text(row, "code")
        earlier = seen.setdefault(code, row.number)
        if earlier != row.number:
            faults.append(Fault(row, "code", "line_repeated", _REPEATED, {"code": code, "first": earlier}))
    return faults


def _text(row: Row, key: str) -> str:
    value = row.values.get(key)
    return "" if value is None else str(value)


def _decimal(row: Row, key: str) -> Decimal:
    value = row.values.get(key)
    return value if isinstance(value, Decimal) else Decimal(0)


def examples(shop: str) -> tuple[dict[str, Any], ...]:
    """Two orders as the template shows them: the first has two lines, the second no number."""
    one = {
        "number": "TB-1001",
        "shop": shop,
        "region1": "浙江省",
        "region2": "杭州市",
        "region3": "西湖区",
        "line1": "文三路 1 号",
        "consignee": "张三",
        "mobile": "13800138000",
    }
    return (
        {**one, "code": "WATER-550", "quantity": Decimal(24)},
        {**one, "code": "TEA-500", "quantity": Decimal(2), "sales_price": Decimal("4.5")},
        {
            "shop": shop,
            "region1": "北京",
            "region2": "北京市",
            "line1": "建国路 8 号",
            "consignee": "李四",
            "phone": "010-1234567",
            "code": "WATER-550",
            "quantity": Decimal(12),
            "invoice_kind": "1",
        },
    )
