"""What the rows of dealers may hold. Pure. Sources: W-060, W-064, W-065, W-100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from platform_core.kernel.addresses import ADDRESS_LENGTHS, address_problems
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import MINOR_MAX, Currency, Money
from platform_core.kernel.texts import code_problems, text_problems
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column

DEALER_TEXTS = {
    "code": 40,
    "name": 120,
    "contact": 80,
    "phone": 30,
    "email": 254,
    "invoice_title": 120,
    "tax_number": 40,
    "erp_shop_code": 60,
    "remark": 300,
    "external_id": 80,
}
SHOP_TEXTS = {"code": 40, "name": 80, "external_id": 80}
LEVEL_TEXTS = {"name": 40, "external_id": 80}
GROUP_TEXTS = {"name": 40, "external_id": 80}
ADMINISTRATOR_TEXTS = {
    "login": 60,
    "name": 120,
    "email": 254,
    "phone": 20,
    "employee_code": 40,
    "password": 128,
}
ADDRESS_TEXTS = {
    **ADDRESS_LENGTHS,
    "label": 60,
    "external_id": 80,
}
IMPORT_COLUMNS = (
    Column(
        "code",
        "Code",
        "编码",
        required=True,
        unique=True,
        max_length=40,
        help=noop("Unique. A dealer whose code exists is changed."),
    ),
    Column("name", "Name", "名称", required=True, max_length=120),
    Column("contact", "Contact", "联系人", max_length=80),
    Column("phone", "Phone", "电话", max_length=30),
    Column("email", "E-mail", "邮箱", max_length=254),
    Column("level", "Level", "等级", max_length=40, help=noop("The name of a level. Blank: the first one.")),
    Column(
        "group",
        "Group",
        "分组",
        max_length=40,
        help=noop("The name of a dealer group. Blank: as it is."),
    ),
    Column(
        "administrator_login",
        "Account name",
        "登录名",
        unique=True,
        max_length=60,
        aliases=("Administrator login", "管理员登录名"),
        help=noop("For new dealers: what the administrator logs in with."),
    ),
    Column(
        "administrator_name",
        "Administrator",
        "管理员姓名",
        max_length=120,
        aliases=("Administrator name",),
        help=noop("For new dealers. Blank: the contact, else the account name."),
    ),
)
IMPORTED_TEXTS = ("code", "name", "contact", "phone", "email")
# Hashing a password takes its time on purpose: so many rows take a worker ten minutes or more.
IMPORT_ROWS_MAX = 2_000
HUNDRED = Decimal(100)

_FEE = noop("Give an amount from 0 with at most {places} decimals.")
_PERCENT = noop("Give a percentage from 0 to 100 with at most 2 decimals.")


@dataclass(frozen=True, slots=True)
class DealerFacts:
    """A new dealer. `level` and `group` are public ids (blank: the first level, no group).

    `service_fee` is in major units.
    """

    code: str
    name: str
    level: str = ""
    group: str | None = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    service_fee: Decimal = Decimal(0)
    invoice_title: str = ""
    tax_number: str = ""
    erp_shop_code: str = ""
    remark: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class AdministratorFacts:
    """The first person of a new dealer. A blank password is made up and said once."""

    name: str
    login: str = ""
    email: str = ""
    phone: str = ""
    employee_code: str = ""
    password: str = ""


def dealer_problems(values: Mapping[str, Any], currency: Currency) -> list[FieldProblem]:
    """What is wrong with a dealer's values; only those present are looked at."""
    problems = text_problems(values, DEALER_TEXTS, {"code", "name"}) + code_problems(values)
    if "service_fee" in values and fee(values["service_fee"], currency) is None:
        problems.append(FieldProblem("/service_fee", "amount_wrong", _FEE, {"places": currency.exponent}))
    return problems


def administrator_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with an administrator's texts; whether a login is free only access knows."""
    return text_problems(values, ADMINISTRATOR_TEXTS, {"name"}, "/administrator")


def shop_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with a shop's values; only those present are looked at."""
    return text_problems(values, SHOP_TEXTS, {"code", "name"}) + code_problems(values)


def level_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with a level's values; only those present are looked at."""
    problems = text_problems(values, LEVEL_TEXTS, {"name"})
    if "stock_percent" in values and not is_percent(values["stock_percent"]):
        problems.append(FieldProblem("/stock_percent", "percent_wrong", _PERCENT))
    return problems


def group_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with a dealer group's values; only those present are looked at."""
    return text_problems(values, GROUP_TEXTS, {"name"})


def whole_address_problems(values: Mapping[str, str]) -> list[FieldProblem]:
    """What is wrong with a complete address: lengths first, then W-054 and W-142."""
    return text_problems(values, ADDRESS_TEXTS) or address_problems(values)


def fee(amount: Decimal, currency: Currency) -> Money | None:
    """The service fee as money, or None when it is negative or finer than the currency."""
    if not amount.is_finite() or amount < 0 or amount.scaleb(currency.exponent) > MINOR_MAX:
        return None
    money = Money.rounded(amount, currency)
    return money if money.amount == amount else None


def is_percent(value: Decimal) -> bool:
    """Whether a share of the stock can be this: 0 to 100 with two decimals."""
    return value.is_finite() and 0 <= value <= HUNDRED and value == round(value, 2)


def free_shop_code(wanted: str, taken: set[str]) -> str:
    """The wanted code, or the first of `wanted-2`, `wanted-3` … that nobody has."""
    code, number = wanted, 2
    while code in taken:
        suffix = f"-{number}"
        code, number = wanted[: SHOP_TEXTS["code"] - len(suffix)] + suffix, number + 1
    return code
