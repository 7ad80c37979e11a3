"""Orders as a list: searched, filtered, counted by state, a page at a time as plain dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency, Money
from platform_core.workbooks.columns import Choice, Column, Kind
from tenant_apps.access import queries as access
from tenant_apps.orders.models import SalesOrder
from tenant_apps.orders.queries.approvers import waiting_for
from tenant_apps.orders.queries.orders import orders_visible_to
from tenant_apps.orders.queries.search import exactly, found_by
from tenant_apps.orders.queries.talk import is_unread
from tenant_apps.orders.rules import mark_sentences
from tenant_apps.orders.states import OrderState, is_freight_open

SORTS = {
    "number": "id",
    "placed": "placed_at",
    "dealer": "dealer__sort_key",
    "consignee": "consignee",
    "state": "state",
    "total": "total_minor",
    "weight": "weight_kg",
}
DEFAULT_SORT = "-number"
CHANGED = "changed"
EXPORT_MAX = 50_000


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What narrows the list. `warehouse`, `shop`, `dealer` are public ids; days are the supplier's.

    `q` finds what `search.found_by` says, the exact members beside it one thing each (W-155). Days are those
    of placing, or with `on` = `changed` of the last operation.
    `waiting` is `long`: waiting longer than the supplier's setting allows (decisions.md §5), `me`: what
    the reader may approve now (WK-07), or `approval`: above its buyer's limit;
    `unread` leaves orders with a message that the reader's side has not seen.
    """

    q: str = ""
    state: str = ""
    warehouse: str = ""
    shop: str = ""
    dealer: str = ""
    first: date | None = None
    last: date | None = None
    waiting: str = ""
    unread: str = ""
    sort: str = DEFAULT_SORT
    on: str = ""
    number: str = ""
    client_ref: str = ""
    tracking_number: str = ""
    consignee: str = ""
    phone: str = ""
    merchant_code: str = ""


def orders_matching(actor: Actor, wanted: OrderFilter) -> QuerySet[SalesOrder]:
    """The visible orders that the filter leaves, in its order."""
    rows = _visible(actor, wanted)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    name = wanted.sort.removeprefix("-")
    column, sign = SORTS.get(name, "id"), "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def counts_by_state(actor: Actor, wanted: OrderFilter) -> dict[str, int]:
    """How many orders of each state the rest of the filter leaves, in one statement."""
    rows = _visible(actor, wanted).order_by()
    return dict(rows.values_list("state").annotate(count=Count("pk")))


def _visible(actor: Actor, wanted: OrderFilter) -> QuerySet[SalesOrder]:
    rows = _narrowed(actor, wanted)
    return waiting_for(actor, rows) if wanted.waiting == "me" else rows


def _narrowed(actor: Actor, wanted: OrderFilter) -> QuerySet[SalesOrder]:
    rows = orders_visible_to(actor)
    if text := wanted.q.strip():
        rows = rows.filter(pk__in=found_by(text))
    rows = exactly(rows, wanted)
    for name in ("warehouse", "shop", "dealer"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{f"{name}__public_id": value})
    day = "updated_at" if wanted.on == CHANGED else "placed_at"
    if wanted.first:
        rows = rows.filter(**{f"{day}__gte": clock.start_of(wanted.first, serving().timezone)})
    if wanted.last:
        rows = rows.filter(**{f"{day}__lt": clock.end_of(wanted.last, serving().timezone)})
    if wanted.unread:
        rows = rows.filter(is_unread(actor))
    if wanted.waiting == "approval":
        rows = rows.filter(state=OrderState.PENDING_REVIEW, needs_approval=True)
    elif wanted.waiting and wanted.waiting != "me":
        days = access.settings().stale_after_days
        rows = rows.filter(
            state__in=[OrderState.PENDING_REVIEW, OrderState.PENDING_FINANCE],
            updated_at__lt=clock.now() - timedelta(days=days),
        )
    return rows


_COLUMNS = (
    "public_id",
    "number",
    "client_ref",
    "state",
    "refund_state",
    "marks",
    "currency",
    "total_minor",
    "weight_kg",
    "freight_known",
    "placed_at",
    "consignee",
    "region1",
    "region2",
    "memo",
    "dealer__public_id",
    "dealer__name",
    "shop__name",
    "warehouse__name",
    "carrier__name",
)


