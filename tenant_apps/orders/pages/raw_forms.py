"""Shapes of what the pages of raw orders and of their imports send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_core.kernel.regions import CHINA
from platform_core.web.countries import country_choices
from platform_core.web.regions import suggesting
from tenant_apps.orders.forms import filter_from, typed_address, typed_quantity
from tenant_apps.orders.models import InvoiceKind, RawOrderSource
from tenant_apps.orders.queries.raw import DEFAULT_SORT, SORTS, RawFilter
from tenant_apps.orders.rules import LINES_MAX, Wanted, WantedLine
from tenant_apps.orders.states import Mark, RawOrderState


def _text(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, help_text=help_text, widget=widget, required=False)


def _choice(label: Any) -> forms.CharField:
    """A list to choose from whose choice submitting judges, not the shape."""
    return forms.CharField(label=label, widget=forms.Select(), required=False)


class RawForm(forms.Form):
    """What a raw order says besides its lines. Codes that nobody knows any more stay in their lists."""

    shop = _choice(gettext_lazy("Shop"))
    client_ref = _text(
        gettext_lazy("Your reference"),
        gettext_lazy("Your own order number. It can be used once."),
        maxlength="80",
    )
    consignee = _text(gettext_lazy("Consignee"))
    phone = _text(
        gettext_lazy("Phone"),
        gettext_lazy("China: 010-1234567 or 11 digits of a mobile number."),
        inputmode="tel",
    )
    country = _choice(gettext_lazy("Country"))
    postcode = _text(gettext_lazy("Postcode"))
    region1 = _text(
        gettext_lazy("Province or state"),
        gettext_lazy("In full: 浙江省; municipalities without 市: 北京."),
    )
    region2 = _text(gettext_lazy("City"), gettext_lazy("In full: 杭州市, 北京市."))
    region3 = _text(gettext_lazy("District"))
    line1 = _text(gettext_lazy("Street and number"))
    line2 = _text(gettext_lazy("Building, floor"))
    carrier = _choice(gettext_lazy("Carrier"))
    warehouse = _choice(gettext_lazy("Ship from"))
    nickname = _text(gettext_lazy("Customer nickname"), maxlength="120")
    invoice_kind = forms.ChoiceField(
        label=gettext_lazy("Invoice"), choices=InvoiceKind.choices, required=False
    )
    coupon = _text(gettext_lazy("Coupon"), maxlength="40")
    memo = _text(gettext_lazy("Memo"), gettext_lazy("Printed on the order."), maxlength="500")
    service_memo = _text(gettext_lazy("Service memo"), maxlength="500")

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        """`choices` of shop, carrier and warehouse: code or public id, and name."""
        super().__init__(*args, **kwargs)
        self._offer("country", country_choices())
        country = str((self.data if self.is_bound else self.initial).get("country") or CHINA)
        if country != CHINA:
            for name in ("phone", "region1", "region2"):
                self.fields[name].help_text = ""
        suggesting(self)
        self._offer("shop", choices["shop"])
        blanks = {"carrier": _("Usual carrier"), "warehouse": _("Automatic")}
        for name, blank in blanks.items():
            known = [("", blank), *choices[name]]
            typed = str((self.data if self.is_bound else self.initial).get(name) or "")
            if typed not in dict(known):
                known.append((typed, _("{code} (unknown)").format(code=typed)))
            self._offer(name, known)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].widget.choices = choices  # type: ignore[attr-defined]


RAW_LINE = ("code", "line_quantity", "pack", "sales_price", "note")


def typed_raw_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows of lines as they were typed; those without code and quantity are left out."""
    columns = [data.getlist(name) for name in RAW_LINE]
    rows = [dict(zip(RAW_LINE, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["code"].strip() or row["line_quantity"].strip()][: LINES_MAX + 1]


def raw_wanted(data: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> Wanted:
    """The request that a cleaned raw form and its rows stand for."""
    names = ("shop", "carrier", "warehouse", "client_ref", "nickname", "memo", "service_memo", "coupon")
    texts: dict[str, Any] = {name: str(data.get(name) or "") for name in names}
    return Wanted(
        lines=tuple(
            WantedLine(
                row["code"].strip(),
                typed_quantity(row["line_quantity"]),
                row["pack"].strip(),
                typed_quantity(row["sales_price"]) if row["sales_price"].strip() else None,
                row["note"].strip(),
            )
            for row in rows
        ),
        address=typed_address(data),
        invoice_kind=int(data.get("invoice_kind") or 0),
        **texts,
    )


def raw_filter_from(data: QueryDict) -> RawFilter:
    """The filter of raw orders as the address holds it; what makes no sense is left out."""
    sort, state, mark = data.get("sort", DEFAULT_SORT), data.get("state", ""), data.get("mark", "")
    source, days = data.get("source", ""), filter_from(data)
    return RawFilter(
        **{name: data.get(name, "").strip() for name in ("q", "shop", "batch")},
        state=state if state in RawOrderState.values else "",
        mark=mark if mark in Mark.values else "",
        source=source if source in RawOrderSource.values else "",
        first=days.first,
        last=days.last,
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
    )


class UploadForm(forms.Form):
    """A workbook of orders."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("xlsx or csv, at most 20,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PasteForm(forms.Form):
    """Rows of orders copied from a spreadsheet."""

    rows = forms.CharField(
        label=gettext_lazy("Rows with their headings"),
        help_text=gettext_lazy("Copy the whole table, headings included, from Excel and paste it here."),
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 10, "class": "textarea code", "spellcheck": "false"}),
    )
