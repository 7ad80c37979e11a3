"""Arithmetic and choice of an order. No database, no clock, no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from platform_core.kernel.addresses import ADDRESS_LENGTHS
from platform_core.kernel.amounts import Amounts, TaxMode, line_amounts, taxed, total
from platform_core.kernel.errors import DomainError, FieldProblem
from platform_core.kernel.money import Money, UnitPrice
from platform_core.kernel.quantity import PLACES_MAX, quantity_errors
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import Sentence, noop

LINES_MAX = 1000
INVOICE_KINDS = frozenset(range(4))
# Mark of an order by the code of the refusal that left it there (decisions.md §5 "Frozen facts").
MARK_OF_ERROR = {
    "out_of_stock": "stock",
    "insufficient_balance": "balance",
    "goods_changed": "goods",
    "price_changed": "price",
    "approval_needed": "approval",
    "approval_declined": "approval",
}
_PROBLEMS_KEPT = 20
_PRICE_PLACES, _PRICE_MAX = 6, Decimal(10) ** 12
_TEXTS = {"client_ref": 80, "nickname": 120, "memo": 500, "service_memo": 500, "coupon": 40}


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
    """A whole request. Codes may be public ids; blank ones are chosen by the rules.

    `order` is the public id of the order that is edited, `part` its number among the orders of one request:
    only our own code may say them.
    """

    lines: tuple[WantedLine, ...]
    address: Address
    shop: str = ""
    carrier: str = ""
    warehouse: str = ""
    client_ref: str = ""
    nickname: str = ""
    memo: str = ""
    service_memo: str = ""
    invoice_kind: int = 0
    coupon: str = ""
    order: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amounts, each rounded once."""

    amounts: Amounts
    weight_kg: Decimal


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """What an order comes to. `total` is what the wallet is charged.

    `tax` is the tax of all parts; where prices include it, it is contained in them, else it is
    added once in `total`. `rates` has the tax percent of `freight` and `fee`.
    """

    goods: Money
    freight: Money
    fee: Money
    tax: Money
    total: Money
    freight_tax: Money
    fee_tax: Money
    rates: Mapping[str, Decimal]

    def columns(self) -> dict[str, Any]:
        """As columns of an order."""
        names = ("goods", "freight", "fee", "tax", "total", "freight_tax", "fee_tax")
        rates = {f"{name}_tax_rate": self.rates[name] for name in ("freight", "fee")}
        return {**{f"{name}_minor": getattr(self, name).minor for name in names}, **rates}


def priced(
    price: UnitPrice, quantity: Decimal, weight_kg: Decimal, tax_rate: Decimal, mode: TaxMode
) -> PricedLine:
    """One line: `quantity` in base units, weight in kg."""
    return PricedLine(line_amounts(price, quantity, tax_rate, mode), weight_kg * quantity)


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
    gross = goods.gross + carried.gross + charged.gross
    return OrderAmounts(shown, freight, fee, tax, gross, carried.tax, charged.tax, rates)


def trimmed(wanted: Wanted) -> Wanted:
    """The same request with single spaces: a memo typed on several lines is one line."""
    texts: dict[str, Any] = {name: _single(getattr(wanted, name)) for name in _TEXTS}
    address = Address(**{name: _single(value) for name, value in wanted.address.columns().items()})
    lines = tuple(replace(line, note=_single(line.note)) if line.note else line for line in wanted.lines)
    return replace(wanted, **texts, address=replace(address, country=address.country.upper()), lines=lines)


def _single(text: str) -> str:
    return " ".join(text.split())


_INVOICE = noop("Write the number of the invoice: 0 none, 1 ordinary, 2 special, 3 electronic.")
_SALES_PRICE = noop("Write a price of 0 or more with at most 6 decimals.")


