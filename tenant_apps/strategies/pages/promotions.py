"""Pages of promotions: the list, the form with its sentence, the switches; and a dealer's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import pressed, submitted, version_of
from platform_core.web.asking import actor_of, paged
from platform_core.web.bulk import BULK_MAX, chosen, one_by_one, show_results
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, address, filter_chips, state_of
from tenant_apps.strategies.commands import promotions as commands
from tenant_apps.strategies.models import Promotion, PromotionKind
from tenant_apps.strategies.pages.promotion_form import PromotionForm, choices_of, explained, initial_of
from tenant_apps.strategies.pages.shared import asker, crumbs
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.promotion_words import effect
from tenant_apps.strategies.promotions import State
from tenant_apps.strategies.queries import promotions_list as lists
from tenant_apps.strategies.queries.promotions import effect_of, state_now

KINDS: Final = (
    (PromotionKind.LINE_DISCOUNT.value, gettext_lazy("Line discount")),
    (PromotionKind.ORDER_DISCOUNT.value, gettext_lazy("Amount off")),
    (PromotionKind.GIFT.value, gettext_lazy("Gift")),
    (PromotionKind.COUPON.value, gettext_lazy("Coupon")),
)
STATES: Final = (
    (State.PLANNED.value, gettext_lazy("Planned")),
    (State.RUNNING.value, pgettext_lazy("promotion", "Running")),
    (State.PAUSED.value, gettext_lazy("Paused")),
    (State.ENDED.value, pgettext_lazy("promotion", "Ended")),
)
TONES: Final = {"planned": "info", "running": "good", "paused": "warn", "ended": "neutral"}
LIST = ListColumns(
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True, export=("name", "kind", "code")),
    ListColumn("state", gettext_lazy("State")),
    ListColumn("effect", gettext_lazy("What it does")),
    ListColumn("period", gettext_lazy("Runs"), sort="starts", export=("starts_at", "ends_at")),
    ListColumn("audience", gettext_lazy("Dealers")),
    ListColumn("goods", gettext_lazy("Goods")),
    ListColumn(
        "uses", gettext_lazy("Uses"), sort="uses", numeric=True, shown=False, export=("use_count", "uses_max")
    ),
    order="-starts",
)
VERBS: Final = {
    "created": gettext_lazy("Created"),
    "changed": gettext_lazy("Changed"),
    "enabled": gettext_lazy("Enabled"),
    "disabled": gettext_lazy("Paused"),
    "ended": pgettext_lazy("promotion", "Ended"),
}
_NAMES_SHOWN = 3


@require_GET
@keeps_views
def promotion_list(request: HttpRequest) -> HttpResponse:
    """All promotions, with every state as a tab."""
    actor = asker(request)
    wanted = lists.PromotionFilter.of(request.GET)
    counts = lists.promotions_by_state(actor, wanted)
    page = paged(request, lists.with_names(lists.promotions_matching(actor, wanted)))
    groups = choices_of("groups")
    words = {
        "q": FilterWords(_("Search")),
        "kind": FilterWords(_("Kind"), {value: str(label) for value, label in KINDS}),
        "group": FilterWords(_("Dealer group"), dict(groups)),
    }
    context = {
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "tabs": _tabs(request, wanted, counts),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "kinds": KINDS,
        "groups": groups,
        "may_manage": actor.may(StrategyPermission.PROMOTIONS),
        "is_empty": not sum(counts.values()) and not state_of(request.GET),
    }
    return render(request, "strategies/promotions.html", context)


def _row(row: Promotion) -> dict[str, Any]:
    state = state_now(row).value
    audience, goods = lists.audience_names(row), lists.scope_names(row)
    return {
        "promotion": row,
        "kind": dict(KINDS)[row.kind],
        "state": dict(STATES)[state],
        "tone": TONES[state],
        "effect": effect(effect_of(row), Currency(serving().currency)),
        "audience": ", ".join(audience[:_NAMES_SHOWN]),
        "audience_more": max(len(audience) - _NAMES_SHOWN, 0),
        "goods": ", ".join(goods[:_NAMES_SHOWN]),
        "goods_more": max(len(goods) - _NAMES_SHOWN, 0),
    }


def _tabs(
    request: HttpRequest, wanted: lists.PromotionFilter, counts: dict[str, int]
) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("state", "page"):
        query.pop(name, None)
    every = {"label": _("All"), "active": not wanted.state, "count": sum(counts.values())}
    tabs = [{**every, "url": address(query)}]
    for state, label in STATES:
        query["state"] = state
        found = {"label": label, "active": wanted.state == state, "count": counts.get(state, 0)}
        tabs.append({**found, "url": address(query)})
    return tabs


@require_GET
def promotion_export(request: HttpRequest) -> FileResponse:
    """What the list shows, as a file."""
    actor = asker(request)
    rows = lists.promotions_matching(actor, lists.PromotionFilter.of(request.GET))
    return table_download(
        name=_("Promotions"),
        kind=request.GET.get("format", "xlsx"),
        columns=LIST.exported(request.GET, lists.EXPORT_COLUMNS),
        rows=lists.export_cells(rows, Currency(serving().currency)),
    )


@require_http_methods(["GET", "POST"])
def promotion_new(request: HttpRequest) -> HttpResponse:
    """A new promotion, blank or like another one (`?from=`)."""
    actor = asker(request, StrategyPermission.PROMOTIONS)
    like = request.GET.get("from")
    initial = initial_of(lists.promotion_for(actor, like)) if like else {"combines": True}
    kind = request.POST.get("kind") or request.GET.get("kind") or initial.get("kind", "")
    if kind not in PromotionKind.values:
        kind = PromotionKind.LINE_DISCOUNT.value
    if like:
        initial |= {"code": "", "external_id": "", "starts_at": "", "ends_at": ""}
    form = PromotionForm(request.POST or None, kind=kind, initial=initial)

    def create() -> Promotion:
        return commands.create_promotion(actor=actor, values=form.values())

    return _form_page(request, form, None, create)


@require_http_methods(["GET", "POST"])
def promotion_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One promotion: its form while it may be changed, else what it was."""
    actor = asker(request)
    row = lists.promotion_for(actor, public_id)
    form = PromotionForm(request.POST or None, kind=row.kind, initial=initial_of(row))

    def change() -> Promotion:
        return commands.change_promotion(
            actor=actor,
            promotion_id=public_id,
            changes=form.values(),
            version=version_of(request, row.version),
        )

    return _form_page(request, form, row, change)


