"""What a short text field may hold: trimmed, of bounded length, filled where it must be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import noop

_REQUIRED = noop("Fill this in.")
_TOO_LONG = noop("At most {length} characters.")
_NUL = noop("Remove the invisible characters.")
_SPACES = noop("A code has no spaces.")


def trimmed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, texts without white space around them."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def text_problems(
    values: Mapping[str, Any], limits: Mapping[str, int], required: Collection[str] = (), base: str = ""
) -> list[FieldProblem]:
    """What is wrong with the texts among `values`; `limits` gives each field's length in characters.

    A field that is absent from `values` is left alone: an edit names only what it changes.
    """
    problems = []
    for name, length in limits.items():
        if name not in values:
            continue
        text = values[name] or ""
        if not text and name in required:
            problems.append(FieldProblem(f"{base}/{name}", "required", _REQUIRED))
        elif len(text) > length:
            problems.append(FieldProblem(f"{base}/{name}", "too_long", _TOO_LONG, {"length": length}))
        elif any(char < " " for char in text):
            problems.append(FieldProblem(f"{base}/{name}", "control_characters", _NUL))
    return problems


def code_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with the `code`: typed into other systems and files, it has no spaces inside."""
    if any(char.isspace() for char in values.get("code") or ""):
        return [FieldProblem("/code", "spaces", _SPACES)]
    return []
