"""The two numbers of stock beside an order's lines: what lies there, and what may be promised (WK-14…16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from platform_core.web.asking import actor_of
from tenant_apps.inventory.queries import stock_by_sku
from tenant_apps.orders.queries.details import whole_order


@require_GET
def stock_panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each line's stock in the order's warehouse, for the supplier's people."""
    actor = actor_of(request)
    order = whole_order(actor, public_id)
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    there = stock_by_sku(actor, order.warehouse_id, [line.sku_id for line in lines])
    # Before the review nothing is held for the order; afterwards its own part is among the reserved.
    rows = [(line, there.get(line.sku_id)) for line in lines]
    context = {"order": order, "rows": rows, "is_waiting": order.reviewed_at is None}
    return render(request, "orders/parts/stock_panel.html", context)
