"""Turns audit lines into the entries that `<c-timeline>` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from platform_core.audit.models import AuditLine
from platform_core.kernel.money import Currency, Money

_TONES = {"created": "good", "enabled": "good", "disabled": "warn", "deleted": "bad", "archived": "warn"}
_MINOR = "_minor"


def history(
    lines: Iterable[AuditLine],
    verbs: Mapping[str, Any],
    fields: Mapping[str, Any],
    currency: str = "",
    words: Mapping[str, Callable[[Any], Any]] | None = None,
) -> list[dict[str, Any]]:
    """One entry per line. `verbs` and `fields` are the words for people; `…_minor` is shown as money.

    `words` says by field how a stored code reads. What is new has no value before.
    """
    said = words or {}
    return [
        {
            "at": line.at,
            "who": line.actor_name,
            "on_behalf_of": line.actor_on_behalf_of,
            "label": verbs.get(line.verb, line.verb),
            "is_new": not line.before,
            "tone": _TONES.get(line.verb.rpartition("_")[2], "neutral"),
            "changes": [
                {
                    "label": fields.get(name, name),
                    "before": _shown(name, line.before.get(name), currency, said),
                    "after": _shown(name, line.after.get(name), currency, said),
                }
                for name in {**line.before, **line.after}
                if _is_worth_telling(line, name)
            ],
        }
        for line in lines
    ]


def _is_worth_telling(line: AuditLine, name: str) -> bool:
    return any(side.get(name) not in (None, "", False) for side in (line.before, line.after))


def _shown(name: str, value: Any, currency: str, words: Mapping[str, Callable[[Any], Any]]) -> Any:
    if name in words and value not in (None, ""):
        return words[name](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith(_MINOR) and isinstance(value, int) and currency:
        return Money(value, Currency(currency))
    return value
