"""The interface is one text in two languages: each sentence has its Chinese, and a word the same everywhere.

Django merges all catalogs and the first app wins, so two translations of one word would show at random.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation.template import templatize

from tests.architecture.houses import FILES, HOUSES, ROOT, short, tree

CATALOGS = sorted(
    path for house in HOUSES for path in (ROOT / house).rglob("locale/zh_Hans/LC_MESSAGES/django.po")
)
# How many texts come first in each function that marks one, and whether a context comes before them.
MARKS = {"gettext": (1, False), "pgettext": (1, True), "ngettext": (2, False), "npgettext": (2, True)}
MARKS |= {f"{name}_lazy": how for name, how in MARKS.items()}
MARKS |= dict.fromkeys(("_", "noop", "gettext_noop"), (1, False))
QUOTED = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
MARKED = re.compile(rf"\b(_|n?p?gettext)\(\s*{QUOTED}(?:,\s*{QUOTED})?(?:,\s*{QUOTED})?")
Key = tuple[str | None, str]


def catalog(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="zh_Hans", abort_invalid=True)


def translations(path: Path) -> dict[Key, list[str]]:
    """Every (context, singular) of a catalog with its Chinese."""
    return {(m.context, listed(m.id)[0]): listed(m.string) for m in catalog(path) if m.id}


def listed(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else [*text]


def key(function: str, texts: list[str]) -> Key:
    return (texts[0], texts[1]) if MARKS[function][1] else (None, texts[0])


def marked_in_python(path: Path) -> set[Key]:
    found = set()
    for node in ast.walk(tree(path)):
        name = getattr(node.func, "id", None) if isinstance(node, ast.Call) else None
        if name in MARKS:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if len(texts) >= sum(MARKS[name]):
                found.add(key(name, texts))
    return found


def marked_in_template(path: Path) -> set[Key]:
    """Django's own rewriting of a template for the gettext tools, read with one pattern."""
    return {
        key(name, [ast.literal_eval(text) for text in texts if text])
        for name, *texts in MARKED.findall(templatize(path.read_text(), origin=short(path)))
    }


def test_each_catalog_is_whole():
    assert len(CATALOGS) >= 15
    faults = []
    for path in CATALOGS:
        whole = catalog(path)
        if "Language: zh_Hans" not in path.read_text() or whole.plural_forms != "nplurals=1; plural=0;":
            faults.append(f"{short(path)}: header")
        faults += [f"{short(path)}: fuzzy {m.id}" for m in whole if m.id and m.fuzzy]
        faults += [f"{short(path)}: empty {k}" for k, texts in translations(path).items() if not all(texts)]
    assert faults == []


def test_a_word_has_one_translation():
    said: dict[Key, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in CATALOGS:
        for word, texts in translations(path).items():
            said[word][tuple(texts)].append(short(path).partition("/locale")[0])
    assert {word: dict(ways) for word, ways in said.items() if len(ways) > 1} == {}


def test_our_word_wins_over_a_librarys():
    with translation.override("zh-hans"):
        shown = {
            (context, text): translation.pgettext(context, text) if context else translation.gettext(text)
            for path in CATALOGS
            for context, text in translations(path)
        }
    ours = {word: texts[0] for path in CATALOGS for word, texts in translations(path).items()}
    assert {word: (shown[word], ours[word]) for word in ours if shown[word] != ours[word]} == {}


def test_each_marked_text_has_its_chinese():
    known = {word for path in CATALOGS for word in translations(path)}
    pages = [page for house in HOUSES for page in (ROOT / house).rglob("templates/**/*.*")]
    marked = {path: marked_in_python(path) for path in FILES}
    marked |= {page: marked_in_template(page) for page in pages if page.suffix in {".html", ".txt"}}
    missing = {short(path): sorted(words - known, key=str) for path, words in marked.items() if words - known}
    assert missing == {}
