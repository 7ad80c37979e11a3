"""One order as its page and the API show it: what it consists of, what happened, what it can become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.words import noop
from tenant_apps.logistics.queries import finance_reason_sentences
from tenant_apps.orders.approval import CHAIN_REASON, level_of
from tenant_apps.orders.models import OrderAdjustment, SalesOrder, SalesOrderLine, SalesOrderStep
from tenant_apps.orders.queries.chain_choices import people_and_roles, who_is_named
from tenant_apps.orders.queries.orders import orders_visible_to
from tenant_apps.orders.rules import Address, Wanted, WantedLine
from tenant_apps.orders.states import OrderState

STEP_LABELS = {
    "submit": gettext_lazy("Placed"),
    "edit": gettext_lazy("Changed"),
    "review": gettext_lazy("Reviewed"),
    "review_failed": gettext_lazy("Review refused"),
    "approve": gettext_lazy("Approved by finance"),
    "adjust": gettext_lazy("Adjusted and approved"),
    "approve_level": gettext_lazy("Level approved"),
    "return_level": gettext_lazy("Sent back by one level"),
    "decline": gettext_lazy("Declined by an approver"),
    "cancel_line": gettext_lazy("Line cancelled"),
    "reject_finance": gettext_lazy("Sent back to finance"),
    "reject": gettext_lazy("Sent back to review"),
    "cancel": gettext_lazy("Cancelled"),
    "close_rest": gettext_lazy("Rest closed"),
    "ship": gettext_lazy("Shipped"),
    "complete": gettext_lazy("Completed"),
}
AMOUNT_LABELS = {
    "goods": gettext_lazy("Goods amount"),
    "goods_adjustment": gettext_lazy("Goods adjustment"),
    "freight": gettext_lazy("Freight"),
    "freight_adjustment": gettext_lazy("Freight adjustment"),
    "fee": gettext_lazy("Service fee"),
    "tax": gettext_lazy("Tax"),
    "total": gettext_lazy("Total"),
    "charged": gettext_lazy("Charged"),
}
_CHAIN = noop("The order's approval chain asks for a finance review.")
_UNCOVERED = noop("No line of the freight table covers this address: freight is to be set.")


def whole_order(actor: Actor, order_id: str) -> SalesOrder:
    """One order with lines, adjustments, grants and steps: a fixed number of statements. Raises NotFound."""
    order = _with_parties(orders_visible_to(actor)).filter(public_id=order_id).first()
    if order is None:
        raise NotFound(noun=_("order"))
    return order


def orders_at_hand(actor: Actor, ids: Sequence[int]) -> list[SalesOrder]:
    """These of the visible orders, in the given order, each with what its page needs: five statements."""
    found = {order.pk: order for order in _with_parties(orders_visible_to(actor)).filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def _with_parties(rows: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    return rows.select_related("dealer__level", "shop", "warehouse", "carrier").prefetch_related(
        "lines__sku", "adjustments__line", "steps", "cancelled_lines", "grants"
    )


def history_of(order: SalesOrder) -> list[dict[str, Any]]:
    """Every move, newest first: who, when, on whose behalf, why, and which amounts changed."""
    currency = Currency(order.currency)
    found = []
    for step in sorted(order.steps.all(), key=lambda one: -one.pk):
        found.append(
            {
                "at": step.at,
                "who": _who(step),
                "label": STEP_LABELS.get(step.name, step.name),
                "tone": "bad" if step.name in {"review_failed", "cancel"} else _tone(step),
                "reason": _reason(step),
                "on_behalf_of": step.actor_on_behalf_of,
                "changes": _changes(step, currency),
            }
        )
    return found


def _reason(step: SalesOrderStep) -> str:
    """Level and capacity before the reason: `Clerk · for Ann · too dear`."""
    words = {
        "alone": _("approved alone"),
        "administrator": _("as administrator: nobody of the level is there"),
        "approver": _("approved above the spending limit"),
    }
    parts = [step.level, words.get(step.standing, "")]
    if step.standing_for:
        parts.append(_("for {name}").format(name=step.standing_for))
    return " · ".join(part for part in [*parts, step.reason] if part)


def approval_of(order: SalesOrder, *, with_people: bool) -> dict[str, Any] | None:
    """The order's approval chain for its page: the levels for `<c-steps>`, and who still has to.

    `with_people` costs two statements while a level waits: the names of who may approve it.
    """
    approval = order.approval
    if not approval:
        return None
    place, is_open = approval["level"], approval["current"] is not None
    steps = []
    for i, level in enumerate(approval["levels"]):
        hint = ""
        if i < place:
            hint = level["by_name"]
            if level.get("for_name"):
                hint = _("{name}, for {absent}").format(name=hint, absent=level["for_name"])
        state = "done" if i < place else "current" if i == place else "todo"
        at = datetime.fromisoformat(level["at"]) if i < place else None
        steps.append({"label": level["name"], "state": state, "hint": hint, "at": at})
    if is_open and with_people and order.state == OrderState.PENDING_FINANCE:
        people, roles = people_and_roles()
        steps[place]["hint"] = ", ".join(who_is_named(level_of(approval), people, roles))
    return {"name": approval["name"], "steps": steps}


def _who(step: SalesOrderStep) -> str:
    return _("Automatic review") if step.actor_kind == "system" else step.actor_name


def _tone(step: SalesOrderStep) -> str:
    if step.name in {"reject", "reject_finance", "return_level", "decline", "cancel_line", "close_rest"}:
        return "warn"
    return "good" if step.target in {OrderState.APPROVED, OrderState.COMPLETED} else "info"


def _changes(step: SalesOrderStep, currency: Currency) -> list[dict[str, Any]]:
    return [
        {
            "label": AMOUNT_LABELS.get(name, name),
            "before": Money.parse(step.before[name], currency) if name in step.before else "",
            "after": Money.parse(after, currency),
        }
        for name, after in step.after.items()
        if step.before and step.before.get(name) != after
    ]


def progress_of(order: SalesOrder) -> list[dict[str, Any]]:
    """The road of an order for `<c-steps>`: done, current and still to come."""
    road: list[tuple[str, Any]] = [
        (OrderState.PENDING_REVIEW, _("Review")),
        (OrderState.PENDING_FINANCE, _("Finance")),
        (OrderState.APPROVED, _("Shipping")),
        (OrderState.SHIPPED, _("To be received")),
        (OrderState.COMPLETED, _("Completed")),
    ]
    if order.state == OrderState.CANCELLED:
        last = 0 if order.reviewed_at is None else 2 if order.approved_at else 1
        reached = [{"label": label, "state": "done"} for _state, label in road[:last]]
        return [*reached, {"label": _("Cancelled"), "state": "failed"}]
    if order.state != OrderState.PENDING_FINANCE and not order.finance_reasons:
        road.pop(1)
    names = [state for state, _label in road]
    shown = OrderState.APPROVED if order.state in {"pushed", "partly_shipped"} else order.state
    at = names.index(OrderState(shown))
    done = order.state == OrderState.COMPLETED
    return [
        {"label": label, "state": "done" if i < at or done else "current" if i == at else "todo"}
        for i, (_state, label) in enumerate(road)
    ]


def finance_sentences(order: SalesOrder) -> list[str]:
    """Why the order waits, or waited, for the supplier's finance review."""
    return finance_words(order.finance_reasons)


