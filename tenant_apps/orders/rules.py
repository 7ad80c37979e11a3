"""Arithmetic and choice of an order. No database, no clock, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from platform_core.kernel.amounts import Amounts, TaxMode, line_amounts, taxed, total
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.words import Sentence, noop

LINES_MAX = 1000
MARK_OF_ERROR = {
    "out_of_stock": "stock",
    "insufficient_balance": "balance",
    "goods_changed": "goods",
    "price_changed": "price",
    "no_usable_warehouse": "warehouse",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes. Regions in the spelling of W-054 for China."""

    country: str = "CN"
    region1: str = ""
    region2: str = ""
    region3: str = ""
    postcode: str = ""
    line1: str = ""
    line2: str = ""
    consignee: str = ""
    phone: str = ""

    def columns(self) -> dict[str, str]:
        """As columns of an order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class WantedLine:
    """What somebody asks for: a SKU's id or merchant code and a quantity, in base units or packs."""

    sku: str
    quantity: Decimal
    pack: str = ""
    sales_price: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A whole request. Codes may be public ids; blank ones are chosen by the rules."""

    lines: tuple[WantedLine, ...]
    address: Address
    shop: str = ""
    carrier: str = ""
    warehouse: str = ""
    client_ref: str = ""
    nickname: str = ""
    memo: str = ""
    service_memo: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amounts, each rounded once."""

    amounts: Amounts
    weight_kg: Decimal


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """What an order comes to. `total` is what the wallet is charged.

    `tax` is the tax of all parts; where prices include it, it is contained in them, else it is
    added once in `total`.
    """

    goods: Money
    freight: Money
    fee: Money
    tax: Money
    total: Money


def priced(
    price: Decimal,
    quantity: Decimal,
    weight_kg: Decimal,
    tax_rate: Decimal,
    mode: TaxMode,
    currency: Currency,
) -> PricedLine:
    """One line: `quantity` in base units, weight in kg."""
    return PricedLine(
        line_amounts(UnitPrice(price, currency), quantity, tax_rate, mode), weight_kg * quantity
    )


def order_amounts(
    lines: Sequence[Amounts],
    freight: Money,
    fee: Money,
    rates: Mapping[str, Decimal],
    mode: TaxMode,
) -> OrderAmounts:
    """Sum the rounded parts. `rates` has the tax percent of `freight` and `fee`."""
    currency = freight.currency
    goods = total(lines, currency)
    carried = taxed(freight, rates["freight"], mode)
    charged = taxed(fee, rates["fee"], mode)
    tax = goods.tax + carried.tax + charged.tax
    shown = goods.net if mode is TaxMode.EXCLUSIVE else goods.gross
    return OrderAmounts(shown, freight, fee, tax, goods.gross + carried.gross + charged.gross)


_REQUIRED = noop("This is needed to deliver.")


def address_gaps(address: Address) -> list[FieldProblem]:
    """What is missing to deliver: in China province and city too (G-31, G-32)."""
    needed = ["consignee", "phone", "line1"]
    if address.country == "CN":
        needed += ["region1", "region2"]
    return [
        FieldProblem(f"/address/{name}", "required", _REQUIRED)
        for name in needed
        if not getattr(address, name).strip()
    ]


def mark(error_code: str, sentence: str) -> dict[str, Any]:
    """What a failed step leaves on an order: the mark and the sentence with the remedy."""
    return {"mark": MARK_OF_ERROR.get(error_code, "import"), "code": error_code, "message": sentence}


def line_problem(index: int, member: str, code: str, sentence: Sentence, **facts: Any) -> FieldProblem:
    """A problem of one line, where a page and the API show it."""
    return FieldProblem(f"/lines/{index}/{member}", code, sentence, facts)
