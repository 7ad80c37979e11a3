"""What the pages of stock share: their tabs and the warehouses to choose from."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from tenant_apps.logistics.models import WarehouseKind
from tenant_apps.logistics.queries import warehouses_visible_to


def tabs(request: HttpRequest, here: str) -> list[dict[str, object]]:
    """The tabs of stock; `here` is the name of the open one."""
    places = (
        ("list", _("Stock")),
        ("shortages", _("Shortages")),
        ("day", _("On a day")),
        ("stock_takes", _("Stock takes")),
        ("transfers", _("Transfers")),
    )
    return [
        {"label": label, "url": reverse(f"inventory:{name}"), "active": name == here}
        for name, label in places
    ]


def warehouse_choices(actor: Actor, *, own: bool = False) -> list[tuple[str, str]]:
    """The visible warehouses as choices; with `own` those whose stock is kept by hand."""
    rows = warehouses_visible_to(actor).order_by("code")
    if own:
        rows = rows.filter(kind=WarehouseKind.OWN)
    return [(place.public_id, place.name) for place in rows]


def row_errors(error: DomainError, rows: list[tuple[str, str]], base: str) -> list[dict[str, object]]:
    """The problems of pasted rows as `<c-errors>` shows them: row, column, value, sentence."""
    found: list[dict[str, object]] = []
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        is_row = len(parts) > 1 and parts[0] == base and parts[1].isdecimal() and int(parts[1]) < len(rows)
        code, amount = rows[int(parts[1])] if is_row else ("", "")
        is_code = parts[-1] in {"merchant_code", "external_id"}
        found.append(
            {
                "row": int(parts[1]) + 1 if is_row else None,
                "column": "" if not is_row else _("Code") if is_code else _("Quantity"),
                "value": code if is_code else amount,
                "message": str(problem),
            }
        )
    return found or [{"row": None, "column": "", "value": "", "message": str(error)}]
