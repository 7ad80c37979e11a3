"""Cursor paging, `updated_since` feeds and `?fields=`: the same for every list (design.md §6)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop

Row = TypeVar("Row", bound=Model)
LIMIT, LIMIT_MAX = 50, 200


def listed(
    request: Request,
    rows: QuerySet[Row],
    render: Callable[[list[Row]], Iterable[dict[str, Any]]],
    *,
    order: tuple[str, ...] = ("-id",),
    updated: str = "updated_at",
) -> Response:
    """One page: `{"items": […], "next": cursor or null}`.

    `order` names unique-together columns, last one `id`. With `?updated_since=` the list becomes
    a feed ordered by (`updated`, id), so that a reader misses nothing. Raises Invalid.
    """
    since = request.query_params.get("updated_since")
    if since:
        order = (updated, "id")
        rows = rows.filter(**{f"{updated}__gte": _instant(since)})
    rows = rows.order_by(*order)
    cursor = request.query_params.get("cursor")
    if cursor:
        rows = rows.filter(_after(order, _decoded(cursor, len(order))))
    limit = _limit(request)
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    items = [sparse(request, item) for item in render(found)]
    return Response({"items": items, "next": _encoded(order, found[-1]) if more else None})


def sparse(request: Request, item: dict[str, Any]) -> dict[str, Any]:
    """Only the members that `?fields=a,b` names; all without it."""
    wanted = request.query_params.get("fields")
    if not wanted:
        return dict(item)
    names = set(wanted.split(","))
    return {key: value for key, value in item.items() if key in names}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(LIMIT))
    if not text.isdecimal() or not 1 <= int(text) <= LIMIT_MAX:
        raise _wrong("limit", noop("A number from 1 to 200."))
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise _wrong("updated_since", noop("An instant with its time zone, like 2026-11-21T08:00:00Z."))
    return instant


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
    text = json.dumps([v.isoformat() if isinstance(v, datetime) else v for v in values], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise _wrong("cursor", noop("Take the cursor from the last answer's “next”.")) from error
    if not isinstance(values, list) or len(values) != length:
        raise _wrong("cursor", noop("Take the cursor from the last answer's “next”."))
    return values


def _wrong(name: str, sentence: Any) -> Invalid:
    return Invalid(problems=[FieldProblem(f"/{name}", "invalid", sentence)])
