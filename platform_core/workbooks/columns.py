"""What a column of an imported or exported table is called and may hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import Sentence

# What people and templates append to the heading of a required column.
_MARKS = ("*", "(必填)", "(required)")
NO_HELP = Sentence("")


class Kind(StrEnum):
    """What a cell holds, and the Python type it is read as."""

    TEXT = "text"  # str
    DECIMAL = "decimal"  # Decimal
    INTEGER = "integer"  # int
    BOOLEAN = "boolean"  # bool
    CHOICE = "choice"  # str, the value of a Choice
    DATE = "date"  # datetime.date


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed entry: the stored value and its two names; all three are accepted."""

    value: str
    en: str
    zh: str

    def title(self, locale: str) -> str:
        """Name in the reader's language."""
        return self.zh if is_chinese(locale) else self.en


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key. Both headings, the key and the aliases are accepted when reading.

    `max_length` counts characters of text; `places`, `minimum` and `maximum` bind numbers, and
    `unique` refuses a second row with the same value. `help` is the rule as the template tells it.
    """

    key: str
    en: str
    zh: str
    kind: Kind = Kind.TEXT
    required: bool = False
    unique: bool = False
    max_length: int = 255
    choices: tuple[Choice, ...] = ()
    help: Sentence = NO_HELP
    places: int = 6
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    aliases: tuple[str, ...] = ()

    def title(self, locale: str) -> str:
        """Heading in the reader's language."""
        return self.zh if is_chinese(locale) else self.en

    def names(self) -> frozenset[str]:
        """Every heading that means this column, folded."""
        return frozenset(heading_key(name) for name in (self.key, self.en, self.zh, *self.aliases))


def is_chinese(locale: str) -> bool:
    """Whether a language code (`zh-hans`, `zh_CN`, `en`) is Chinese."""
    return locale.lower().startswith("zh")


def heading_key(heading: str) -> str:
    """A heading for comparison: folded, without the mark of a required column."""
    folded = fold(heading)
    for mark in _MARKS:
        folded = folded.removesuffix(mark).strip()
    return folded


def column_letter(index: int) -> str:
    """Excel's name of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Count from 0 of a column's letters, upper or lower case."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
