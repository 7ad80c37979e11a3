"""Pages of top-ups: the review queue, one top-up, recording and reviewing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.attachments import answers
from platform_core.idempotency.keys import part_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.kernel.money import Currency, Money
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.ledger import commands, queries
from tenant_apps.ledger.forms import ApproveForm, CancelForm, RecordForm, TopUpForm
from tenant_apps.ledger.models import TopUp, TopUpKind
from tenant_apps.ledger.permissions import LedgerPermission
from tenant_apps.ledger.states import TOP_UP_FLOW, TopUpState

BULK_MAX = 500
ALL = "all"
STEPS = {
    "create": (gettext_lazy("Recorded"), "info"),
    "approve": (gettext_lazy("Approved"), "good"),
    "cancel": (gettext_lazy("Cancelled"), "bad"),
}
AMOUNTS = {"amount": gettext_lazy("Amount"), "available": pgettext_lazy("money", "Available")}
COLUMNS = (
    Column("number", "Number", "单号"),
    Column("dealer", "Dealer", "分销商"),
    Column(
        "kind",
        "Kind",
        "类型",
        Kind.CHOICE,
        choices=(
            Choice("dealer", "dealer's top-up", "分销商充值"),
            Choice("supplier", "received payment", "到账充值"),
            Choice("credit", "credit", "授信充值"),
        ),
    ),
    Column(
        "state",
        "State",
        "状态",
        Kind.CHOICE,
        choices=(
            Choice("pending", "pending", "待审核"),
            Choice("approved", "approved", "已审核"),
            Choice("cancelled", "cancelled", "已取消"),
        ),
    ),
    Column("amount", "Amount", "金额", Kind.DECIMAL, places=3),
    Column("received", "Received", "到账金额", Kind.DECIMAL, places=3),
    Column("before", "Available before", "充值前可用", Kind.DECIMAL, places=3),
    Column("after", "Available after", "充值后可用", Kind.DECIMAL, places=3),
    Column("paid_from", "Paying account", "付款账号"),
    Column("paid_on", "Paid on", "付款日期", Kind.DATE),
    Column("recorded_by", "Recorded by", "操作人"),
    Column("recorded_on", "Recorded on", "创建日期", Kind.DATE),
    Column("note", "Note", "备注"),
)
LIST = ListColumns(
    ListColumn("number", gettext_lazy("Number"), sort="number", fixed=True),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer"),
    ListColumn("kind", gettext_lazy("Kind")),
    ListColumn("amount", gettext_lazy("Amount"), sort="amount", numeric=True, export=("amount", "received")),
    ListColumn("change", gettext_lazy("Before → after"), numeric=True, export=("before", "after")),
    ListColumn("method", gettext_lazy("Paid by"), export=("paid_from", "paid_on")),
    ListColumn("recorded", gettext_lazy("Recorded"), export=("recorded_by", "recorded_on")),
    ListColumn("note", pgettext_lazy("remark", "Note"), shown=False),
    ListColumn("state", gettext_lazy("State"), sort="state"),
    order="-number",
)


@require_GET
@keeps_views
def top_up_list(request: HttpRequest) -> HttpResponse:
    """What waits for review first (W-193); then every record with its amounts (W-194)."""
    actor = actor_of(request)
    words = {
        "q": FilterWords(_("Search")),
        "kind": FilterWords(_("Kind"), words_of(TopUpKind.choices)),
    }
    context = {
        "page": paged(request, _rows(request, actor)),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET, without=() if actor.dealer_id is None else ("dealer",)),
        "kinds": TopUpKind.choices,
        "tabs": _tabs(request, actor),
        "state": _state(request, actor),
        "may_top_up": actor.may(LedgerPermission.TOP_UP),
        "may_select": _reviews(actor) and _state(request, actor) == TopUpState.PENDING,
        "operation": operation_token(),
    }
    return render(request, "ledger/top_ups.html", context)


@require_GET
def top_up_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    rows = _rows(request, actor_of(request)).iterator(chunk_size=1000)
    kind = request.GET.get("format", "")
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="top-ups", kind=kind, columns=columns, rows=map(_cells, rows))


@require_http_methods(["GET", "POST"])
def top_up_new(request: HttpRequest) -> HttpResponse:
    """Record a top-up: a dealer its own, the supplier a received payment or a credit."""
    actor = actor_of(request)
    actor.require(LedgerPermission.TOP_UP)
    form = _form(request, actor)
    status = 200
    if request.method == "POST":
        row, status = submitted(
            form,
            lambda: commands.create_top_up(
                actor=actor,
                operation_id=operation_of(request),
                facts=_facts(form.cleaned_data),
                voucher=form.cleaned_data.get("voucher"),
            ),
        )
        if row:
            said = _("{number} is recorded and waits for review.").format(number=row.number)
            messages.success(request, said)
            return redirect("ledger:top_up", row.public_id)
        _renew(form)
    return render(request, "ledger/top_up_new.html", {"form": form}, status=status)


@require_GET
def top_up_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One top-up: its facts, vouchers, history, and what may be done."""
    row = queries.top_up_for(actor_of(request), public_id)
    return _page(request, row)


