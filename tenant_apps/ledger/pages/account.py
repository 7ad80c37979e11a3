"""Pages of wallets: a dealer's account with its statement, and all wallets of the supplier."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from platform_core.kernel.errors import NotFound
from platform_core.kernel.money import Currency, Money
from platform_core.saved_views.showing import keeps_views
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.queries import dealer_for, own_dealer
from tenant_apps.ledger import queries
from tenant_apps.ledger.forms import PeriodForm
from tenant_apps.ledger.models import Entry, LedgerAccount
from tenant_apps.ledger.permissions import LedgerPermission

KINDS = (
    ("goods", gettext_lazy("goods")),
    ("freight", gettext_lazy("freight")),
    ("fee", gettext_lazy("service fee")),
    ("tax", gettext_lazy("tax")),
    ("adjustment", gettext_lazy("adjustment")),
    ("top_up", gettext_lazy("top-up")),
    ("opening", gettext_lazy("opening balance")),
    ("refund", gettext_lazy("refund")),
)
STATES = (
    ("debt", gettext_lazy("in debt")),
    ("overdue", gettext_lazy("credit overdue")),
    ("low", gettext_lazy("low balance")),
    ("empty", gettext_lazy("nothing available")),
    ("credit", gettext_lazy("with credit")),
)
# Where a document of a higher app is found by its number.
# A reviewer's list of top-ups shows the pending ones unless told otherwise.
DOCUMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "order": ("orders:list", {}),
    "top_up": ("ledger:top_ups", {"state": "all"}),
}
COLUMNS = (
    Column("seq", "No.", "序号", Kind.INTEGER),
    Column("day", "Day", "日期", Kind.DATE),
    Column(
        "kind",
        "What",
        "类型",
        Kind.CHOICE,
        choices=(
            Choice("goods", "goods", "货款"),
            Choice("freight", "freight", "运费"),
            Choice("fee", "service fee", "服务费"),
            Choice("tax", "tax", "税费"),
            Choice("adjustment", "adjustment", "调整"),
            Choice("top_up", "top-up", "充值"),
            Choice("opening", "opening balance", "期初"),
            Choice("refund", "refund", "退款"),
        ),
    ),
    Column("document", "Document", "单据"),
    Column("note", "Note", "备注"),
    Column("amount", "Amount", "金额", Kind.DECIMAL, places=3),
    Column("balance", "Balance", "余额", Kind.DECIMAL, places=3),
)
WALLET_COLUMNS = (
    Column("code", "Dealer code", "分销商编码"),
    Column("dealer", "Dealer", "分销商"),
    Column("balance", "Balance", "余额", Kind.DECIMAL, places=3),
    Column("credit_limit", "Credit limit", "授信额度", Kind.DECIMAL, places=3),
    Column("credit_until", "Credit until", "授信截止", Kind.DATE),
    Column("frozen", "Frozen", "冻结", Kind.DECIMAL, places=3),
    Column("available", "Available", "可用", Kind.DECIMAL, places=3),
)
WALLET_LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="code"),
    ListColumn("dealer", gettext_lazy("Dealer"), sort="dealer", fixed=True),
    ListColumn("balance", gettext_lazy("Balance"), sort="balance", numeric=True),
    ListColumn("credit_limit", gettext_lazy("Credit limit"), sort="credit", numeric=True),
    ListColumn("credit_until", gettext_lazy("Credit until")),
    ListColumn("frozen", gettext_lazy("Frozen"), numeric=True),
    ListColumn("available", pgettext_lazy("money", "Available"), sort="available", numeric=True),
    order="dealer",
)


@require_GET
@keeps_views
def account(request: HttpRequest) -> HttpResponse:
    """The dealer's own account; the supplier's people are led to all of them."""
    actor = actor_of(request)
    if actor.dealer_id is None:
        return redirect("ledger:wallets")
    return _account_page(request, own_dealer(actor), reverse("ledger:account_export"))


@require_GET
def account_export(request: HttpRequest) -> FileResponse:
    """The dealer's own statement as a file."""
    return _statement_file(request, own_dealer(actor_of(request)))


@require_GET
@keeps_views
def wallet_list(request: HttpRequest) -> HttpResponse:
    """The money of every visible dealer (W-195)."""
    rows = _wallets(request)
    page = paged(request, rows)
    for row in page.object_list:
        row.wallet = queries.as_wallet(row)  # type: ignore[attr-defined]
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), words_of(STATES))}
    context = {
        "page": page,
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": WALLET_LIST.chosen(request.GET),
        "states": STATES,
        "may_top_up": actor_of(request).may(LedgerPermission.TOP_UP),
    }
    return render(request, "ledger/wallets.html", context)


@require_GET
def wallet_export(request: HttpRequest) -> FileResponse:
    """The filtered wallets as a file."""
    rows = map(_wallet_cells, _wallets(request).iterator(chunk_size=1000))
    kind = request.GET.get("format", "")
    columns = WALLET_LIST.exported(request.GET, WALLET_COLUMNS)
    return table_download(name="wallets", kind=kind, columns=columns, rows=rows)


