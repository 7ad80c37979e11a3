"""Why a raw order was not submitted: its marks, and what to do about each. Pure.

Sources: W-133…W-135, decisions.md §4 (the six marks). A short chosen warehouse is a matter of the
warehouse (W-135 ①: choose another); without a chosen one it is a matter of the stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platform_core.kernel.errors import DomainError, FieldProblem
from platform_core.kernel.words import Sentence, noop
from tenant_apps.orders.rules import MARK_OF_ERROR, mark, mark_sentences
from tenant_apps.orders.states import Mark

_MARK_OF_PROBLEM = {
    "not_offered": Mark.GOODS,
    "not_orderable": Mark.GOODS,
    "sku_stock_short": Mark.STOCK,
    "sku_not_in_warehouse": Mark.STOCK,
    "no_such_pack": Mark.GOODS,
    "no_price": Mark.PRICE,
    "price_wrong": Mark.PRICE,
    "price_changed": Mark.PRICE,
}
_HEADLINES = {
    Mark.GOODS: noop("Some of the goods cannot be ordered."),
    Mark.WAREHOUSE: noop("No usable warehouse was found."),
    Mark.STOCK: noop("There is not enough stock."),
    Mark.PRICE: noop("A price is missing or wrong."),
    Mark.BALANCE: noop("The balance is not enough."),
    Mark.IMPORT: noop("Some entries need a correction."),
}
REMEDIES = {
    Mark.GOODS: noop("Replace the codes by those of your goods, or take the lines out."),
    Mark.WAREHOUSE: noop("Choose another warehouse or carrier, or leave the choice of the warehouse to us."),
    Mark.STOCK: noop("Lower the quantities, or submit again when new stock is in."),
    Mark.PRICE: noop("Correct the price or take the line out; ask the supplier for a missing price."),
    Mark.BALANCE: noop("Top up the account, then submit again."),
    Mark.IMPORT: noop("Correct the entries, then submit again."),
}
# Entries whose sentence ("Fill this in.") does not name them; the others name their goods or their place.
_ENTRIES = {
    "consignee": noop("Consignee"),
    "phone": noop("Phone"),
    "country": noop("Country"),
    "region1": noop("Province or state"),
    "region2": noop("City"),
    "region3": noop("District"),
    "postcode": noop("Postcode"),
    "line1": noop("Street and number"),
    "line2": noop("Building, floor"),
}
_OF_ENTRY = noop("{entry}: {sentence}")


def marks_of(error: DomainError, *, names_warehouse: bool) -> list[dict[str, Any]]:
    """A refusal as marks, one of each kind with its own sentences; translated when they are read.

    `names_warehouse`: the order chose its warehouse, so stock that is short there is the warehouse's matter.
    """
    if not error.problems:
        return [{**mark(error), "mark": MARK_OF_ERROR.get(error.code, Mark.IMPORT.value)}]
    groups: dict[Mark, list[FieldProblem]] = {}
    for problem in error.problems:
        groups.setdefault(_mark_of(problem, names_warehouse=names_warehouse), []).append(problem)
    return [_group(kind, problems) for kind, problems in groups.items()]


def _mark_of(problem: FieldProblem, *, names_warehouse: bool) -> Mark:
    found = _MARK_OF_PROBLEM.get(problem.code)
    if found is Mark.STOCK:
        return Mark.WAREHOUSE if names_warehouse else found
    if found is None and problem.pointer.startswith("/warehouse"):
        return Mark.WAREHOUSE
    return found or Mark.IMPORT


def _group(kind: Mark, problems: list[FieldProblem]) -> dict[str, Any]:
    told = mark(DomainError(problems=problems))
    return {**told, "mark": kind.value, "code": problems[0].code, "sentence": str.__str__(_HEADLINES[kind])}


def raw_mark_sentences(marks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored marks as people read them, each with its `remedy`; what is missing is named."""
    stored = list(marks)
    return [
        {
            **told,
            "details": [
                _named(problem["pointer"], said)
                for problem, said in zip(one["problems"], told["details"], strict=True)
            ],
            "remedy": Sentence(REMEDIES[Mark(told["mark"])]).with_facts({}),
        }
        for one, told in zip(stored, mark_sentences(stored), strict=True)
    ]


def said_by(marks: Iterable[Mapping[str, Any]]) -> str:
    """Stored marks as one text in the reader's language."""
    return " ".join(
        said for one in raw_mark_sentences(marks) for said in (one["details"] or [one["message"]])
    )


def reason_of(error: DomainError) -> str:
    """The whole refusal as one text, for a report in one language."""
    return " ".join(_named(one.pointer, str(one)) for one in error.problems) or str(error)


def _named(pointer: str, said: str) -> str:
    """A sentence about a part of the address with the name of that part before it."""
    place, _slash, name = pointer.rpartition("/")
    if name not in _ENTRIES or place not in {"", "/address"}:
        return said
    return _OF_ENTRY.with_facts({"entry": _ENTRIES[name].with_facts({}), "sentence": said})
