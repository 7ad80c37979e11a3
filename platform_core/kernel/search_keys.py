"""Keys that let people find and sort names: folded letters, pinyin and initials.

Stored as columns when a row is written (`design.md` §3 "Ids"), so that a search is one index
look-up: `nongfu`, `nfsq` and `农夫` all find 农夫山泉.
"""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# Letters that Unicode does not take apart into a base and an accent, but people type as the base.
_UNACCENTED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "⁄": "/", "æ": "ae", "œ": "oe"}
)
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_DIGITS = re.compile(r"[0-9]+")
# Long enough for a barcode (14), so that "9 L" sorts before "10 L".
_SORT_DIGITS = 14


def fold(text: str) -> str:
    """Lower case, half width, without accents, with single spaces: `Ｃafé  ２Ｌ` becomes `cafe 2l`."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    # Once more, since case folding may bring a compatibility letter back (`ſ`, `ᾳ`).
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_UNACCENTED).split())


def pinyin(text: str) -> str:
    """Chinese read aloud without tones, other writing folded: `农夫山泉 NFC` becomes `nongfushanquan nfc`."""
    return "".join(lazy_pinyin(fold(text), style=Style.NORMAL, errors="default"))


def initials(text: str) -> str:
    """First letter of every Chinese syllable, other writing folded: `农夫山泉 2L` becomes `nfsq 2l`."""
    return "".join(lazy_pinyin(fold(text), style=Style.FIRST_LETTER, errors="default"))


def search_key(*texts: str) -> str:
    """The stored search column of a row: its texts folded, as pinyin and as initials, each once."""
    folded = [fold(text) for text in texts if text]
    chinese = [text for text in folded if _HAN.search(text)]
    keys = [*folded, *(pinyin(text) for text in chinese), *(initials(text) for text in chinese)]
    return " ".join(dict.fromkeys(key for key in keys if key))


def sort_key(text: str) -> str:
    """The stored sort column: syllable by syllable in pinyin order, numbers by their size.

    The folded text itself ends the key, so that homophones (背景, 北京) keep one fixed order.
    """
    folded = fold(text)
    syllables = lazy_pinyin(folded, style=Style.NORMAL, errors="default")
    spoken = " ".join(part.strip() for part in syllables if part.strip())
    return f"{_pad_numbers(spoken)} {folded}".strip() if spoken != folded else _pad_numbers(folded)


def _pad_numbers(text: str) -> str:
    return _DIGITS.sub(lambda digits: digits.group().zfill(_SORT_DIGITS), text)
