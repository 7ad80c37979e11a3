"""Decides which orders of a warehouse need finance review, and what warehouses and carriers may hold. Pure.

Sources: W-030, W-034, W-035, W-040, W-054, G-37; decisions.md §2 row 2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from platform_core.kernel.addresses import ADDRESS_LENGTHS, misspelled
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Money
from platform_core.kernel.regions import CHINA, level, listed_region_error
from platform_core.kernel.search_keys import fold
from platform_core.kernel.texts import code_problems, text_problems
from platform_core.kernel.words import Sentence, noop
from platform_core.workbooks.columns import Choice, Column, Kind
from platform_core.workbooks.reading import Table

CARRIER, REGION, FREIGHT_ZERO = "carrier", "region", "freight_zero"
ALL_ORDERS = "all"
MEMO, SERVICE_MEMO = "memo", "service_memo"
CARRIER_IMPORT = "carriers"
CARRIER_ROWS_MAX = 1_000
CARRIER_COLUMNS = (
    Column(
        "code",
        "Code",
        "编码",
        required=True,
        unique=True,
        max_length=40,
        help=noop("Unique. A carrier whose code exists is changed."),
    ),
    Column("name", "Name", "名称", required=True, max_length=80),
    Column(
        "free_shipping",
        "Free shipping",
        "包邮",
        Kind.BOOLEAN,
        help=noop("Yes: the freight of its orders is 0."),
    ),
    Column("external_id", "ID in your ERP", "ERP 中的 ID", unique=True, max_length=80),
)
# The sheet of templates in which codes of carriers are looked up (W-040). Its headings are no import's,
# so nobody imports it by accident.
CARRIER_CODE_COLUMNS: tuple[Column, ...] = (
    Column("known_code", "Carrier code", "物流公司编码"),
    Column("known_name", "Carrier name", "物流公司名称"),
    Column("known_erp_id", "ID in your ERP", "ERP 中的 ID"),
    Column("known_free", "Ships free", "是否包邮", Kind.BOOLEAN),
    Column("known_default", "Is the default", "是否默认", Kind.BOOLEAN),
    Column("known_enabled", "In use", "是否启用", Kind.BOOLEAN),
)
REASON_SENTENCES: dict[str, Sentence] = {
    ALL_ORDERS: noop("This warehouse reviews all orders."),
    CARRIER: noop("The order goes by a carrier that needs a review."),
    REGION: noop("The order goes to a region that needs a review."),
    FREIGHT_ZERO: noop("The order's freight is 0."),
}


class Place(Protocol):
    """The part of an address that a region condition reads."""

    @property
    def region1(self) -> str:
        """Province or state."""

    @property
    def region2(self) -> str:
        """City."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One alternative: a carrier's row id, a region (blank or 无 city: every city), or freight 0."""

    kind: str
    carrier_id: int | None = None
    region1: str = ""
    region2: str = ""


def finance_reasons(
    conditions: Iterable[Condition], carrier_id: int | None, address: Place, freight: Money
) -> list[str]:
    """Why an order of a warehouse with finance review is held; empty when it passes.

    Without conditions every order is held (`all`); otherwise any one that is met suffices, and
    each kind is named once: `carrier`, `region`, `freight_zero`.
    """
    asked = list(conditions)
    if not asked:
        return [ALL_ORDERS]
    met = [one.kind for one in asked if _is_met(one, carrier_id, address, freight)]
    return list(dict.fromkeys(met))


def _is_met(condition: Condition, carrier_id: int | None, address: Place, freight: Money) -> bool:
    if condition.kind == CARRIER:
        return carrier_id is not None and condition.carrier_id == carrier_id
    if condition.kind == FREIGHT_ZERO:
        return freight.minor == 0
    wanted = (level(condition.region1), level(condition.region2))
    actual = (fold(address.region1), fold(address.region2))
    return any(wanted) and all(not want or want == have for want, have in zip(wanted, actual, strict=True))


WAREHOUSE_TEXTS = {"code": 40, "name": 80, "external_id": 80, **ADDRESS_LENGTHS}
CARRIER_TEXTS = {"code": 40, "name": 80, "external_id": 80}
CONDITIONS_MAX = 200

_KIND = noop("Choose one of the kinds of warehouse.")
_CONDITION_KIND = noop("A condition is “carrier”, “region” or “freight_zero”.")
_NO_REGION = noop("Name the province or state.")
_TOO_MANY = noop("At most {count} conditions.")


def warehouse_problems(warehouse: Mapping[str, Any], kinds: Collection[str]) -> list[FieldProblem]:
    """What is wrong with a whole warehouse. Its address may be incomplete, never misspelled (W-054)."""
    problems = text_problems(warehouse, WAREHOUSE_TEXTS, {"code", "name"}) + code_problems(warehouse)
    if warehouse["kind"] not in kinds:
        problems.append(FieldProblem("/kind", "kind_unknown", _KIND))
    return problems + misspelled(warehouse)