@require_GET
@keeps_views
def wallet_one(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """One dealer's account, as the supplier sees it."""
    dealer = dealer_for(_supplier(request), dealer_id)
    return _account_page(request, dealer, reverse("ledger:wallet_statement", args=[dealer.public_id]))


@require_GET
def wallet_statement(request: HttpRequest, dealer_id: str) -> FileResponse:
    """One dealer's statement as a file."""
    return _statement_file(request, dealer_for(_supplier(request), dealer_id))


@require_GET
def dealer_panel(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """What a dealer's page shows of its money."""
    actor = actor_of(request)
    dealer = dealer_for(actor, dealer_id)
    entries = queries.entries_of(actor, dealer).order_by("-seq")[:5]
    context = {"dealer": dealer, "wallet": queries.wallet_of(actor, dealer), "lines": _shown(entries)}
    return render(request, "ledger/parts/dealer_panel.html", context)


def _account_page(request: HttpRequest, dealer: Dealer, export_url: str) -> HttpResponse:
    actor = actor_of(request)
    wanted = _wanted(request)
    statement = queries.statement(actor, dealer, wanted)
    page = paged(request, statement.entries)
    words = {
        "q": FilterWords(_("Search")),
        "kind": FilterWords(_("What"), words_of(KINDS)),
        "first": FilterWords(_("From")),
        "last": FilterWords(_("To")),
    }
    context = {
        "dealer": dealer,
        "wallet": queries.wallet_of(actor, dealer),
        "statement": statement,
        "page": page,
        "lines": _shown(page.object_list),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "kinds": KINDS,
        "export_url": export_url,
        "may_top_up": actor.may(LedgerPermission.TOP_UP),
        "low": queries.low_balance(actor),
    }
    return render(request, "ledger/account.html", context)


def _statement_file(request: HttpRequest, dealer: Dealer) -> FileResponse:
    statement = queries.statement(actor_of(request), dealer, _wanted(request))
    entries = statement.entries.select_related("transfer", "account").iterator(chunk_size=1000)
    kind = request.GET.get("format", "")
    return table_download(
        name=f"statement-{dealer.code}", kind=kind, columns=COLUMNS, rows=map(_cells, entries)
    )


def _wanted(request: HttpRequest) -> queries.StatementFilter:
    form = PeriodForm(request.GET)
    form.is_valid()
    return queries.StatementFilter(
        first=form.cleaned_data.get("first"),
        last=form.cleaned_data.get("last"),
        kind=request.GET.get("kind", ""),
        q=request.GET.get("q", ""),
    )


def _kind(entry: Entry) -> str:
    return "refund" if entry.transfer.refunds_id else entry.transfer.kind


def _shown(entries: Any) -> list[dict[str, Any]]:
    """Entries ready to show: word of the kind, link of the document."""
    kinds = words_of(KINDS)
    return [
        {
            "entry": entry,
            "kind": kinds.get(_kind(entry), _kind(entry)),
            "is_gain": entry.amount_minor > 0,
            "url": _document_url(entry.transfer.source_kind, entry.transfer.source_number),
        }
        for entry in entries
    ]


def _document_url(kind: str, number: str) -> str:
    """The list in which a document is found by its number, whatever its state; blank when there is none."""
    if kind not in DOCUMENTS or not number:
        return ""
    name, state = DOCUMENTS[kind]
    try:
        return f"{reverse(name)}?{urlencode({'q': number, **state})}"
    except NoReverseMatch:
        return ""


def _cells(entry: Entry) -> dict[str, Any]:
    currency = Currency(entry.account.currency)
    return {
        "seq": entry.seq,
        "day": entry.created_at,
        "kind": _kind(entry),
        "document": entry.transfer.source_number,
        "note": entry.transfer.note,
        "amount": Money(entry.amount_minor, currency).amount,
        "balance": Money(entry.balance_after_minor, currency).amount,
    }


def _wallets(request: HttpRequest) -> Any:
    asked = request.GET
    actor = _supplier(request)
    return queries.wallets_matching(actor, asked.get("q", ""), asked.get("state", ""), asked.get("sort", ""))


def _wallet_cells(row: LedgerAccount) -> dict[str, Any]:
    wallet = queries.as_wallet(row)
    assert row.dealer is not None
    return {
        "code": row.dealer.code,
        "dealer": row.dealer.name,
        "balance": wallet.balance.amount,
        "credit_limit": wallet.credit_limit.amount,
        "credit_until": wallet.credit_until,
        "frozen": wallet.frozen.amount,
        "available": wallet.available.amount,
    }


def _supplier(request: HttpRequest) -> Any:
    """Who asks, when it is one of the supplier's people: a dealer has its own page."""
    actor = actor_of(request)
    if actor.dealer_id is not None:
        raise NotFound(noun=_("page"))
    return actor
