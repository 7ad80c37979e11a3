"""Orders by what somebody has of them: a number, a name, a phone, a parcel's number, a code (W-155)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from tenant_apps.catalog.models import Sku
from tenant_apps.orders.models import SalesOrder, SalesOrderLine
from tenant_apps.orders.models.sales import IS_TRACKED


def _tracked(text: str) -> Q:
    """Carriers print letters large; people type them small."""
    spelled = {text, text.upper()}
    found = Q()
    for one in spelled:
        found |= Q(tracking_numbers__contains=[one])
    return IS_TRACKED & found


def _with_sku(text: str) -> QuerySet[Any, Any]:
    """The orders with a line of the SKU of this merchant code or dealer's own code, by their row id."""
    skus = Sku.objects.filter(merchant_code__iexact=text).values("pk")
    return SalesOrderLine.objects.filter(sku__in=skus).values("order")


# What each exact member of a filter asks; all but the consignee are answered by an index.
_EXACT: dict[str, Callable[[str], Q]] = {
    "number": lambda text: Q(number=text.upper()),
    "client_ref": lambda text: Q(client_ref__isnull=False, client_ref__iexact=text),
    "tracking_number": _tracked,
    "consignee": lambda text: Q(consignee=text),
    "phone": lambda text: Q(phone=text),
    "merchant_code": lambda text: Q(pk__in=_with_sku(text)),
}
EXACT = tuple(_EXACT)


def exactly(rows: QuerySet[SalesOrder], wanted: Any) -> QuerySet[SalesOrder]:
    """The rows that have all that the filter names exactly."""
    for name, asked in _EXACT.items():
        if text := getattr(wanted, name).strip():
            rows = rows.filter(asked(text))
    return rows


def found_by(text: str) -> QuerySet[Any, Any]:
    """The row ids of orders with this number, reference, phone, tracking number, merchant code or person.

    Of consignee and nickname a part is enough. One look-up each, joined by UNION: an OR of all would read
    every order for each of them.
    """
    orders = SalesOrder.objects.values("pk")
    exact = (_EXACT[name](text) for name in ("number", "client_ref", "tracking_number", "phone"))
    named = Q(consignee__icontains=text) | Q(nickname__icontains=text)
    return orders.filter(named).union(*(orders.filter(one) for one in exact), _with_sku(text))
