"""What the finance form of an order sends, and how it is shown again with what was wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, FieldProblem, Invalid
from platform_core.kernel.quantity import plain
from platform_core.kernel.words import noop
from tenant_apps.orders.commands.finance import AdjustmentWanted
from tenant_apps.orders.commands.granting import GrantWanted, Terms
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.serializers.finance import minor_of
from tenant_apps.strategies.queries.publication import organisations_of, organisations_visible_to

GRANT = "grant_"
_NUMBER = noop("Write a quantity like 3 or 2.5.")
_DAY = noop("Choose a day.")


def adjustment_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows of the form that say something."""
    names = ("kind", "amount", "why", "line")
    columns = [data.getlist(name) for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["amount"].strip() or row["why"].strip()]


def adjustment_wanted(index: int, row: dict[str, str]) -> AdjustmentWanted:
    """One row as the command asks for it. Raises Invalid for an amount that is none."""
    minor = minor_of(row["amount"] or "0", f"/adjustments/{index}/amount")
    line = int(row["line"]) if row["line"].isdecimal() and row["kind"] == "goods" else None
    return AdjustmentWanted(row["kind"], minor, row["why"], line)


def rows_with_errors(rows: list[dict[str, str]], error: DomainError) -> list[dict[str, Any]]:
    """What was typed, with each sentence at its row."""
    found: list[dict[str, Any]] = [{**row, "errors": []} for row in rows]
    for problem in error.problems:
        parts = problem.pointer.split("/")
        if len(parts) > 2 and parts[1] == "adjustments" and int(parts[2]) < len(found):  # noqa: PLR2004
            found[int(parts[2])]["errors"].append(str(problem))
    return found


def grants_wanted(data: QueryDict, order: SalesOrder) -> list[GrantWanted]:
    """The lines whose quantity was changed in the form, for one reason. Raises Invalid for no number."""
    reason = data.get("grant_reason", "")
    found: list[GrantWanted] = []
    for line in sorted(order.lines.all(), key=lambda one: one.position):
        text = data.get(f"{GRANT}{line.position}", "").strip()
        if text and text != plain(line.quantity):
            quantity = _number(text, f"/grants/{len(found)}/quantity")
            found.append(GrantWanted(quantity, reason, line.position))
    return found


def granting_rows(order: SalesOrder, data: QueryDict) -> list[dict[str, Any]]:
    """Every line with the quantity to grant, as it was typed or as it stands."""
    lines = sorted(order.lines.all(), key=lambda one: one.position)
    return [
        {"line": line, "value": data.get(f"{GRANT}{line.position}", plain(line.quantity))} for line in lines
    ]


def granted_of_sku(data: QueryDict) -> list[GrantWanted]:
    """What the bulk form grants at most of one SKU. Raises Invalid for no number."""
    code = data.get("grant_sku", "").strip()
    if not code:
        return []
    quantity = _number(data.get("grant_most", "").strip(), "/grants/0/quantity")
    return [GrantWanted(quantity, data.get("grant_why", ""), sku=code)]


def terms_wanted(data: QueryDict) -> Terms:
    """Organisation and delivery day of the form; a field that is not there leaves what it is."""
    day = data.get("delivery_day", "").strip()
    try:
        delivery = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise Invalid(problems=[FieldProblem("/delivery_day", "no_day", _DAY)]) from error
    return Terms(data.get("organisation"), delivery)


def organisation_choices(actor: Actor, order: SalesOrder) -> list[tuple[str, str]]:
    """The enabled organisations that the order's dealer orders from; none where there are none."""
    theirs = organisations_of(actor, order.dealer)
    rows = theirs or organisations_visible_to(actor)
    return [(one.public_id, one.name) for one in rows if one.enabled or one.public_id == order.organisation]


def _number(text: str, pointer: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise Invalid(problems=[FieldProblem(pointer, "quantity_invalid", _NUMBER)]) from error
