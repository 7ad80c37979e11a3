"""The list of approval chains: searched, exported, and tried with an order (WK-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import Invalid
from platform_core.kernel.money import Currency, Money
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.dealers import queries as dealers
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.approval import Facts
from tenant_apps.orders.models import ApprovalChain
from tenant_apps.orders.queries.approvers import approvers, empty_levels
from tenant_apps.orders.queries.chain_choices import (
    CONDITIONS,
    choices_of,
    ids_of,
    people_and_roles,
    tried,
    who_is_named,
)
from tenant_apps.orders.queries.chains import ChainFilter, chains_matching, levels_in
from tenant_apps.orders.serializers.finance import minor_of

STATES = (("yes", gettext_lazy("enabled")), ("no", gettext_lazy("disabled")))
LIST = ListColumns(
    ListColumn("chain", gettext_lazy("Chain"), fixed=True, export=("name", "enabled", "forces")),
    ListColumn("for", gettext_lazy("For"), export=("amount_from", "conditions")),
    ListColumn("levels", pgettext_lazy("approval", "Levels")),
)
COLUMNS = (
    Column("name", "Chain", "审批流程"),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
    Column("forces", "Forces a finance review", "强制财审", Kind.BOOLEAN),
    Column("amount_from", "From amount", "金额下限", Kind.DECIMAL),
    Column("conditions", "For", "适用范围"),
    Column("levels", "Levels", "层级"),
)


@require_GET
@keeps_views
def chain_list(request: HttpRequest) -> HttpResponse:
    """All chains in their order, with a way to try who would approve an order."""
    actor = actor_of(request)
    wanted = ChainFilter.of(request.GET.dict())
    rows = list(chains_matching(actor, wanted))
    words = {"q": FilterWords(_("Search")), "enabled": FilterWords(_("State"), words_of(STATES))}
    seen = dealers.dealers_visible_to(actor)
    known = _choices(actor)
    context = {
        "chains": _shown(rows, known),
        "total": len(rows),
        "is_narrowed": wanted != ChainFilter(),
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "states": STATES,
        "filters": request.GET,
        "dealers": list(seen.order_by("sort_key").values_list("public_id", "name")),
        "currency": serving().currency,
        "warehouses": [(key, one.name) for key, one in known["warehouses"].items()],
        **_tried(request, actor),
    }
    return render(request, "orders/chains.html", context)


@require_GET
def chain_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as xlsx or CSV."""
    actor = actor_of(request)
    rows = _shown(chains_matching(actor, ChainFilter.of(request.GET.dict())), _choices(actor))
    return table_download(
        name=_("Approval chains"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, COLUMNS),
        rows=[_cells(row) for row in rows],
    )


def _choices(actor: Actor) -> dict[str, Any]:
    return {name: choices_of(actor, name) for name in CONDITIONS}


def _shown(rows: Iterable[ApprovalChain], known: Mapping[str, Any]) -> list[dict[str, Any]]:
    people, roles = people_and_roles()
    empty = set(empty_levels())
    return [
        {
            "row": row,
            "conditions": [
                known[name][one].name for name in CONDITIONS for one in ids_of(row, name, known[name])
            ],
            "amount": "" if row.amount_from_minor is None else str(_amount(row.amount_from_minor)),
            "levels": [
                {
                    "name": level.name,
                    "who": who_is_named(level, people, roles),
                    "is_empty": (row.name, level.name) in empty,
                }
                for level in levels_in(row)
            ],
        }
        for row in rows
    ]


def _cells(shown: dict[str, Any]) -> dict[str, Any]:
    row = shown["row"]
    levels = (
        f"{place}. {one['name']}: {', '.join(one['who'])}" for place, one in enumerate(shown["levels"], 1)
    )
    return {
        "name": row.name,
        "enabled": row.enabled,
        "forces": row.forces_review,
        "amount_from": None if row.amount_from_minor is None else _amount(row.amount_from_minor),
        "conditions": ", ".join(shown["conditions"]),
        "levels": "; ".join(levels),
    }


def _amount(minor: int) -> Decimal:
    return Money(minor, Currency(serving().currency)).amount


def _tried(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Who would approve an order of this total, of this dealer, from this warehouse."""
    asked = request.GET
    if not (asked.get("dealer") and asked.get("warehouse") and asked.get("amount")):
        return {"is_tried": False}
    try:
        total = minor_of(asked["amount"], "/amount")
    except Invalid as error:
        return {"is_tried": False, "try_error": str(error.problems[0])}
    dealer = dealers.dealer_for(actor, asked["dealer"])
    house = logistics.warehouse_for(actor, asked["warehouse"])
    there = approvers(house.pk, dealer.pk)
    chain, levels = tried(Facts(total, dealer.group_id, dealer.level_id, house.pk), there)
    return {
        "is_tried": True,
        "tried_chain": chain,
        "tried_levels": levels,
        "tried_people": [one.name for one in there],
    }
