"""What can be imported: each app says of its kind who may, what storing means, and what is told then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import Sentence
from platform_core.web.formats import decimal_text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import; `settings.IMPORTS` names each by its key and a dotted path.

    `work(actor, import)` stores the file: in one transaction that ends with `operations.finish`,
    or row by row with `operations.each_row`. It is asked again after a worker died.
    `said(result)` is the report's sentence, `start` and `home` are pages: where another file is
    uploaded, and where the effect is seen. `subjects(actor)` gives the rows (with `public_id`)
    an import's subject must be among to be seen. `report` is a template with more of the report.
    `is_file` false: its file is a note of our own, which nobody uploaded and nobody is shown.
    """

    key: str
    name: Sentence
    permission: str
    work: Callable[[Actor, Import], None]
    said: Callable[[Mapping[str, Any]], str]
    start: Callable[[Import], str]
    home: Callable[[Import], str]
    home_name: Sentence
    subjects: Callable[[Actor], QuerySet[Any]] | None = None
    report: str = ""
    is_file: bool = True


def grouped(result: Mapping[str, Any]) -> dict[str, str]:
    """The counts of a result as the reader writes numbers."""
    return {name: decimal_text(count) for name, count in result.items() if isinstance(count, int)}


def kind_named(key: str) -> Kind:
    """The kind of this key."""
    found: Kind = import_string(settings.IMPORTS[key])
    return found


def kinds_for(actor: Actor) -> list[Kind]:
    """The kinds whose imports the actor may do and so see."""
    return [kind for kind in map(kind_named, settings.IMPORTS) if actor.may(kind.permission)]