def finance_words(reasons: Iterable[str]) -> list[str]:
    """Stored reasons of a finance review as sentences."""
    known = {**finance_reason_sentences(), "uncovered": _UNCOVERED, CHAIN_REASON: _CHAIN}
    return [known[name].with_facts({}) for name in reasons if name in known]


def standing(order: SalesOrder) -> list[OrderAdjustment]:
    """The adjustments in force."""
    return [one for one in order.adjustments.all() if one.undone_at is None]


def address_of(order: SalesOrder) -> Address:
    """Where it goes."""
    return Address(**{name: getattr(order, name) for name in Address.__dataclass_fields__})


def wanted_of(order: SalesOrder) -> Wanted:
    """The request that would make this order again: what an edit starts from."""
    return Wanted(
        lines=tuple(_wanted_line(line) for line in _in_place(asked_lines(order))),
        address=address_of(order),
        shop=order.shop.public_id,
        carrier=order.carrier.public_id if order.carrier else "",
        warehouse=order.warehouse.public_id,
        client_ref=order.client_ref or "",
        nickname=order.nickname,
        memo=order.memo,
        service_memo=order.service_memo,
        invoice_kind=order.invoice_kind,
        coupon=order.coupon_code,
    )


def wanted_without(order: SalesOrder, position: int) -> Wanted:
    """The request that would make this order again without one of its lines."""
    lines = [line for line in _in_place(asked_lines(order)) if line.position != position]
    return replace(wanted_of(order), lines=tuple(_wanted_line(line) for line in lines))


def _wanted_line(line: SalesOrderLine) -> WantedLine:
    return WantedLine(
        line.merchant_code, asked_of(line) / line.pack_units, line.pack_name, line.sales_price, line.note
    )


def asked_lines(order: SalesOrder) -> list[SalesOrderLine]:
    """The lines that somebody asked for: gifts come anew with each draft."""
    return [line for line in order.lines.all() if not line.is_gift]


def asked_of(line: SalesOrderLine) -> Decimal:
    """What was asked of a line, whatever was granted of it (G-60)."""
    asked: Decimal = line.quantity if line.demanded is None else line.demanded
    return asked


def lines_of(order: SalesOrder) -> tuple[WantedLine, ...]:
    """Its lines by SKU (public id), in base units: what a pad is filled with."""
    return tuple(WantedLine(line.sku.public_id, asked_of(line)) for line in _in_place(asked_lines(order)))


def packs_of(order: SalesOrder) -> dict[str, tuple[str, Decimal]]:
    """The packs its lines were entered in, name and base units, by SKU (public id)."""
    return {line.sku.public_id: (line.pack_name, line.pack_units) for line in asked_lines(order)}


def _in_place(lines: Iterable[Any]) -> list[Any]:
    return sorted(lines, key=lambda line: line.position)
