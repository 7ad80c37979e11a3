"""What every endpoint's description says without writing it down: pages, sparse answers, versions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import Serializer

# Of a list that is no feed: `@extend_schema(parameters=[NO_FEED])`.
NO_FEED = OpenApiParameter("updated_since", exclude=True)
KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="The same key and body have one effect and one answer; a replay bears `Idempotent-Replayed`.",
)


def _parameter(name: str, description: str, *, place: str = "query", kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": place, "description": description, "schema": {"type": kind}}


_FIELDS = _parameter("fields", "Only these members, separated by commas.")
_SINCE = (
    "An instant with its time zone: rows changed since, oldest change first. Begin a minute before the"
    " last one you saw, as a change is seen when its transaction ends."
)
_PAGE = [
    _parameter("cursor", "From the last answer's `next`."),
    _parameter("limit", "1 to 200; 50 without it.", kind="integer"),
    _parameter("updated_since", _SINCE),
    _FIELDS,
]
_MATCH = _parameter(
    "If-Match", "The record's `ETag`: 412 when somebody else changed it meanwhile.", place="header"
)


class EndpointSchema(AutoSchema):  # type: ignore[misc]
    """The description of an `Endpoint`: a page is an answer with `items` and `next`."""

    def get_operation_id(self) -> str:
        """`people_list` for a page, where the default would say `people_retrieve`."""
        named: str = super().get_operation_id()
        stem = named.removesuffix("_retrieve")
        return f"{stem}_list" if stem != named and self._is_page() else named

    def _get_pagination_parameters(self) -> list[dict[str, Any]]:
        """What the shared mechanisms understand: of pages, of single records, of edits."""
        if self.method == "GET":
            return _PAGE if self._is_page() else [_FIELDS]
        return [_MATCH] if self.method == "PATCH" else []

    def _is_page(self) -> bool:
        answer = self.get_response_serializers()
        shape = answer() if isinstance(answer, type) else answer
        return isinstance(shape, Serializer) and {"items", "next"} <= set(shape.fields)
