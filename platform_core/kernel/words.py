"""Sentences that are translated when they are shown, not when they are raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_translate: Callable[[str], str] = str


def install_translator(translate: Callable[[str], str]) -> None:
    """Tell the kernel how to translate: the web layer hands in gettext. The kernel knows no Django."""
    global _translate  # noqa: PLW0603 - one seam, set once at start-up
    _translate = translate


class Sentence(str):
    """An English sentence with named placeholders: `Sentence("{sku}: {free} free")`."""

    __slots__ = ()

    def with_facts(self, facts: Mapping[str, Any]) -> str:
        """Translate, then fill the placeholders. A missing fact is shown as its name, never raised."""
        return _translate(str(self)).format_map(_Facts(facts))


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def noop(text: str) -> Sentence:
    """Mark a sentence for translation (xgettext keyword `noop`)."""
    return Sentence(text)


def finished(text: str) -> Sentence:
    """A sentence whose placeholders are filled already: braces in it were typed by somebody."""
    return Sentence(text.replace("{", "{{").replace("}", "}}"))
