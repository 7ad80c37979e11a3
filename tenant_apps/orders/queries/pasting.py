"""Pasted lines of code and quantity as rows of the pad: bundles opened, what is wrong said line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import Sentence, noop
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.queries.quotes import PadRow, rows_offered
from tenant_apps.orders.queries.unbundling import TOO_MANY_OPENED, AskedLine, Offered, unbundled
from tenant_apps.orders.rules import LINES_MAX, WantedLine
from tenant_apps.strategies.queries import lines_of_bundles, offers_named

_UNKNOWN = noop("Line {number}: {code} is not among your goods.")
_NO_QUANTITY = noop("Line {number}: {code} has no quantity.")
_REPEATED = noop("Line {number}: {code} was pasted before.")
_NO_PART = noop("Line {number}: {sku} of the bundle {code} is not among your goods.")
_NOT_SO_MANY = noop("Line {number}: {quantity} of the bundle {code} cannot be ordered.")

_NO_PACK = noop("Line {number}: {code} has no pack “{pack}”. Write one of: {known}.")
_BUNDLE_PACK = noop("Line {number}: {code} is a bundle, and bundles have no packs. Write how many bundles.")


class PastedLine(NamedTuple):
    """Number of the line, code, quantity (not finite where none was typed), and the pack if one was."""

    number: int
    code: str
    quantity: Decimal
    pack: str = ""


@dataclass(slots=True)
class Pasted:
    """What a paste comes to. Lines and rows go by the public id of the SKU.

    `taken` pasted lines are in them; `left_out` of the lines that the pad held can be ordered no more.
    """

    lines: list[WantedLine] = field(default_factory=list)
    rows: dict[str, PadRow] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    taken: int = 0
    left_out: int = 0


def pasted(
    actor: Actor,
    dealer: Dealer,
    lines: Sequence[PastedLine],
    currency: Currency,
    kept: Sequence[WantedLine] = (),
) -> Pasted:
    """Understand pasted lines, which come to those that the pad holds already (`kept`: SKUs, or bundles).

    A bundle is taken whole or not at all. Five statements; seven where a code is no SKU's, and up to four
    more where such a line is wrong.
    """
    names = {line.code for line in lines} | {line.sku for line in kept}
    offered = offers_named(dealer_id=dealer.pk, names=names)
    found = Pasted()
    sound = _sound(dealer, lines, offered, currency, found)
    asked, offered = _opened(dealer, kept, sound, offered, currency)
    rows = rows_offered(actor, dealer, offered)
    refused: dict[int, FieldProblem] = {}
    for one in asked:
        if one.index >= len(kept):
            place = one.index - len(kept)
            row = rows.get(one.wanted.sku)
            if row is None:
                refused.setdefault(place, _refusal(one, sound[place], offered))
            elif wrong := _pack_refusal(sound[place], row, offered):
                refused.setdefault(place, wrong)
    if refused:
        sound = [line for place, line in enumerate(sound) if place not in refused]
        asked, offered = _opened(dealer, kept, sound, offered, currency)
    found.problems = sorted([*found.problems, *refused.values()], key=lambda one: int(one.facts["number"]))
    if len(asked) > LINES_MAX:
        facts = {"maximum": LINES_MAX, "lines": len(asked)}
        found.problems.append(FieldProblem("/lines", "too_many_lines", TOO_MANY_OPENED, facts))
        return found
    for one in asked:
        if row := rows.get(one.wanted.sku):
            found.rows[row["sku"]] = row
            pack = "" if one.wanted.pack == row["unit"] else one.wanted.pack
            found.lines.append(replace(one.wanted, sku=row["sku"], pack=pack))
        else:
            found.left_out += 1
    found.taken = len(sound)
    return found


def _sound(
    dealer: Dealer, lines: Sequence[PastedLine], offered: Offered, currency: Currency, found: Pasted
) -> list[PastedLine]:
    """The lines that have a quantity and were not pasted before; what is wrong with the others is noted."""
    blank = {line.code for line in lines if not line.quantity.is_finite()}
    known = set(offered) | _bundles_among(dealer, sorted(blank - set(offered)), currency)
    seen, sound = set[int | str](), []
    for line in lines:
        number, code, quantity, _pack = line
        key = offered[code][0].pk if code in offered else code
        if not quantity.is_finite():
            found.problems.append(_problem(_NO_QUANTITY if code in known else _UNKNOWN, number, code=code))
        elif key in seen:
            found.problems.append(_problem(_REPEATED, number, code=code))
        else:
            seen.add(key)
            sound.append(line)
    return sound


def _bundles_among(dealer: Dealer, codes: Sequence[str], currency: Currency) -> set[str]:
    if not codes:
        return set()
    asked = [(code, Decimal(1), None) for code in codes]
    opened = lines_of_bundles(dealer_id=dealer.pk, asked=asked, currency=currency)
    return {code for code, parts in zip(codes, opened, strict=True) if parts is not None}


def _opened(
    dealer: Dealer,
    kept: Sequence[WantedLine],
    sound: Sequence[PastedLine],
    offered: Offered,
    currency: Currency,
) -> tuple[list[AskedLine], Offered]:
    typed = [WantedLine(line.code, line.quantity, line.pack) for line in sound]
    return unbundled(dealer.pk, [*kept, *typed], offered, currency)


def _refusal(one: AskedLine, line: PastedLine, offered: Offered) -> FieldProblem:
    number, code, quantity, _pack = line
    if not one.is_bundled:
        return _problem(_UNKNOWN, number, code=code)
    if one.wanted.sku == code and code not in offered:
        return _problem(_NOT_SO_MANY, number, code=code, quantity=plain(quantity))
    return _problem(_NO_PART, number, code=code, sku=one.wanted.sku)


def _pack_refusal(line: PastedLine, row: PadRow, offered: Offered) -> FieldProblem | None:
    """Why a line's pack cannot be meant, if so."""
    if not line.pack:
        return None
    if line.code not in offered:
        return _problem(_BUNDLE_PACK, line.number, code=line.code)
    known = [row["unit"], *(pack["name"] for pack in row["packs"])]
    if line.pack in known:
        return None
    return _problem(_NO_PACK, line.number, code=line.code, pack=line.pack, known=", ".join(known))


def _problem(sentence: Sentence, number: int, **facts: str) -> FieldProblem:
    return FieldProblem(f"/lines/{number}", "pasted_line", sentence, {"number": number, **facts})