@require_POST
def top_up_approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve it with what really arrived."""
    actor = actor_of(request)
    row = queries.top_up_for(actor, public_id)
    form = ApproveForm(request.POST, asks_twice=queries.is_own(actor, row))
    approved, status = submitted(
        form,
        lambda: commands.approve_top_up(
            actor=actor,
            operation_id=operation_of(request),
            top_up=public_id,
            received=form.cleaned_data["received"],
            note=form.cleaned_data["note"],
            is_confirmed=form.cleaned_data.get("is_confirmed", False),
        ),
    )
    if not approved:
        return _page(request, queries.top_up_for(actor, public_id), approve=form, status=status)
    messages.success(request, _("{number} is approved.").format(number=row.number))
    return redirect("ledger:top_up", public_id)


@require_POST
def top_up_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give it up, with the reason."""
    actor = actor_of(request)
    form = CancelForm(request.POST)
    row, status = submitted(
        form,
        lambda: commands.cancel_top_up(
            actor=actor,
            operation_id=operation_of(request),
            top_up=public_id,
            reason=form.cleaned_data["reason"],
        ),
    )
    if not row:
        return _page(request, queries.top_up_for(actor, public_id), cancel=form, status=status)
    messages.success(request, _("{number} is cancelled.").format(number=row.number))
    return redirect("ledger:top_up", public_id)


@require_POST
def top_ups_approve(request: HttpRequest) -> HttpResponse:
    """Approve several as they were recorded: one transaction and one result each."""
    actor = actor_of(request)
    actor.require(LedgerPermission.REVIEW_TOP_UP)
    operation = operation_of(request)
    results = []
    for row in _chosen(request, actor):
        try:
            commands.approve_top_up(
                actor=actor, operation_id=part_of(operation, row.public_id), top_up=row.public_id
            )
        except DomainError as error:
            results.append({"row": row, "error": str(error)})
        else:
            results.append({"row": row, "error": ""})
    failed = sum(bool(result["error"]) for result in results)
    context = {"results": results, "done": len(results) - failed, "failed": failed}
    return render(request, "ledger/top_ups_approved.html", context)


@require_GET
def voucher(request: HttpRequest, public_id: str, voucher_id: str) -> FileResponse:
    """A voucher's file; `?size=small` its thumbnail."""
    found = queries.voucher_for(actor_of(request), public_id, voucher_id)
    wants_thumbnail = request.GET.get("size") == "small" and bool(found.thumbnail_key)
    return answers.answer(found, thumbnail=wants_thumbnail)


