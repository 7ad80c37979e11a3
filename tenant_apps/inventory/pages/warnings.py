"""Warning lines on the pages of stock: of many rows at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from platform_core.web.asking import actor_of
from platform_core.web.bulk import BULK_MAX, one_by_one, show_results
from platform_core.web.lists import address
from tenant_apps.inventory import commands, queries
from tenant_apps.inventory.models import Stock
from tenant_apps.inventory.permissions import InventoryPermission


@require_POST
def warning_lines(request: HttpRequest) -> HttpResponse:
    """Set the line of the chosen rows, each in a transaction of its own; a result per row."""
    actor = actor_of(request)
    actor.require(InventoryPermission.MANAGE)
    back = QueryDict(request.POST.get("back", ""))
    if request.POST.get("scope") == "all":
        asked = (back.get("q", ""), back.get("warehouse", ""), back.get("state", ""), back.get("sort", ""))
        rows = list(queries.stock_matching(actor, *asked)[: BULK_MAX + 1])
    else:
        ids = [int(one) for one in request.POST.getlist("ids")[: BULK_MAX + 1] if one.isdecimal()]
        rows = list(queries.stock_visible_to(actor).filter(pk__in=ids).order_by("sku__sort_key", "pk"))
    line = request.POST.get("warning_line", "")

    def act(row: Stock) -> str:
        commands.set_warning_line(actor=actor, stock_id=row.pk, warning_line=line)
        return _("line {line}").format(line=line) if line.strip() else _("the supplier's line")

    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], act, _named),
        title=_("Set the warning line"),
        back=f"{reverse('inventory:list')}{address(back)}",
        noun=_("Stock"),
        left_out=len(rows) > BULK_MAX,
    )


def _named(row: Stock) -> tuple[str, str]:
    name = f"{row.sku.merchant_code} · {row.warehouse.name}"
    return name, reverse("inventory:stock", args=[row.pk])
