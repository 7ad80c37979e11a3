"""Filters of a list that bear the names of its columns (design.md §6)."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop

Row = TypeVar("Row", bound=Model)
_WORDS = {"true": True, "false": False, "yes": True, "no": False}
_SWITCH = noop("Write true or false.")
_NUL = noop("Remove the invisible characters.")


class Columns:
    """The columns that narrow a list to rows which hold exactly the given value.

    Each is named as in the answer; a keyword says where it stands when that has another name, such
    as `dealer="dealer__public_id"`. `flags` are columns that are true or false.
    """

    def __init__(self, *same: str, flags: tuple[str, ...] = (), **named: str) -> None:
        self._places = {**dict.fromkeys(same, ""), **named}
        self._flags = flags

    @property
    def parameters(self) -> list[OpenApiParameter]:
        """What the API's description says of them."""
        texts = [OpenApiParameter(name, description=f"Exactly this `{name}`.") for name in self._places]
        flags = [OpenApiParameter(name, bool, description="`true` or `false`.") for name in self._flags]
        return texts + flags

    def narrowed(self, request: Request, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows that hold what the address asks for; all without it. Raises Invalid."""
        asked = request.query_params
        texts = {place or name: asked[name] for name, place in self._places.items() if asked.get(name)}
        for name in self._places:
            if "\0" in asked.get(name, ""):
                raise Invalid(problems=[FieldProblem(f"/{name}", "control_characters", _NUL)])
        flags = {name: switch(name, asked[name]) for name in self._flags if asked.get(name)}
        return rows.filter(**texts, **flags) if texts or flags else rows


def switch(name: str, text: str) -> bool:
    """True or false, as the parameter `name` says it. Raises Invalid."""
    if text not in _WORDS:
        raise Invalid(problems=[FieldProblem(f"/{name}", "invalid", _SWITCH)])
    return _WORDS[text]