def request_problems(wanted: Wanted) -> list[FieldProblem]:
    """Texts that are too long, an invoice that does not exist and sales prices that are none."""
    found = text_problems({name: getattr(wanted, name) for name in _TEXTS}, _TEXTS)
    if wanted.invoice_kind not in INVOICE_KINDS:
        found.append(FieldProblem("/invoice_kind", "unknown", _INVOICE))
    found += text_problems(wanted.address.columns(), ADDRESS_LENGTHS, base="/address")
    for index, line in enumerate(wanted.lines):
        found += text_problems({"note": line.note}, {"note": 200}, base=f"/lines/{index}")
        if line.sales_price is not None and not is_price(line.sales_price):
            found.append(line_problem(index, "sales_price", "price_wrong", _SALES_PRICE))
    return found


_NO_LINES = noop("Enter at least one line with a merchant code and a quantity.")
_NO_CODE = noop("Enter a merchant code.")
_TOO_MANY = noop("An order has at most {maximum} lines.")
_CODES = {"shop": 40, "carrier": 40, "warehouse": 40}
_LINE_TEXTS = {"sku": 60, "pack": 20}


def storable_problems(wanted: Wanted) -> list[FieldProblem]:
    """What keeps a request from being stored as a raw order at all; submitting finds the rest."""
    found = request_problems(wanted)
    found += text_problems({name: getattr(wanted, name) for name in _CODES}, _CODES)
    if not wanted.lines:
        found.append(FieldProblem("/lines", "no_lines", _NO_LINES))
    if len(wanted.lines) > LINES_MAX:
        found.append(FieldProblem("/lines", "too_many_lines", _TOO_MANY, {"maximum": LINES_MAX}))
    for index, line in enumerate(wanted.lines[:LINES_MAX]):
        texts = {name: getattr(line, name) for name in _LINE_TEXTS}
        found += text_problems(texts, _LINE_TEXTS, base=f"/lines/{index}")
        if not line.sku:
            found.append(line_problem(index, "sku", "required", _NO_CODE))
        found += [
            line_problem(index, "quantity", wrong.code, wrong.message, **wrong.facts)
            for wrong in quantity_errors(line.quantity, PLACES_MAX)
        ]
    return found


def is_price(price: Decimal) -> bool:
    """Whether a unit price can be this: finite, 0 or more, at most 6 decimals."""
    exponent = price.as_tuple().exponent
    return (
        price.is_finite()
        and isinstance(exponent, int)
        and -exponent <= _PRICE_PLACES
        and 0 <= price < _PRICE_MAX
    )


def mark(error: DomainError) -> dict[str, Any]:
    """What a failed step leaves on an order: the mark and its sentences, translated when they are read."""
    return {
        "mark": MARK_OF_ERROR.get(error.code, "import"),
        "code": error.code,
        "sentence": str(error.message),
        "facts": _plain(error.facts),
        "problems": [
            {"pointer": p.pointer, "sentence": str.__str__(p.message), "facts": _plain(p.facts)}
            for p in error.problems[:_PROBLEMS_KEPT]
        ],
    }


def mark_sentences(marks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored marks as people read them: `mark`, `code`, `message` and the sentences in `details`."""
    return [
        {
            "mark": one["mark"],
            "code": one["code"],
            "message": Sentence(one["sentence"]).with_facts(one["facts"]),
            "details": [Sentence(p["sentence"]).with_facts(p["facts"]) for p in one["problems"]],
        }
        for one in marks
    ]


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, (bool, int)) else str(value) for key, value in facts.items()}


def nickname_of(dealer_name: str, consignee: str) -> str:
    """The nickname of an order that names none: the dealer's name and the consignee as one word (G-28)."""
    return f"{dealer_name}{consignee}"[: _TEXTS["nickname"]]


def line_problem(index: int, member: str, code: str, sentence: Sentence, **facts: Any) -> FieldProblem:
    """A problem of one line, where a page and the API show it."""
    return FieldProblem(f"/lines/{index}/{member}", code, sentence, facts)
