"""Raw orders of a dealer: the list, one with its lines and history, and the request it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.orders.marks import raw_mark_sentences, said_by
from tenant_apps.orders.models import RawOrder, RawOrderLine, RawOrderSource, RawOrderStep, SalesOrder
from tenant_apps.orders.queries.orders import raw_orders_visible_to
from tenant_apps.orders.rules import Address, Wanted, WantedLine
from tenant_apps.orders.states import GIVEN_UP, Mark, RawOrderState
from tenant_apps.strategies.queries import bundle_names, offers_named

SORTS = {"number": "id", "created": "created_at", "consignee": "consignee", "state": "state"}
DEFAULT_SORT = "-number"
EXPORT_MAX = 50_000
STEP_LABELS = {
    "take": gettext_lazy("Taken"),
    "submit": gettext_lazy("Submitted"),
    "submit_failed": gettext_lazy("Not submitted"),
    "edit": gettext_lazy("Changed"),
    "cancel": gettext_lazy("Cancelled"),
    "save": gettext_lazy("Saved"),
    "change": gettext_lazy("Changed"),
    "commit": gettext_lazy("Bought"),
    "void": gettext_lazy("Void"),
}


@dataclass(frozen=True, slots=True)
class RawFilter:
    """What narrows the list. `shop` is a public id, `batch` an import's; days are the supplier's.

    `q` finds number, own reference, consignee, phone, nickname and merchant codes.
    """

    q: str = ""
    state: str = ""
    mark: str = ""
    shop: str = ""
    source: str = ""
    batch: str = ""
    first: date | None = None
    last: date | None = None
    sort: str = DEFAULT_SORT


def raw_orders_matching(actor: Actor, wanted: RawFilter) -> QuerySet[RawOrder]:
    """The visible raw orders that the filter leaves, in its order."""
    rows = _narrowed(raw_orders_visible_to(actor), wanted)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    name = wanted.sort.removeprefix("-")
    column, sign = SORTS.get(name, "id"), "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def raw_counts_by_state(actor: Actor, wanted: RawFilter) -> dict[str, int]:
    """How many of each state the rest of the filter leaves, in one statement."""
    rows = _narrowed(raw_orders_visible_to(actor), wanted).order_by()
    return dict(rows.values_list("state").annotate(count=Count("pk")))


def _narrowed(rows: QuerySet[RawOrder], wanted: RawFilter) -> QuerySet[RawOrder]:
    if text := wanted.q.strip():
        rows = rows.filter(
            Q(number__iexact=text)
            | Q(client_ref__iexact=text)
            | Q(phone=text)
            | Q(consignee__icontains=text)
            | Q(nickname__icontains=text)
            | Q(pk__in=RawOrderLine.objects.filter(merchant_code__iexact=text).values("raw_order"))
        )
    if wanted.mark:
        rows = rows.filter(marks__contains=[{"mark": wanted.mark}])
    if wanted.shop:
        rows = rows.filter(shop__public_id=wanted.shop)
    for name in ("source", "batch"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.first:
        rows = rows.filter(created_at__gte=clock.start_of(wanted.first, serving().timezone))
    if wanted.last:
        rows = rows.filter(created_at__lt=clock.end_of(wanted.last, serving().timezone))
    return rows


_COLUMNS = (
    *("public_id", "number", "client_ref", "state", "marks", "source", "created_at", "consignee", "phone"),
    *("region1", "region2", "carrier_code", "warehouse_code", "shop__name", "memo"),
)


def raw_list_rows(rows: QuerySet[RawOrder]) -> list[dict[str, Any]]:
    """A page of raw orders as the list shows them, in one statement."""
    states, sources = dict(RawOrderState.choices), dict(RawOrderSource.choices)
    found = list(rows.annotate(line_count=Count("lines")).values(*_COLUMNS, "line_count"))
    for row in found:
        row["state_label"] = states[row["state"]]
        row["source_label"] = sources[row["source"]]
        row["mark_list"] = raw_mark_sentences(row["marks"])
    return found


def whole_raw(actor: Actor, raw_id: str) -> RawOrder:
    """One raw order with its lines and steps at hand. Raises NotFound."""
    return current(with_lines(raw_orders_visible_to(actor)).filter(public_id=raw_id), _("raw order"))


def raw_by_reference(actor: Actor, client_ref: str) -> RawOrder:
    """One raw order by its dealer's own reference, unless it was given up. Raises NotFound."""
    rows = with_lines(raw_orders_visible_to(actor)).exclude(state__in=GIVEN_UP)
    return current(rows.filter(client_ref=client_ref), _("raw order"))


def with_lines(rows: QuerySet[RawOrder]) -> QuerySet[RawOrder]:
    """The same with parties, lines, steps and `order_facts` of its sales orders: two statements more."""
    lines = RawOrderLine.objects.select_related("sku__product").order_by("position")
    orders = SalesOrder.objects.filter(raw_order=OuterRef("pk")).order_by("part")
    rows = rows.annotate(order_facts=ArraySubquery(orders.values(facts=JSONObject(**_ORDER_FACTS))))
    return rows.select_related("dealer", "shop", "warehouse", "carrier").prefetch_related(
        Prefetch("lines", lines), "steps"
    )


_ORDER_FACTS = {
    "id": "public_id",
    "number": "number",
    "part": "part",
    "state": "state",
    "warehouse": "warehouse__public_id",
    "currency": "currency",
    "freight": "freight_minor",
    "total": "total_minor",
}


def locked_raw(rows: QuerySet[RawOrder], raw_id: str) -> RawOrder:
    """One of the rows, locked, with dealer and shop. Raises NotFound."""
    return current(locked(rows.filter(public_id=raw_id).select_related("dealer", "shop")), _("raw order"))


