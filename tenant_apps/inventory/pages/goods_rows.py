"""Goods of a document of stock: rows picked by code or name, typed, or pasted from a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.errors import DomainError
from platform_core.web.asking import actor_of
from tenant_apps.catalog.models import Sku
from tenant_apps.catalog.queries import skus_by_code
from tenant_apps.inventory import queries
from tenant_apps.inventory.pages.shared import row_errors
from tenant_apps.inventory.rules import pasted

FOUND: Final = 10
SHOWN_MAX: Final = 200
"""More rows than these stay the text that was pasted."""
_CHANGED: Final = "goods-changed"


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One row as it is shown; without `sku` its code is typed."""

    code: str = ""
    quantity: str = ""
    sku: Sku | None = None
    error: str = ""


def asked_rows(request: HttpRequest, text: str) -> list[tuple[str, str]]:
    """Code and quantity of every row that was sent, then of every line of `text`; blank rows are left out."""
    picked = zip_longest(request.POST.getlist("code"), request.POST.getlist("quantity"), fillvalue="")
    rows = [(code.strip(), quantity.strip()) for code, quantity in picked]
    return [row for row in rows if any(row)] + pasted(text)


def shown_rows(rows: Sequence[tuple[str, str]], errors: Mapping[int, str] | None = None) -> list[GoodsRow]:
    """The rows with their SKUs, and what is wrong with them by place. One statement."""
    known = skus_by_code({code for code, _quantity in rows})
    said = errors or {}
    return [
        GoodsRow(code, quantity, sku := known.get(code), said.get(place) or _unknown(code, sku))
        for place, (code, quantity) in enumerate(rows)
    ]


def text_beyond(rows: Sequence[tuple[str, str]]) -> str:
    """Rows that are too many to be shown, as the text they would be pasted as; nothing for fewer."""
    if len(rows) <= SHOWN_MAX:
        return ""
    return "\n".join(f"{code}\t{quantity}".rstrip() for code, quantity in rows)


def goods_context(
    rows: Sequence[tuple[str, str]], *, error: DomainError | None = None, base: str = "", counted: bool = True
) -> dict[str, object]:
    """What the picker shows: `goods`, or none of them where they are too many to stand in rows.

    `error` stands beside the rows that its pointers (`/<base>/<place>/…`) name; rows that are `counted`
    have a quantity.
    """
    problems: dict[int, str] = {}
    for one in error.problems if error else ():
        parts = one.pointer.strip("/").split("/")
        if parts[0] == base and len(parts) > 1 and parts[1].isdecimal():
            problems.setdefault(int(parts[1]), str(one))
    shown = shown_rows(rows, problems) if len(rows) <= SHOWN_MAX else []
    return {
        "goods": shown,
        "counted": counted,
        "errors": row_errors(error, list(rows), base) if error else [],
    }


def _unknown(code: str, sku: Sku | None) -> str:
    return "" if sku or not code else _("There is no SKU {code}.").format(code=code)


@require_GET
def goods_row(request: HttpRequest) -> HttpResponse:
    """One more row, to type a code into; a row that is removed asks for it, too."""
    queries.goods_to_pick(actor_of(request), "")
    return _changed(_answer(request, "goods_row", {"row": GoodsRow()}))


@require_POST
def goods_found(request: HttpRequest) -> HttpResponse:
    """The SKUs that fit what is searched; those among the rows are marked."""
    text = request.POST.get("find", "").strip()
    found = list(queries.goods_to_pick(actor_of(request), text)[: FOUND + 1])
    context = {"found": found[:FOUND], "is_more": len(found) > FOUND, "text": text}
    return _answer(request, "goods_found", {**context, "taken": set(request.POST.getlist("code"))})


@require_POST
def goods_rows(request: HttpRequest) -> HttpResponse:
    """Rows for one found SKU (`add`), or for the pasted lines; what is in the list already is not added."""
    queries.goods_to_pick(actor_of(request), "")
    one = request.POST.get("add", "")
    taken = set(request.POST.getlist("code"))
    rows = [(one, "")] if one else pasted(request.POST.get("lines") or request.POST.get("codes") or "")
    added = [row for row in rows if row[0] not in taken]
    is_too_many = len(added) + len(taken) > SHOWN_MAX
    context = {
        "goods": [] if is_too_many else shown_rows(added),
        "one": one,
        "is_too_many": is_too_many,
        "most": SHOWN_MAX,
        "left_out": len(rows) - len(added),
        "field": "lines" if "lines" in request.POST else "codes",
    }
    return _changed(_answer(request, "goods_added", context))


def _changed(answer: HttpResponse) -> HttpResponse:
    """Tells the page that its rows change, so that it marks anew what is among them."""
    answer["HX-Trigger"] = _CHANGED
    return answer


def _answer(request: HttpRequest, part: str, context: dict[str, object]) -> HttpResponse:
    counted = request.GET.get("counted") != "no"
    return render(request, f"inventory/parts/{part}.html", {**context, "counted": counted})
