"""Line amounts, tax, sums, adjustments and orderable quantities."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.kernel.amounts import (
    AmountBelowZero,
    Amounts,
    TaxMode,
    adjusted,
    line_amounts,
    taxed,
    total,
)
from platform_core.kernel.money import Currency, Money, UnitPrice
from platform_core.kernel.quantity import next_orderable, quantity_errors
from tenant_apps.strategies.pricing import goods_profit, settlement_price

D = Decimal
CNY = Currency.CNY
CURRENCIES = [Currency.JPY, Currency.CNY, Currency.KWD]


def cny(text: str) -> Money:
    """Yuan from a decimal string."""
    return Money.parse(text, CNY)


def shown(amounts: Amounts) -> tuple[str, str, str]:
    """Net, tax and gross as decimal strings."""
    return str(amounts.net.amount), str(amounts.tax.amount), str(amounts.gross.amount)


@pytest.mark.parametrize(
    ("price", "quantity", "percent", "mode", "expected"),
    [
        ("11.30", "10", "13", TaxMode.INCLUSIVE, ("100.00", "13.00", "113.00")),
        ("10", "10", "13", TaxMode.EXCLUSIVE, ("100.00", "13.00", "113.00")),
        ("9.99", "1", "13", TaxMode.INCLUSIVE, ("8.84", "1.15", "9.99")),
        ("9.99", "1", "13", TaxMode.EXCLUSIVE, ("9.99", "1.30", "11.29")),
        ("0.125", "1", "0", TaxMode.INCLUSIVE, ("0.13", "0.00", "0.13")),
        ("0.124999", "1", "0", TaxMode.EXCLUSIVE, ("0.12", "0.00", "0.12")),
        ("1.005", "0.5", "9", TaxMode.INCLUSIVE, ("0.46", "0.04", "0.50")),
        ("8", "0", "13", TaxMode.INCLUSIVE, ("0.00", "0.00", "0.00")),
    ],
)
def test_a_line_is_rounded_half_up_once_and_split(
    price: str, quantity: str, percent: str, mode: TaxMode, expected: tuple[str, str, str]
) -> None:
    assert shown(line_amounts(UnitPrice(D(price), CNY), D(quantity), D(percent), mode)) == expected


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        (Currency.JPY, ("18", "2", "20")),
        (Currency.CNY, ("17.95", "1.80", "19.75")),
        (Currency.KWD, ("17.955", "1.796", "19.751")),
    ],
)
def test_the_currency_decides_the_decimals(currency: Currency, expected: tuple[str, str, str]) -> None:
    assert shown(line_amounts(UnitPrice(D("6.5835"), currency), D(3), D(10), TaxMode.INCLUSIVE)) == expected


def test_a_return_mirrors_its_line() -> None:
    there = taxed(cny("9.99"), D(13), TaxMode.INCLUSIVE)
    back = taxed(cny("-9.99"), D(13), TaxMode.INCLUSIVE)

    assert there + back == total([], CNY)


@pytest.mark.parametrize(
    ("amount", "change", "expected"),
    [
        pytest.param("10", "-3", "7", id="G-16-down"),
        pytest.param("10", "2", "12", id="G-16-up"),
        pytest.param("200", "-15", "185", id="G-17-down"),
        pytest.param("200", "15", "215", id="G-17-up"),
        pytest.param("10", "-10", "0", id="to-nothing"),
    ],
)
def test_a_finance_adjustment_is_signed(amount: str, change: str, expected: str) -> None:
    assert adjusted(cny(amount), cny(change)) == cny(expected)


def test_an_adjustment_below_zero_is_refused_by_name() -> None:
    with pytest.raises(AmountBelowZero) as refusal:
        adjusted(cny("10"), cny("-10.01"))

    assert str(refusal.value) == ("-10.01 CNY would bring 10.00 CNY below zero. Take away at most 10.00 CNY.")


def test_g19_supplier_profit_of_a_line() -> None:
    assert goods_profit(UnitPrice(D(6), CNY), UnitPrice(D(8), CNY), D(10)) == cny("20")


@pytest.mark.parametrize(
    ("fixed", "rate", "expected"),
    [
        pytest.param(None, "0.85", "85", id="G-68-rate"),
        pytest.param("80", None, "80", id="G-68-fixed"),
        pytest.param("80", "0.85", "80", id="fixed-wins"),
        pytest.param(None, None, "100", id="base"),
    ],
)
def test_settlement_price_is_fixed_or_a_rate_of_the_base(
    fixed: str | None, rate: str | None, expected: str
) -> None:
    price = settlement_price(D(100), fixed=D(fixed) if fixed else None, rate=D(rate) if rate else None)

    assert price == D(expected)


def test_a_settlement_price_keeps_the_suppliers_precision() -> None:
    assert str(settlement_price(D("9.99"), rate=D("0.855"), places=2)) == "8.54"
    assert str(settlement_price(D("9.99"), rate=D("0.855"))) == "8.541450"


@pytest.mark.parametrize(
    ("quantity", "codes"),
    [
        pytest.param("5", [], id="G-52-one-pack"),
        pytest.param("10", [], id="G-52-two-packs"),
        pytest.param("7", ["quantity_not_multiple"], id="G-52-broken-pack"),
        pytest.param("0", ["quantity_not_positive"], id="G-52-nothing"),
        pytest.param("-1", ["quantity_not_positive"], id="negative"),
        pytest.param("0.5", ["quantity_not_whole"], id="half"),
        pytest.param("5.000", [], id="written-with-decimals"),
        pytest.param("5E+1", [], id="written-with-exponent"),
        pytest.param("NaN", ["quantity_invalid"], id="no-number"),
        pytest.param("Infinity", ["quantity_invalid"], id="no-end"),
        pytest.param("1000000005", ["quantity_too_large"], id="too-large"),
    ],
)
def test_packs_of_five(quantity: str, codes: list[str]) -> None:
    assert [error.code for error in quantity_errors(D(quantity), 0, None, D(5))] == codes


def test_minimum_multiple_and_precision_each_have_a_name() -> None:
    assert [str(error) for error in quantity_errors(D("2.5"), 1, D(6), D(4))] == [
        "Order at least 6; 2.5 is too little.",
        "Order in multiples of 4, for example 8; 2.5 is none.",
    ]
    assert [error.code for error in quantity_errors(D("0.125"), 2)] == ["quantity_too_precise"]
    assert quantity_errors(D("0.125"), 3) == ()
    assert quantity_errors(D("1.5"), 1, D(0), D("0.5")) == ()


@pytest.mark.parametrize(
    ("quantity", "minimum", "multiple", "offered"),
    [
        ("0", None, None, "1"),
        ("7", None, "5", "10"),
        ("2", "6", "4", "8"),
        ("5", "5", "5", "5"),
        ("2.2", None, None, "3"),
    ],
)
def test_the_pad_offers_the_next_orderable_quantity(
    quantity: str, minimum: str | None, multiple: str | None, offered: str
) -> None:
    smallest, pack = D(minimum) if minimum else None, D(multiple) if multiple else None

    assert next_orderable(D(quantity), 0, smallest, pack) == D(offered)
    assert quantity_errors(D(offered), 0, smallest, pack) == ()


prices = st.decimals(min_value=0, max_value=1_000_000, places=6)
quantities = st.decimals(min_value=0, max_value=100_000, places=3)
percents = st.decimals(min_value=0, max_value=100, places=2)


@given(
    st.lists(st.tuples(prices, quantities, percents), max_size=6),
    st.sampled_from(TaxMode),
    st.sampled_from(CURRENCIES),
)
def test_lines_add_up_to_the_order(
    lines: list[tuple[Decimal, Decimal, Decimal]], mode: TaxMode, currency: Currency
) -> None:
    amounts = [line_amounts(UnitPrice(price, currency), count, tax, mode) for price, count, tax in lines]

    order = total(amounts, currency)

    assert order.gross == order.net + order.tax
    assert order.gross.minor == sum(line.gross.minor for line in amounts)
    assert order.tax.minor == sum(line.tax.minor for line in amounts)


@given(prices, quantities, percents, st.sampled_from(TaxMode), st.sampled_from(CURRENCIES))
def test_the_split_is_never_half_a_minor_unit_off(
    price: Decimal, quantity: Decimal, percent: Decimal, mode: TaxMode, currency: Currency
) -> None:
    line = line_amounts(UnitPrice(price, currency), quantity, percent, mode)
    half = D("0.5").scaleb(-currency.exponent)
    charged = line.net if mode is TaxMode.EXCLUSIVE else line.gross

    assert abs(charged.amount - price * quantity) <= half
    assert abs(line.net.amount * percent / 100 - line.tax.amount) <= half * (1 + percent / 100)
    assert line.net.minor >= 0
    assert line.tax.minor >= 0


@given(quantities, st.integers(1, 48), st.integers(0, 100))
def test_what_is_offered_may_be_ordered(quantity: Decimal, multiple: int, minimum: int) -> None:
    offered = next_orderable(quantity, 0, D(minimum), D(multiple))

    assert offered >= quantity
    assert quantity_errors(offered, 0, D(minimum), D(multiple)) == ()
