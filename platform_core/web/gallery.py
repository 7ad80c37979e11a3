"""The component gallery: every part of the kit with real amounts of data. Wired only under DEBUG."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from platform_core.web import gallery_data as data
from platform_core.web.formats import decimal_text
from platform_core.web.lists import FilterWords, filter_chips, state_of

_LAYOUTS: Final = ("console", "portal", "public", "auth", "print")
_ERRORS: Final = ("400", "403", "404", "500", "csrf_failure", "supplier_suspended", "refused")
_CENT: Final = Decimal("0.01")
_WORK: Final = 1000
_LEFT: Final = 36


class DealerForm(forms.Form):
    """A form with each kind of field."""

    name = forms.CharField(label="Name / 名称", help_text="As on invoices. 与发票一致。")
    code = forms.SlugField(label="Code / 编码", max_length=20)
    level = forms.ChoiceField(
        label="Level / 等级", choices=[("a", "Gold 90 %"), ("b", "Silver 70 %"), ("c", "Bronze 50 %")]
    )
    credit = forms.DecimalField(
        label="Credit limit / 信用额度", required=False, min_value=0, decimal_places=2
    )
    method = forms.ChoiceField(
        label="Method / 付款方式",
        widget=forms.RadioSelect,
        choices=[("bank", "Bank transfer 银行转账"), ("wechat", "WeChat Pay 微信"), ("cash", "Cash 现金")],
    )
    warehouses = forms.MultipleChoiceField(
        label="Warehouses / 仓库",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sh", "Shanghai 上海"), ("gz", "Guangzhou 广州")],
    )
    note = forms.CharField(label="Note / 备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    active = forms.BooleanField(label="May order / 可下单", required=False)
    voucher = forms.FileField(label="Voucher / 凭证", required=False, help_text="jpg, png, pdf; 10 MB")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the gallery: `?layout=`, `?error=`, `?part=progress` (polled); a POST quotes the order pad."""
    if request.method == "POST":
        return _quote(request)
    if request.GET.get("part") == "progress":
        return _progress(request)
    error = request.GET.get("error", "")
    if error in _ERRORS:
        return render(
            request,
            f"{error}.html",
            {"sentence": ""} if error != "refused" else {"sentence": _("This is a refusal.")},
        )
    layout = request.GET.get("layout", "console")
    if request.GET.get("toast"):
        messages.success(request, "SO-20261121-0042: approved 已审核")
        messages.error(request, "Insufficient balance: ¥318.40 is missing. 余额不足，缺少 ¥318.40。")
    return render(request, "web/gallery.html", _context(request, layout if layout in _LAYOUTS else "console"))


def _context(request: HttpRequest, layout: str) -> dict[str, Any]:
    states = sorted({order["state"] for order in data.ORDERS})
    words = {
        "q": FilterWords(_("Search")),
        "state": FilterWords(_("State"), {s: s.replace("_", " ") for s in states}),
    }
    bound = (
        DealerForm({"code": "no spaces!", "level": "a", "credit": "-1"})
        if request.GET.get("errors")
        else DealerForm()
    )
    cast(Any, request).saved_views = data.views(state_of(request.GET))
    return {
        **data.frame(portal=layout == "portal"),
        "layout": f"layouts/{layout}.html",
        "kind": layout,
        "page": Paginator(data.ORDERS, 15).get_page(request.GET.get("page")),
        "empty_page": Paginator([], 15).get_page(1),
        "chips": filter_chips(request.GET, words),
        "columns": data.COLUMNS.chosen(request.GET, currency="CNY"),
        "may_select": layout == "console",
        "state_choices": [(state, state.replace("_", " ")) for state in states],
        "chosen": request.GET.get("state", ""),
        "form": bound,
        "wrong_form": DealerForm({"code": "no spaces!", "level": "a", "credit": "-1"}, auto_id="wrong_%s"),
        "tabs": data.TABS,
        "steps": data.STEPS,
        "first_steps": data.FIRST_STEPS,
        "history": data.HISTORY,
        "import_errors": data.IMPORT_ERRORS,
        "states": data.ALL_STATES,
        "total": data.TOTAL,
        "loss": data.LOSS,
        "at": data.AT,
        "pad_page": Paginator(_found(request.GET.get("q", "")), 12).get_page(request.GET.get("page")),
        "icons": data.icon_names(),
    }


def _found(text: str) -> list[dict[str, str]]:
    return [sku for sku in data.SKUS if text.lower() in f"{sku['code']} {sku['name']}".lower()]


def _progress(request: HttpRequest) -> HttpResponse:
    value = min(int(request.GET.get("at", "0")) + 97, _WORK)
    return render(request, "web/gallery_progress.html", {"value": value, "done": value >= _WORK})


def _quote(request: HttpRequest) -> JsonResponse:
    """What a quote address answers: a line is rounded half up, once; freight is 1.50 a kilogram."""
    skus = {sku["sku"]: sku for sku in data.SKUS}
    goods, weight, lines = Decimal(0), Decimal(0), []
    for line in json.loads(request.body)["lines"]:
        sku, quantity = skus[line["sku"]], Decimal(line["quantity"])
        goods += (quantity * Decimal(sku["price"])).quantize(_CENT, ROUND_HALF_UP)
        weight += quantity * Decimal(sku["weight_text"])
        lines.append(
            {
                "sku": line["sku"],
                "error": _("Only 36 left for you.") if line["sku"] == "sku_07" and quantity > _LEFT else "",
            }
        )
    freight = (weight * Decimal("1.5")).quantize(_CENT, ROUND_HALF_UP)
    total = goods + freight
    missing = total - Decimal(5000)
    return JsonResponse(
        {
            "lines": lines,
            "goods": str(goods),
            "freight": str(freight),
            "freight_note": _("Freight: Shanghai, table S, ¥1.50 per kg."),
            "total": str(total),
            "weight_kg": str(weight),
            "message": _("¥%(amount)s is missing on your account.")
            % {"amount": decimal_text(missing, least=2)}
            if missing > 0
            else "",
        }
    )
