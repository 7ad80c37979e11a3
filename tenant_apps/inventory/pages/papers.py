"""Pick lists: what the warehouse takes from its shelves, as PDF, for one stock-out or the chosen ones."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from platform_core.kernel.context import serving
from platform_core.papers.paper import Paper, PaperColumn, PaperTable
from platform_core.web.asking import actor_of
from platform_core.web.bulk import chosen
from platform_core.web.formats import decimal_text, moment_text
from platform_core.web.lists import address
from platform_core.web.papers import address_text, pdf_download
from tenant_apps.inventory import queries
from tenant_apps.inventory.models import StockOut, StockOutLine
from tenant_apps.inventory.pages.stock_outs import rows_asked_for

PAPERS_MAX = 200


@require_GET
def pick_list(request: HttpRequest, public_id: str) -> FileResponse:
    """The pick list of one stock-out."""
    stock_out = queries.stock_out_for(actor_of(request), public_id)
    return pdf_download(stock_out.number, [_paper(stock_out, list(queries.lines_of(stock_out)))])


@require_POST
def pick_lists(request: HttpRequest) -> HttpResponseBase:
    """The pick lists of the chosen stock-outs in one file, a page each; at most 200."""
    actor = actor_of(request)
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(request, rows_asked_for(QueryDict(""), actor), rows_asked_for(back, actor))
    if not rows or len(rows) > PAPERS_MAX:
        told = (
            _("Choose at least one stock-out.") if not rows else _("At most 200 pick lists go into one file.")
        )
        messages.error(request, told)
        return redirect(f"{reverse('inventory:stock_outs')}{address(back)}")
    lines = queries.lines_by_stock_out([row.pk for row in rows])
    return pdf_download(_("Pick lists"), (_paper(row, lines.get(row.pk, [])) for row in rows))


def _paper(stock_out: StockOut, lines: list[StockOutLine]) -> Paper:
    """Lines by merchant code, with what is not shipped yet, and a box to tick."""
    facts = (
        (_("Warehouse"), stock_out.warehouse.name),
        (_("Order"), stock_out.source_number),
        (_("Consignee"), f"{stock_out.consignee} {stock_out.phone}"),
        (_("Dealer"), stock_out.dealer.name),
        (_("Address"), address_text(stock_out)),
        (_("Carrier"), stock_out.carrier.name if stock_out.carrier else ""),
        (_("Weight"), f"{decimal_text(stock_out.weight_kg)} kg"),
        (pgettext("moment", "Created"), moment_text(stock_out.created_at)),
    )
    columns = [
        PaperColumn("", 4),
        PaperColumn(_("Code"), 18),
        PaperColumn(_("Name"), 48),
        PaperColumn(_("To pick"), 16, is_number=True),
        PaperColumn(_("Picked"), 12, is_number=True),
    ]
    rest = [
        line for line in sorted(lines, key=lambda line: line.merchant_code) if line.quantity > line.shipped
    ]
    return Paper(
        title=_("Pick list"),
        number=stock_out.number,
        sender=serving().name,
        facts=[fact for fact in facts if fact[1]],
        tables=[PaperTable(columns, [_row(line) for line in rest])],
        signatures=[_("Picked: date, name"), _("Checked: date, name")],
    )


def _row(line: StockOutLine) -> list[str]:
    own = f"{line.own_code} {line.own_name}".strip()
    name = f"{line.name}\n{own}" if own else line.name
    left = f"{decimal_text(line.quantity - line.shipped)} {line.unit}"
    return ["□", line.merchant_code, name, left, ""]