def raw_lines(raw: RawOrder) -> list[RawOrderLine]:
    """Its lines in their order."""
    return sorted(raw.lines.all(), key=lambda line: line.position)


def names_of_lines(raw: RawOrder, lines: Sequence[RawOrderLine]) -> dict[str, str]:
    """What the codes mean that no SKU was found for yet, as far as they are the dealer's goods or bundles.

    No statement when every line has its SKU; one, and one more where a code is no SKU's.
    """
    codes = {line.merchant_code for line in lines if line.sku is None}
    if not codes:
        return {}
    offered = offers_named(dealer_id=raw.dealer_id, names=codes)
    names = {
        code: f"{offer.own_name or sku.product.name} {sku.spec}".strip()
        for code, (sku, offer) in offered.items()
    }
    return {**bundle_names(dealer_id=raw.dealer_id, codes=codes - set(names)), **names}


def pad_line(line: RawOrderLine) -> WantedLine:
    """A line as the pad takes it: by its SKU, or by what was typed where that is not known yet (W-119)."""
    name = line.sku.public_id if line.sku else line.merchant_code
    return WantedLine(name, line.quantity, line.pack, line.sales_price, line.note)


def orders_of(raw: RawOrder) -> list[SalesOrder]:
    """The sales orders it became, one for each warehouse where it was split."""
    return list(SalesOrder.objects.filter(raw_order=raw).select_related("warehouse").order_by("part"))


def wanted_of_raw(raw: RawOrder, lines: Sequence[RawOrderLine] | None = None) -> Wanted:
    """The request that a raw order stands for, as it was typed. Needs its shop."""
    return Wanted(
        lines=tuple(
            WantedLine(line.merchant_code, line.quantity, line.pack, line.sales_price, line.note)
            for line in (raw_lines(raw) if lines is None else lines)
        ),
        address=Address(**{name: getattr(raw, name) for name in Address.__dataclass_fields__}),
        shop=raw.shop.public_id,
        carrier=raw.carrier_code,
        warehouse=raw.warehouse_code,
        client_ref=raw.client_ref or "",
        nickname=raw.nickname,
        memo=raw.memo,
        service_memo=raw.service_memo,
        invoice_kind=raw.invoice_kind,
        coupon=raw.coupon_code,
    )


def raw_history(raw: RawOrder) -> list[dict[str, Any]]:
    """Every move, newest first: who, when, on whose behalf and why."""
    tones = {"submit": "good", "submit_failed": "bad", "cancel": "bad"}
    return [
        {
            "at": step.at,
            "who": step.actor_name,
            "label": STEP_LABELS.get(step.name, step.name),
            "tone": tones.get(step.name, "info"),
            "reason": reason_of_step(step),
            "on_behalf_of": step.actor_on_behalf_of,
            "changes": [],
        }
        for step in sorted(raw.steps.all(), key=lambda one: -one.pk)
    ]


def reason_of_step(step: RawOrderStep) -> str:
    """Why, in the reader's language; what a step without marks says, as it is."""
    return said_by(step.after.get("marks", ())) or step.reason


_STATES = {
    "saved": ("saved", "已保存"),
    "voided": ("void", "已作废"),
    "pending": ("to submit", "待递交"),
    "submitted": ("submitted", "已递交"),
    "cancelled": ("cancelled", "已取消"),
}
_MARKS = {
    "goods": ("goods", "货品"),
    "warehouse": ("warehouse", "选仓"),
    "stock": ("stock", "库存"),
    "price": ("price", "价格"),
    "balance": ("balance", "余额"),
    "import": ("import", "导入"),
}
_SOURCES = {
    "pad": ("order pad", "下单页"),
    "paste": ("paste", "粘贴"),
    "excel": ("Excel", "Excel"),
    "api": ("API", "API"),
}


def _choices(names: Mapping[str, tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(key, *words) for key, words in names.items())


RAW_EXPORT_COLUMNS = (
    Column("number", "Raw order", "原始订单"),
    Column("client_ref", "Reference", "分销商单号"),
    Column("state", "State", "状态", Kind.CHOICE, choices=_choices(_STATES)),
    Column("marks", "Marks", "标记"),
    Column("reason", "Reason", "原因"),
    Column("created_at", "Taken", "导入时间"),
    Column("source", "Source", "来源", Kind.CHOICE, choices=_choices(_SOURCES)),
    Column("shop__name", "Shop", "店铺"),
    Column("consignee", "Consignee", "收货人"),
    Column("phone", "Phone", "电话"),
    Column("address", "Address", "地址"),
    Column("carrier_code", "Carrier code", "物流公司编号"),
    Column("warehouse_code", "Warehouse code", "仓库编号"),
    Column("lines", "Lines", "行数", Kind.INTEGER),
    Column("memo", "Memo", "备注"),
)
_ADDRESS = ("region1", "region2", "region3", "line1", "line2", "postcode")


def raw_export_rows(rows: QuerySet[RawOrder], *, chinese: bool) -> Iterable[Mapping[str, Any]]:
    """The raw orders as cells of a file, read piece by piece; at most 50,000."""
    zone = ZoneInfo(serving().timezone)
    wanted = rows.annotate(line_count=Count("lines")).values(*_COLUMNS, *_ADDRESS[2:], "line_count")
    for row in wanted[:EXPORT_MAX].iterator(chunk_size=1000):
        marks = raw_mark_sentences(row["marks"])
        yield {
            **row,
            "created_at": f"{row['created_at'].astimezone(zone):%Y-%m-%d %H:%M}",
            "marks": ", ".join(_MARKS[Mark(one["mark"])][chinese] for one in marks),
            "reason": said_by(row["marks"]),
            "address": " ".join(row[name] for name in _ADDRESS if row[name]),
            "lines": row["line_count"],
        }
