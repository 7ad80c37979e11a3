"""`PUT …/by-external-id/…`: another system's id instead of ours, so that it needs no mapping table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from platform_core.api.views import tagged


def put_row(
    rows: QuerySet[Any],
    external_id: str,
    *,
    add: Callable[[], Any],
    change: Callable[[str], Any],
    shape: Callable[[Any], dict[str, Any]],
) -> Response:
    """Change the one of `rows` that another system knows by this id (200), or add it (201).

    `change` gets our id of it. When two requests add it at once, the unique column lets one through
    and the other is refused at `/external_id`; asked again, it changes.
    """
    known = rows.filter(external_id=external_id.strip()).values_list("public_id", flat=True).first()
    row = add() if known is None else change(known)
    return tagged(shape(row), row.version, 201 if known is None else 200)
