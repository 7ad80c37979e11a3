"""What the pad's script is answered: totals, an error per line, and what promotions do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency, Money
from platform_core.web.formats import money_text
from tenant_apps.orders.pages.swaps import swaps_of
from tenant_apps.orders.queries.choosing import why_sentences
from tenant_apps.orders.queries.drafts import Draft
from tenant_apps.orders.queries.proposing import shortages_of
from tenant_apps.orders.queries.quotes import quote_of, shortfall_sentence
from tenant_apps.orders.rules import WantedLine
from tenant_apps.strategies.models import PromotionKind

CODES_SHOWN = 6


def quote_answer(actor: Actor, draft: Draft, lines: Sequence[WantedLine]) -> dict[str, Any]:
    """What the script of the pad understands: an error per line, the rest as one sentence.

    A line that is short comes with what is proposed instead.
    """
    found = quote_of(draft)
    errors: list[dict[str, Any]] = []
    general = []
    for problem in draft.problems:
        place = line_of(problem)
        if place is not None and place < len(lines):
            errors.append({"sku": lines[place].sku, "error": str(problem)})
        elif not problem.pointer.startswith("/address"):
            general.append(str(problem))
    for hint in draft.hints:
        place = line_of(hint)
        if place is not None and place < len(lines):
            errors.append({"sku": lines[place].sku, "hint": str(hint)})
    for gone in draft.shorts:
        errors.append({"sku": lines[gone.index].sku, "hint": str(gone.note)})
    for shortage in shortages_of(actor, draft):
        errors.append({"sku": lines[shortage.index].sku, "swaps": swaps_of(draft, shortage)})
    short = shortfall_sentence(found)
    is_refused = draft.settings.check_balance_at_submit
    general.append(short if is_refused else "")
    note = "" if draft.freight_known else _("Freight to be set: your supplier adds it in its review.")
    return {
        **found,
        "lines": errors,
        "extras": [*_extras(found), *found["notes"], *_parts(draft, found)],
        "message": " ".join(filter(None, general)),
        "freight_note": " ".join(
            filter(None, [note if draft.lines and not general[:-1] else "", "" if is_refused else short])
        ),
    }


def _extras(quote: Mapping[str, Any]) -> list[str]:
    """What promotions do to the order, a sentence each."""
    currency = Currency(quote["currency"])
    taken = [
        f"{one['name']}: {money_text(-Money.parse(one['amount'], currency).minor, currency)}"
        for one in quote["promotions"]
        if one["kind"] != PromotionKind.GIFT
    ]
    gifts = [_("Gift: {quantity} {unit} {name}").format(**one) for one in quote["gifts"]]
    return taken + gifts


def _parts(draft: Draft, quote: Mapping[str, Any]) -> list[str]:
    """Into which orders the request is split, with goods and freight of each, and why; a sentence each."""
    if not draft.parts:
        return []
    said = [why_sentences(draft.chosen)["warehouse"]]
    for part, facts in zip(draft.parts, quote["parts"], strict=True):
        codes = [line.sku.merchant_code for line in part.stored_lines]
        amounts = {name: _shown(facts[name], draft.currency) for name in ("goods", "freight")}
        if not facts["freight_known"]:
            amounts["freight"] = _("to be set")
        named = ", ".join(codes[:CODES_SHOWN]) + "…" * (len(codes) > CODES_SHOWN)
        sentence = _("{part}. {name}: {codes} · goods {goods}, freight {freight}")
        said.append(sentence.format(**{**facts, **amounts, "codes": named}))
    return said


def _shown(amount: str, currency: Currency) -> str:
    return money_text(Money.parse(amount, currency).minor, currency)


def line_of(problem: FieldProblem) -> int | None:
    """The place of the line that a problem points at."""
    parts = problem.pointer.split("/")
    return int(parts[2]) if len(parts) > 2 and parts[1] == "lines" and parts[2].isdecimal() else None  # noqa: PLR2004
