"""An act on many rows of a list: each row by itself, and a page with the result of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from platform_core.kernel.errors import DomainError, NotPermitted

BULK_MAX = 1000
PROBLEMS_SHOWN = 5
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: its name, where it is found, what happened or why it was refused."""

    name: str
    url: str
    said: str
    is_done: bool
    problems: tuple[str, ...] = ()


def chosen(request: HttpRequest, visible: QuerySet[Row], filtered: QuerySet[Row]) -> list[Row]:
    """The ticked rows, or all that the list's filter leaves; at most BULK_MAX and one more."""
    if request.POST.get("scope") == "all":
        return list(filtered[: BULK_MAX + 1])
    return list(visible.filter(public_id__in=request.POST.getlist("ids")[: BULK_MAX + 1]))


def one_by_one(
    rows: Iterable[Row], act: Callable[[Row], str], name: Callable[[Row], tuple[str, str]]
) -> list[RowResult]:
    """Ask `act` (one command) for each row; a refusal is that row's result and stops no other.

    `act` returns the words of what happened, `name` what the row is called and its address.
    Raises NotPermitted: no row would be allowed.
    """
    return [_result(row, act, *name(row)) for row in rows]


def _result(row: Row, act: Callable[[Row], str], name: str, url: str) -> RowResult:
    try:
        return RowResult(name, url, act(row), is_done=True)
    except NotPermitted:
        raise
    except DomainError as error:
        problems = tuple(str(problem) for problem in error.problems[:PROBLEMS_SHOWN])
        return RowResult(name, url, str(error), is_done=False, problems=problems)


def show_results(
    request: HttpRequest, results: list[RowResult], *, title: Any, back: str, noun: Any, left_out: bool
) -> HttpResponse:
    """The page of results, refusals first; `back` is the list's address, `noun` what a row is."""
    done = sum(result.is_done for result in results)
    context = {
        "title": title,
        "results": sorted(results, key=lambda result: result.is_done),
        "done": done,
        "refused": len(results) - done,
        "back": back,
        "noun": noun,
        "maximum": BULK_MAX if left_out else 0,
    }
    return render(request, "web/bulk_results.html", context)
