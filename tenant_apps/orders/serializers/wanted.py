"""What a request for an order looks like in JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from platform_core.api.fields import AddressShape, PriceField, QuantityField
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import noop
from tenant_apps.orders.models import InvoiceKind
from tenant_apps.orders.rules import LINES_MAX, Address, Wanted, WantedLine

_WHICH = noop("Name the SKU by “sku” or by “merchant_code”.")
_TEXTS = (
    "shop", "carrier", "warehouse", "client_ref", "nickname", "memo", "service_memo", "invoice_kind", "coupon"
)  # fmt: skip


class LineInput(serializers.Serializer[Any]):
    """One line: the SKU by `sku` (public id) or `merchant_code`, its quantity in base units or packs."""

    sku = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    merchant_code = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    quantity = QuantityField()
    pack = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    sales_price = PriceField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class OrderInput(serializers.Serializer[Any]):
    """A request. `shop`, `carrier` and `warehouse` by public id or code; blank ones are chosen by the rules.

    The supplier's people must name the shop they order for. `address_id` names a stored address.
    """

    lines = LineInput(many=True, max_length=LINES_MAX)  # type: ignore[call-arg]  # of the list
    address = AddressShape(required=False)
    address_id = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    shop = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    carrier = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    warehouse = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    client_ref = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    nickname = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    service_memo = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    invoice_kind = serializers.ChoiceField(choices=InvoiceKind.choices, required=False, default=0)
    coupon = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


def wanted_from(data: Mapping[str, Any], address: Callable[[str], Address]) -> Wanted:
    """A whole request; `address` finds a stored one. Raises Invalid for a line that names no SKU."""
    return changed(Wanted((), Address()), data, address)


def changed(wanted: Wanted, data: Mapping[str, Any], address: Callable[[str], Address]) -> Wanted:
    """The request with the members that `data` names replaced."""
    found = replace(wanted, **{name: data[name] for name in _TEXTS if name in data})
    if "lines" in data:
        found = replace(found, lines=_lines(data["lines"]))
    if data.get("address_id"):
        return replace(found, address=address(data["address_id"]))
    return replace(found, address=Address(**data["address"])) if "address" in data else found


def _lines(rows: list[Mapping[str, Any]]) -> tuple[WantedLine, ...]:
    names = [row.get("sku") or row.get("merchant_code") or "" for row in rows]
    problems = [
        FieldProblem(f"/lines/{i}/sku", "required", _WHICH) for i, name in enumerate(names) if not name
    ]
    if problems:
        raise Invalid(problems=problems)
    return tuple(
        WantedLine(name, row["quantity"], row.get("pack", ""), row.get("sales_price"), row.get("note", ""))
        for name, row in zip(names, rows, strict=True)
    )
