"""Pages of spending limits of a dealer's people (WK-07, WK-19)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.orders.models import BuyerLimit
from tenant_apps.orders.queries.buyers import BuyerFilter, buyer_for, buyers_matching, with_limits
from tenant_apps.orders.serializers.finance import minor_of

_AMOUNTS = ("order_limit", "month_limit")
_FLAGS = ("always", "is_approver")


KINDS = (
    ("limited", gettext_lazy("with a limit")),
    ("approver", gettext_lazy("approvers")),
    ("free", gettext_lazy("neither")),
)
LIST = ListColumns(
    ListColumn("person", gettext_lazy("Person"), sort="person", fixed=True),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer"),
    ListColumn("order_limit", gettext_lazy("Per order"), numeric=True),
    ListColumn("month_limit", gettext_lazy("Per month"), numeric=True),
    ListColumn("rules", gettext_lazy("Rules"), export=("always", "is_approver")),
    order="person",
)
COLUMNS = (
    Column("person", "Person", "人员"),
    Column("dealer", "Dealer", "分销商"),
    Column("order_limit", "Per order", "单笔限额", Kind.DECIMAL),
    Column("month_limit", "Per month", "每月限额", Kind.DECIMAL),
    Column("always", "Always asks", "总需审批", Kind.BOOLEAN),
    Column("is_approver", "Approver", "审批人", Kind.BOOLEAN),
)


@require_GET
@keeps_views
def limit_list(request: HttpRequest) -> HttpResponse:
    """The people of the reader's dealer, or of one of the supplier's, with what they may spend alone."""
    actor = actor_of(request)
    page = paged(request, buyers_matching(actor, BuyerFilter.of(request.GET.dict())))
    choices: list[tuple[str, str]] = []
    if actor.dealer_id is None:
        seen = dealers.dealers_visible_to(actor)
        choices = list(seen.order_by("sort_key").values_list("public_id", "name"))
    words = {
        "q": FilterWords(_("Search")),
        "dealer": FilterWords(_("Dealer"), dict(choices)),
        "kind": FilterWords(_("Rules"), words_of(KINDS)),
    }
    context = {
        "page": page,
        "rows": [{**row, **_shown(row["limit"])} for row in with_limits(list(page.object_list))],
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=() if actor.dealer_id is None else ("dealer",)),
        "kinds": KINDS,
        "choices": choices,
        "currency": serving().currency,
    }
    return render(request, "orders/limits.html", context)


@require_GET
def limit_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    actor = actor_of(request)
    people = buyers_matching(actor, BuyerFilter.of(request.GET.dict()))
    known = [one for one in COLUMNS if actor.dealer_id is None or one.key != "dealer"]
    return table_download(
        name=_("Spending limits"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, known),
        rows=[_cells(row) for row in with_limits(list(people))],
    )


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    limit, person = row["limit"], row["person"]
    amounts = {name: _text(getattr(limit, f"{name}_minor")) for name in _AMOUNTS}
    return {
        "person": person.user.name,
        "dealer": person.organisation.name,
        **{name: Decimal(text) if text else None for name, text in amounts.items()},
        **{name: getattr(limit, name) for name in _FLAGS},
    }


@require_http_methods(["GET", "POST"])
def limit_edit(request: HttpRequest, buyer_id: str) -> HttpResponse:
    """What one person may spend alone."""
    actor = actor_of(request)
    person, row = buyer_for(actor, buyer_id)
    values, errors, status = _shown(row), {}, 200
    version = version_of(request, row.version)
    if request.method == "POST":
        values = _posted(request.POST)
        try:
            asked = {f"{name}_minor": _minor(values[name], name) for name in _AMOUNTS}
            asked |= {name: values[name] for name in _FLAGS}
            set_buyer_limit(
                actor=actor, person_id=buyer_id, changes=asked, version=version if row.pk else None
            )
        except (NotFound, NotPermitted):
            raise
        except DomainError as error:
            errors = {p.pointer.strip("/"): str(p) for p in error.problems} or {"": str(error)}
            status = error.status
        else:
            said = _("The limits of {name} are saved.").format(name=person.user.name)
            messages.success(request, said)
            return redirect("orders:limits")
    context = {
        "person": person,
        "values": values,
        "errors": errors,
        "version": version,
        "currency": serving().currency,
    }
    return render(request, "orders/limit_form.html", context, status=status)


@require_GET
def limit_panel(request: HttpRequest, buyer_id: str) -> HttpResponse:
    """The same in short, on the person's own page."""
    person, row = buyer_for(actor_of(request), buyer_id)
    context = {"person": person, **_shown(row)}
    return render(request, "orders/parts/limit_panel.html", context)


def _shown(row: BuyerLimit) -> dict[str, Any]:
    return {
        "order_limit": _text(row.order_limit_minor),
        "month_limit": _text(row.month_limit_minor),
        **{name: getattr(row, name) for name in _FLAGS},
    }


def _text(minor: int | None) -> str:
    return "" if minor is None else str(Money(minor, Currency(serving().currency)).amount)


def _minor(text: str, name: str) -> int | None:
    return minor_of(text, f"/{name}") if text else None


def _posted(data: QueryDict) -> dict[str, Any]:
    return {name: data.get(name, "").strip() for name in _AMOUNTS} | {name: name in data for name in _FLAGS}
