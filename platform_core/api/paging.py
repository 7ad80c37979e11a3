"""Cursor paging, `updated_since` feeds and `?fields=`: the same for every list (design.md §6)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop

Row = TypeVar("Row", bound=Model)
LIMIT, LIMIT_MAX = 50, 200
_NO_FEED = noop("This list is no feed of changes.")
FOREIGN_CURSOR = noop("Take the cursor from the last answer's “next”.")


def listed(
    request: Request,
    rows: QuerySet[Row],
    render: Callable[[list[Row]], Iterable[dict[str, Any]]],
    *,
    order: tuple[str, ...] = ("-id",),
    updated: str = "updated_at",
    columns: Columns | None = None,
) -> Response:
    """One page: `{"items": […], "next": cursor or null}`; `columns` are those that may narrow it.

    `order` names unique-together columns, last one `id`. With `?updated_since=` the list becomes
    a feed ordered by (`updated`, id); a blank `updated` makes it none. Raises Invalid.
    """
    if columns is not None:
        rows = columns.narrowed(request, rows)
    since = request.query_params.get("updated_since")
    if not updated:
        refuse_feed(request)
    if since:
        order = (updated, "id")
        rows = rows.filter(**{f"{updated}__gte": instant_of("updated_since", since)})
    rows = rows.order_by(*order)
    cursor = request.query_params.get("cursor")
    if cursor:
        rows = _behind(rows, order, unpacked(cursor, len(order)))
    limit = page_limit(request)
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    items = [sparse(request, item) for item in render(found)]
    return Response({"items": items, "next": _encoded(order, found[-1]) if more else None})


def page_of(name: str, shape: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page of such records, as the API's description calls it."""
    members = {
        "__doc__": "One page; `next` is the cursor of the following one.",
        "items": shape(many=True),
        "next": serializers.CharField(allow_null=True),
    }
    return type(name, (serializers.Serializer,), members)


def sparse(request: Request, item: dict[str, Any]) -> dict[str, Any]:
    """Only the members that `?fields=a,b` names; all without it."""
    wanted = request.query_params.get("fields")
    if not wanted:
        return dict(item)
    names = set(wanted.split(","))
    return {key: value for key, value in item.items() if key in names}


def page_limit(request: Request) -> int:
    """How many rows the page may hold: `?limit=`. Raises Invalid."""
    text = request.query_params.get("limit", str(LIMIT))
    if not text.isdecimal() or not 1 <= int(text) <= LIMIT_MAX:
        raise wrong("limit", noop("A number from 1 to 200."))
    return int(text)


def refuse_feed(request: Request) -> None:
    """Refuse `?updated_since=`, where a list would show changes of others late or never. Raises Invalid."""
    if request.query_params.get("updated_since"):
        raise Invalid(problems=[FieldProblem("/updated_since", "unknown", _NO_FEED)])


def packed(values: Sequence[Any]) -> str:
    """A cursor: where the last row stood."""
    text = json.dumps(values, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpacked(cursor: str, length: int) -> list[Any]:
    """Where a cursor says that the last row stood. Raises Invalid."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise wrong("cursor", FOREIGN_CURSOR) from error
    if not isinstance(values, list) or len(values) != length:
        raise wrong("cursor", FOREIGN_CURSOR)
    return values


def wrong(name: str, sentence: Any) -> Invalid:
    """A refusal that points at a parameter of the address."""
    return Invalid(problems=[FieldProblem(f"/{name}", "invalid", sentence)])


def instant_of(name: str, text: str) -> datetime:
    """The instant that a parameter of the address names. Raises Invalid."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise wrong(name, noop("An instant with its time zone, like 2026-11-21T08:00:00Z."))
    return instant


def _behind(rows: QuerySet[Row], order: tuple[str, ...], values: list[Any]) -> QuerySet[Row]:
    """The rows behind a cursor; one that was made by hand is refused as one of another list is."""
    try:
        return rows.filter(_after(order, values))
    except (TypeError, ValueError, ArithmeticError, ValidationError) as error:
        raise wrong("cursor", FOREIGN_CURSOR) from error


def _after(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after the cursor's row in this order."""
    found, equal = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name = column.lstrip("-")
        found |= equal & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return found


def _encoded(order: tuple[str, ...], row: Model) -> str:
    values = [getattr(row, column.lstrip("-").replace("__", ".")) for column in order]
    return packed([v.isoformat() if isinstance(v, datetime) else v for v in values])