def _form_page(
    request: HttpRequest, form: PromotionForm, row: Promotion | None, act: Callable[[], Promotion]
) -> HttpResponse:
    actor, status = actor_of(request), 200
    if request.method == "POST":
        saved, status = submitted(form, act)
        if saved:
            messages.success(request, _("{name} is saved.").format(name=saved.name))
            return redirect("strategies:promotions")
    is_over = row is not None and state_now(row) is State.ENDED
    context = {
        "form": form,
        "row": row,
        "told": _row(row) if row else None,
        "version": row and version_of(request, row.version),
        "kinds": [
            {"label": label, "url": f"?kind={value}", "active": value == form.kind, "count": ""}
            for value, label in KINDS
        ],
        "explanation": explained(form.shown_values(), form.kind),
        "may_manage": actor.may(StrategyPermission.PROMOTIONS) and not is_over,
        "may_duplicate": row is not None and actor.may(StrategyPermission.PROMOTIONS),
        "crumbs": crumbs("strategies:promotions", _("Promotions")),
        "log": [
            {"at": line.at, "who": line.actor_name, "label": VERBS.get(line.verb, line.verb)}
            for line in (lines_of(commands.KIND, row.public_id)[:10] if row else ())
        ],
    }
    return render(request, "strategies/promotion.html", context, status=status)


@require_POST
def promotion_explain(request: HttpRequest) -> HttpResponse:
    """The sentence of what is typed, while it is typed; stores nothing."""
    asker(request, StrategyPermission.PROMOTIONS)
    kind = request.POST.get("kind", "")
    if kind not in PromotionKind.values:
        raise Http404
    form = PromotionForm(request.POST, kind=kind)
    context = {"explanation": explained(form.shown_values(), kind)}
    return render(request, "strategies/parts/promotion_explained.html", context)


def _ended(actor: Actor, public_id: str) -> str:
    return _("{name} has ended.").format(
        name=commands.end_promotion(actor=actor, promotion_id=public_id).name
    )


def _enabled(actor: Actor, public_id: str) -> str:
    row = commands.enable_promotion(actor=actor, promotion_id=public_id)
    return _("{name} is enabled.").format(name=row.name)


def _paused(actor: Actor, public_id: str) -> str:
    row = commands.disable_promotion(actor=actor, promotion_id=public_id)
    return _("{name} is paused.").format(name=row.name)


_ACTS: Final[Mapping[str, Callable[[Actor, str], str]]] = {
    "end": _ended,
    "enable": _enabled,
    "disable": _paused,
}
_TITLES: Final = {
    "end": gettext_lazy("End promotions"),
    "enable": gettext_lazy("Enable promotions"),
    "disable": gettext_lazy("Pause promotions"),
}


@require_POST
def promotion_step(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """End, enable or pause one."""
    actor = asker(request, StrategyPermission.PROMOTIONS)
    pressed(request, lambda: _ACTS[act](actor, public_id))
    return redirect("strategies:promotion", public_id)


@require_POST
def promotion_bulk(request: HttpRequest) -> HttpResponse:
    """End, enable or pause the chosen ones, each in a transaction of its own; a result per row."""
    actor = asker(request, StrategyPermission.PROMOTIONS)
    name = request.POST.get("action", "")
    if name not in _ACTS:
        raise Http404
    back = QueryDict(request.POST.get("back", ""))
    rows = chosen(
        request,
        lists.promotions_visible_to(actor).order_by("-id"),
        lists.promotions_matching(actor, lists.PromotionFilter.of(back)),
    )
    return show_results(
        request,
        one_by_one(rows[:BULK_MAX], lambda row: _ACTS[name](actor, row.public_id), _named),
        title=_TITLES[name],
        back=f"{reverse('strategies:promotions')}{address(back)}",
        noun=_("Promotion"),
        left_out=len(rows) > BULK_MAX,
    )


def _named(row: Promotion) -> tuple[str, str]:
    return row.name, reverse("strategies:promotion", args=[row.public_id])


@require_GET
def my_promotions(request: HttpRequest) -> HttpResponse:
    """What runs for the reader's dealer now (MO-03)."""
    rows = lists.with_names(lists.promotions_visible_to(actor_of(request)).order_by("ends_at", "id"))
    context = {"rows": [_row(row) for row in rows[:200]]}
    return render(request, "strategies/my_promotions.html", context)