def _page(
    request: HttpRequest,
    row: TopUp,
    *,
    approve: ApproveForm | None = None,
    cancel: CancelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    steps = TOP_UP_FLOW.open_to(row.state, actor.grants)
    is_own = queries.is_own(actor, row)
    asked_amount = {"received": str(row.amount.amount), "operation": operation_token()}
    for form in (approve, cancel):
        if form is not None:
            _renew(form)
    context = {
        "top_up": row,
        "vouchers": list(queries.vouchers_of(row)),
        "history": _history(row),
        "received": Money(row.received_minor, Currency(row.currency)) if row.received_minor else None,
        "may_approve": "approve" in steps,
        "may_cancel": "cancel" in steps and queries.may_cancel(actor, row),
        "approve_form": approve or ApproveForm(initial=asked_amount, asks_twice=is_own),
        "cancel_form": cancel or CancelForm(initial={"operation": operation_token()}),
        "is_own": is_own,
    }
    return render(request, "ledger/top_up.html", context, status=status)


def _history(row: TopUp) -> list[dict[str, Any]]:
    """The steps as the timeline shows them, newest first."""
    entries = []
    for step in row.steps.order_by("-id"):
        label, tone = STEPS.get(step.name, (step.name, "neutral"))
        changes = [
            {"label": AMOUNTS.get(name, name), "before": _money(row, step.before.get(name)), "after": after}
            for name, amount in step.after.items()
            if (after := _money(row, amount))
        ]
        entries.append(
            {
                "at": step.at,
                "who": step.actor_name,
                "on_behalf_of": step.actor_on_behalf_of,
                "label": label,
                "tone": tone,
                "reason": step.reason,
                "changes": changes,
            }
        )
    return entries


def _money(row: TopUp, text: str | None) -> Money | str:
    return Money.parse(text, Currency(row.currency)) if text else ""


def _form(request: HttpRequest, actor: Actor) -> TopUpForm:
    data, files = request.POST or None, request.FILES or None
    initial = {"operation": operation_token(), "dealer": request.GET.get("dealer", "")}
    if actor.dealer_id is not None:
        return TopUpForm(data, files, initial=initial)
    dealers = dealers_visible_to(actor).order_by("sort_key").values_list("public_id", "name", "code")
    named = [(public_id, f"{name} ({code})") for public_id, name, code in dealers]
    initial["kind"] = request.GET.get("kind", TopUpKind.SUPPLIER.value)
    return RecordForm(data, files, initial=initial, dealers=named)


def _facts(asked: dict[str, Any]) -> commands.TopUpFacts:
    return commands.TopUpFacts(**{name: value for name, value in asked.items() if name not in _NOT_FACTS})


_NOT_FACTS = {"voucher", "operation"}


def _renew(form: Any) -> None:
    """A form that is shown again is a new act: the refusal of the old one stays stored."""
    form.data = form.data.copy()
    form.data["operation"] = operation_token()


def _state(request: HttpRequest, actor: Actor) -> str:
    """The chosen state; for reviewers what waits comes first."""
    if asked := request.GET.get("state"):
        return asked
    return TopUpState.PENDING.value if _reviews(actor) else ALL


def _reviews(actor: Actor) -> bool:
    return actor.dealer_id is None and actor.may(LedgerPermission.REVIEW_TOP_UP)


def _tabs(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    here, address = _state(request, actor), reverse("ledger:top_ups")
    tabs: list[dict[str, Any]] = [
        {"label": label, "url": f"{address}?state={value}", "active": here == value}
        for value, label in [*TopUpState.choices, (ALL, _("all"))]
    ]
    tabs[0]["count"] = queries.pending_count(actor)
    return tabs


def _rows(request: HttpRequest, actor: Actor) -> Any:
    asked = request.GET
    state = _state(request, actor)
    return queries.top_ups_matching(
        actor, asked.get("q", ""), "" if state == ALL else state, asked.get("kind", ""), asked.get("sort", "")
    )


def _chosen(request: HttpRequest, actor: Actor) -> list[TopUp]:
    if request.POST.get("scope") == "all":
        return list(_rows(request, actor).filter(state=TopUpState.PENDING)[:BULK_MAX])
    ids = request.POST.getlist("ids")[:BULK_MAX]
    return list(queries.top_ups_visible_to(actor).filter(public_id__in=ids).order_by("id"))


def _cells(row: TopUp) -> dict[str, Any]:
    currency = Currency(row.currency)

    def amount(minor: int | None) -> Any:
        return None if minor is None else Money(minor, currency).amount

    return {
        "number": row.number,
        "dealer": row.dealer.name,
        "kind": row.kind,
        "state": row.state,
        "amount": amount(row.amount_minor),
        "received": amount(row.received_minor),
        "before": amount(row.before_minor),
        "after": amount(row.after_minor),
        "paid_from": row.paid_from,
        "paid_on": row.paid_on,
        "recorded_by": row.actor_name,
        "recorded_on": row.created_at,
        "note": row.note,
    }