def list_rows(rows: QuerySet[SalesOrder], actor: Actor) -> list[dict[str, Any]]:
    """A page of orders as the list shows them, in one statement; `unread` says a message waits."""
    states = dict(OrderState.choices)
    found = list(rows.annotate(unread=is_unread(actor)).values(*_COLUMNS, "unread"))
    for row in found:
        row["state_label"] = states[row["state"]]
        row["total"] = Money(row["total_minor"], Currency(row["currency"]))
        row["is_freight_open"] = is_freight_open(row["state"], freight_known=row["freight_known"])
        row["mark_list"] = mark_sentences(row["marks"])
    return found


_STATES = {
    "pending_review": ("to review", "待审核"),
    "pending_finance": ("in finance review", "待财审"),
    "approved": ("approved", "已审核"),
    "pushed": ("pushed", "已推送"),
    "partly_shipped": ("partly shipped", "部分发货"),
    "shipped": ("shipped", "已发货"),
    "completed": ("completed", "已完成"),
    "cancelled": ("cancelled", "已取消"),
}
STATE_CHOICES = tuple(Choice(key, *names) for key, names in _STATES.items())
EXPORT_COLUMNS = (
    Column("number", "Order", "订单号"),
    Column("placed_at", "Placed", "下单时间"),
    Column("state", "State", "状态", Kind.CHOICE, choices=STATE_CHOICES),
    Column("dealer__name", "Dealer", "分销商"),
    Column("shop__name", "Shop", "店铺"),
    Column("client_ref", "Reference", "分销商单号"),
    Column("consignee", "Consignee", "收货人"),
    Column("phone", "Phone", "电话"),
    Column("address", "Address", "地址"),
    Column("warehouse__name", "Warehouse", "仓库"),
    Column("carrier__name", "Carrier", "物流公司"),
    Column("goods", "Goods", "货款", Kind.DECIMAL),
    Column("discount", "Discount", "优惠", Kind.DECIMAL),
    Column("coupon_code", "Coupon", "优惠券"),
    Column("goods_adjustment", "Goods adjustment", "货款调整", Kind.DECIMAL),
    Column("freight", "Freight", "运费", Kind.DECIMAL),
    Column("freight_adjustment", "Freight adjustment", "运费调整", Kind.DECIMAL),
    Column("fee", "Service fee", "服务费", Kind.DECIMAL),
    Column("freight_tax", "Tax on freight", "运费税额", Kind.DECIMAL),
    Column("fee_tax", "Tax on the fee", "服务费税额", Kind.DECIMAL),
    Column("tax", "Tax", "税额", Kind.DECIMAL),
    Column("total", "Total", "合计", Kind.DECIMAL),
    Column("weight_kg", "Weight kg", "重量", Kind.DECIMAL),
    Column("memo", "Memo", "备注"),
)
_AMOUNTS = (
    *("goods", "discount", "goods_adjustment", "freight", "freight_adjustment", "fee"),
    *("freight_tax", "fee_tax", "tax", "total"),
)
_ADDRESS = ("region1", "region2", "region3", "line1", "line2", "postcode")


def export_rows(rows: QuerySet[SalesOrder]) -> Iterable[Mapping[str, Any]]:
    """The orders as cells of a file, read piece by piece; at most 50,000."""
    plain = [c.key for c in EXPORT_COLUMNS if c.key not in {*_AMOUNTS, "address"}]
    names = [*plain, *_ADDRESS, *(f"{name}_minor" for name in _AMOUNTS), "currency"]
    zone = ZoneInfo(serving().timezone)
    for row in rows.values(*names)[:EXPORT_MAX].iterator(chunk_size=1000):
        currency = Currency(row["currency"])
        yield {
            **{key: row[key] for key in plain},
            **{name: Money(row[f"{name}_minor"], currency).amount for name in _AMOUNTS},
            "placed_at": f"{row['placed_at'].astimezone(zone):%Y-%m-%d %H:%M}",
            "weight_kg": row["weight_kg"].normalize(),
            "address": " ".join(row[name] for name in _ADDRESS if row[name]),
        }