def carrier_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with a carrier's values; only those present are looked at."""
    return text_problems(values, CARRIER_TEXTS, {"code", "name"}) + code_problems(values)


def condition_problems(conditions: Sequence[Mapping[str, Any]], country: str) -> list[FieldProblem]:
    """What is wrong with the conditions of a warehouse in a country; carriers are looked up elsewhere."""
    if len(conditions) > CONDITIONS_MAX:
        return [FieldProblem("/conditions", "too_many", _TOO_MANY, {"count": CONDITIONS_MAX})]
    problems = []
    for index, one in enumerate(conditions):
        at, kind = f"/conditions/{index}", one.get("kind")
        if kind not in (CARRIER, REGION, FREIGHT_ZERO):
            problems.append(FieldProblem(f"{at}/kind", "kind_unknown", _CONDITION_KIND))
        if kind != REGION:
            continue
        province, city = one.get("region1") or "", one.get("region2") or ""
        wrong = listed_region_error(province, city, "") if country == CHINA else None
        if not level(province):
            problems.append(FieldProblem(f"{at}/region1", "required", _NO_REGION))
        elif wrong:
            problems.append(wrong.below(at))
    return problems


def filled_rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a workbook; a blank cell leaves the field as it is, so it is left out."""
    return [{key: value for key, value in row.values.items() if value is not None} for row in table.rows]


MEMO_RULE_TEXTS = {"keyword": 60}
POSITION_MAX = 1_000_000
_REPEATED = noop("“{keyword}” stands in row {row} already.")
_TARGET = noop("A rule reads “memo” or “service_memo”.")
_POSITION = noop("Write a whole number from 1 to 1,000,000.")


MEMO_IMPORT = "memo_rules"
MEMO_ROWS_MAX = 1_000
MEMO_COLUMNS = (
    Column(
        "target",
        "Memo",
        "备注",
        Kind.CHOICE,
        required=True,
        choices=(Choice(MEMO, "Memo", "客户备注"), Choice(SERVICE_MEMO, "Service memo", "客服备注")),
        help=noop("Which memo is read. Rules of the service memo come first."),
    ),
    Column(
        "keyword",
        "Keyword",
        "关键字",
        required=True,
        max_length=60,
        help=noop("A rule whose memo and keyword exist is changed."),
    ),
    Column("carrier", "Carrier code", "物流公司编码", required=True, max_length=40),
    Column(
        "position", "Rank", "顺序", Kind.INTEGER, help=noop("The first that fits wins. Blank: at the end.")
    ),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN, help=noop("Blank: yes.")),
)


class CarrierByMemo(Protocol):
    """What a rule of memo extraction must tell."""

    @property
    def target(self) -> str:
        """`memo` or `service_memo`."""

    @property
    def keyword(self) -> str:
        """What the memo must hold; case and width do not matter."""

    @property
    def enabled(self) -> bool:
        """A disabled rule never runs."""

    @property
    def position(self) -> int:
        """The first that fits wins."""


RuleT = TypeVar("RuleT", bound=CarrierByMemo)


def rule_for(rules: Iterable[RuleT], *, memo: str, service_memo: str) -> RuleT | None:
    """The rule that sets the carrier of an order, or None (W-044…W-046, G-39, G-40).

    When a rule of the service memo fits, those of the memo do not run.
    """
    ordered = sorted((one for one in rules if one.enabled), key=lambda one: one.position)
    for target, text in ((SERVICE_MEMO, fold(service_memo)), (MEMO, fold(memo))):
        for one in ordered:
            if one.target == target and fold(one.keyword) and fold(one.keyword) in text:
                return one
    return None


def repeated_rules(rows: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Rows that name the memo and keyword of an earlier one."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for index, row in enumerate(rows):
        first = seen.setdefault((row["target"], row["keyword"].strip().lower()), index)
        if first != index:
            facts = {"keyword": row["keyword"], "row": first + 1}
            found.append(FieldProblem(f"/rows/{index}/keyword", "repeated", _REPEATED, facts))
    return found


def memo_rule_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with a rule of memo extraction; its carrier is looked up elsewhere."""
    problems = text_problems(values, MEMO_RULE_TEXTS, {"keyword"})
    if values["target"] not in (MEMO, SERVICE_MEMO):
        problems.append(FieldProblem("/target", "target_unknown", _TARGET))
    if not 1 <= values["position"] <= POSITION_MAX:
        problems.append(FieldProblem("/position", "position_wrong", _POSITION))
    return problems
