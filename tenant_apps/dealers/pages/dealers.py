"""Pages of dealers: the list, the form, the detail with its tabs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.kernel.money import Currency, Money
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import version_of
from platform_core.web.asking import paged
from platform_core.web.downloads import table_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.history import history
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips, words_of
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.access import queries as access
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.forms import DealerForm, NewDealerForm, initial_of
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.pages.shared import (
    STATES,
    answer_form,
    dealer_context,
    reader,
    supplier_actor,
    url_or_blank,
)
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.queries import DEFAULT_SORT, DealerFilter

COLUMNS = (
    Column("code", "Code", "编码"),
    Column("name", "Name", "名称"),
    Column("contact", "Contact", "联系人"),
    Column("phone", "Phone", "电话"),
    Column("email", "E-mail", "邮箱"),
    Column("level", "Level", "等级"),
    Column("group", "Group", "分组"),
    Column("administrator_name", "Administrator", "管理员姓名"),
    Column("administrator_login", "Account name", "登录名"),
    Column("service_fee", "Service fee per order", "每单服务费", Kind.DECIMAL),
    Column("invoice_title", "Invoice title", "发票抬头"),
    Column("tax_number", "Tax number", "税号"),
    Column("erp_shop_code", "Shop code in the ERP", "ERP店铺编码"),
    Column("remark", "Remark", "备注"),
    Column("shops", "Shops", "店铺数", Kind.INTEGER),
    Column("created", "Created", "创建日期", Kind.DATE),
    Column("enabled", "Enabled", "启用", Kind.BOOLEAN),
)
LIST = ListColumns(
    ListColumn("code", gettext_lazy("Code"), sort="code"),
    ListColumn("name", gettext_lazy("Name"), sort="name", fixed=True),
    ListColumn("level", gettext_lazy("Level"), sort="level"),
    ListColumn("group", gettext_lazy("Group"), sort="group", shown=False),
    ListColumn("contact", gettext_lazy("Contact")),
    ListColumn("phone", gettext_lazy("Phone")),
    ListColumn("email", gettext_lazy("E-mail"), shown=False),
    ListColumn("shops", gettext_lazy("Shops"), numeric=True),
    ListColumn("invoice_title", gettext_lazy("Invoice title"), shown=False),
    ListColumn("tax_number", gettext_lazy("Tax number"), shown=False),
    ListColumn("remark", gettext_lazy("Remark"), shown=False),
    ListColumn("created", pgettext_lazy("moment", "Created"), sort="created"),
    ListColumn("enabled", gettext_lazy("State"), sort="enabled"),
    order=DEFAULT_SORT,
)
VERBS = {
    "created": gettext_lazy("Dealer created"),
    "changed": gettext_lazy("Changed"),
    "enabled": gettext_lazy("Enabled"),
    "disabled": gettext_lazy("Disabled"),
    "password_reset": gettext_lazy("Password reset"),
    "shop_created": gettext_lazy("Shop added"),
    "shop_changed": gettext_lazy("Shop changed"),
    "shop_enabled": gettext_lazy("Shop enabled"),
    "shop_disabled": gettext_lazy("Shop disabled"),
    "organisations_changed": gettext_lazy("Ordering organisations changed"),
    "address_created": gettext_lazy("Address added"),
    "address_changed": gettext_lazy("Address changed"),
    "address_archived": gettext_lazy("Address removed"),
}
FIELDS = {
    "service_fee_minor": gettext_lazy("Service fee per order"),
    "person": gettext_lazy("Person"),
    "shop": gettext_lazy("Shop"),
    "address": gettext_lazy("Address"),
    "organisations": gettext_lazy("Ordering organisations"),
    "auto_review": gettext_lazy("Automatic review"),
    "country": gettext_lazy("Country"),
    "region1": gettext_lazy("Province or state"),
    "region2": gettext_lazy("City"),
    "region3": gettext_lazy("District"),
    "postcode": gettext_lazy("Postcode"),
    "line1": gettext_lazy("Street and number"),
    "line2": gettext_lazy("Building, floor"),
    "consignee": gettext_lazy("Consignee"),
    "label": gettext_lazy("Label"),
    "is_default": gettext_lazy("Default"),
}


@require_GET
@keeps_views
def dealer_list(request: HttpRequest) -> HttpResponse:
    """The dealers the actor may see."""
    actor = supplier_actor(request)
    levels = list(queries.levels_visible_to(actor))
    choices = [(one.public_id, one.name) for one in levels]
    groups = [(one.public_id, one.name) for one in queries.groups_visible_to(actor)]
    group_choices = [(queries.NO_GROUP, _("No group")), *groups]
    # A panel of a higher app, for those who may use it.
    strategies_url = url_or_blank("strategies:assign_panel") if actor.may("strategies.assign") else ""
    words = {
        "q": FilterWords(_("Search")),
        "level": FilterWords(_("Level"), dict(choices)),
        "group": FilterWords(_("Group"), dict(group_choices)),
        "enabled": FilterWords(_("State"), words_of(STATES)),
    }
    context = {
        "page": paged(request, queries.dealers_matching(actor, _filter(request))),
        "filters": request.GET,
        "chips": filter_chips(request.GET, words),
        "columns": LIST.chosen(request.GET),
        "levels": choices,
        "groups": groups,
        "group_choices": group_choices,
        "states": STATES,
        "tabs": list_tabs("list"),
        "may_manage": actor.may(DealerPermission.MANAGE),
        "strategies_url": strategies_url,
        "may_select": actor.may(DealerPermission.MANAGE) or bool(strategies_url),
    }
    return render(request, "dealers/list.html", context)


@require_GET
def dealer_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    actor = supplier_actor(request)
    currency = Currency(access.settings().currency)
    rows = queries.with_administrator(queries.dealers_matching(actor, _filter(request)))
    values = (_exported(row, currency) for row in rows.iterator(chunk_size=500))
    kind = request.GET.get("format", "xlsx")
    columns = LIST.exported(request.GET, COLUMNS)
    return table_download(name="dealers", kind=kind, columns=columns, rows=values)


def _exported(row: Dealer, currency: Currency) -> dict[str, Any]:
    derived = {
        "level": row.level.name,
        "group": row.group.name if row.group else None,
        "service_fee": Money(row.service_fee_minor, currency).amount,
        "shops": row.shop_count or 0,  # type: ignore[attr-defined]
        "created": row.created_at,
    }
    plain = {one.key: getattr(row, one.key) for one in COLUMNS if one.key not in derived}
    return {**plain, **derived}


def _filter(request: HttpRequest) -> DealerFilter:
    return DealerFilter.of(request.GET)


def list_tabs(here: str) -> list[dict[str, Any]]:
    """The lists of dealers."""
    named = (("list", _("Dealers")), ("levels", _("Levels")), ("groups", _("Groups")))
    return [
        {"label": label, "url": reverse(f"dealers:{name}"), "active": name == here} for name, label in named
    ]


@require_http_methods(["GET", "POST"])
def dealer_new(request: HttpRequest) -> HttpResponse:
    """Create a dealer with its administrator; the issued password is shown once."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    form = NewDealerForm(request.POST or None, **_choices(actor))

    def create() -> HttpResponse:
        dealer, administrator = form.facts()
        row = commands.create_dealer(
            actor=actor, operation_id=operation_of(request), dealer=dealer, administrator=administrator
        )
        return _issued(request, row, _("{name} can log in now").format(name=row.name))

    context = {"operation": operation_token(), "currency": access.settings().currency}
    return answer_form(request, "dealers/new.html", form, create, context)


def _choices(actor: Actor) -> dict[str, Any]:
    return {
        "levels": list(queries.levels_visible_to(actor)),
        "groups": list(queries.groups_visible_to(actor)),
    }


def _issued(request: HttpRequest, dealer: Dealer, title: str) -> HttpResponse:
    """The one page that shows an issued password; it is nowhere to be read again."""
    person = queries.administrators_of(dealer).first()
    context = {"dealer": dealer, "person": person, "title": title, "host": request.get_host()}
    answer = render(request, "dealers/issued.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def dealer_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is known of a dealer, and panels of higher apps."""
    actor = reader(request)
    return _detail(request, actor, queries.dealer_for(actor, public_id))


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The dealer's own profile."""
    actor = reader(request)
    return _detail(request, actor, queries.own_dealer(actor))


def _detail(request: HttpRequest, actor: Actor, dealer: Dealer) -> HttpResponse:
    public_id = dealer.public_id
    context = {
        **dealer_context(dealer, actor, "dealer"),
        "currency": access.settings().currency,
        "money_panel": url_or_blank("ledger:dealer_panel", public_id),
        "strategy_panel": url_or_blank("strategies:dealer_panel", public_id),
        "administrator": queries.administrators_of(dealer).first(),
    }
    return render(request, "dealers/detail.html", context)


@require_http_methods(["GET", "POST"])
def dealer_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a dealer."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    dealer = queries.dealer_for(actor, public_id)
    version = version_of(request, dealer.version)
    currency = access.settings().currency
    form = DealerForm(
        request.POST or None,
        **_choices(actor),
        initial=initial_of(dealer, currency),
    )

    def change() -> HttpResponse:
        row = commands.change_dealer(
            actor=actor, dealer_id=public_id, changes=form.cleaned_data, version=version
        )
        messages.success(request, _("{name} is saved.").format(name=row.name))
        return redirect("dealers:dealer", public_id)

    context = {**dealer_context(dealer, actor, "dealer"), "currency": currency, "version": version}
    return answer_form(request, "dealers/edit.html", form, change, context)


@require_POST
def dealer_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable or disable a dealer."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    if act == "enable":
        row = commands.enable_dealer(actor=actor, dealer_id=public_id)
        messages.success(request, _("{name} is enabled.").format(name=row.name))
    else:
        row = commands.disable_dealer(actor=actor, dealer_id=public_id)
        messages.success(request, _("{name} is disabled: its people cannot log in.").format(name=row.name))
    return redirect("dealers:dealer", public_id)


@require_POST
def dealer_reset_password(request: HttpRequest, public_id: str) -> HttpResponse:
    """Issue a new password to an administrator and show it once."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    try:
        row = commands.reset_administrator_password(
            actor=actor, dealer_id=public_id, user_id=request.POST.get("user", "")
        )
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("dealers:people", public_id)
    return _issued(request, row, _("The password is reset"))


@require_GET
def dealer_people(request: HttpRequest, public_id: str) -> HttpResponse:
    """The dealer's administrators; the dealer manages everybody else itself (K-16)."""
    actor = supplier_actor(request)
    dealer = queries.dealer_for(actor, public_id)
    context = {
        **dealer_context(dealer, actor, "people"),
        "administrators": queries.administrators_of(dealer),
        "access_url": url_or_blank("access:organisation_people", dealer.organisation.public_id),
    }
    return render(request, "dealers/people.html", context)


@require_GET
def dealer_log(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that happened to a dealer, its shops and its addresses."""
    actor: Actor = supplier_actor(request)
    dealer = queries.dealer_for(actor, public_id)
    page = paged(request, lines_of("dealer", public_id))
    fields = {name: field.label for name, field in DealerForm.base_fields.items()} | FIELDS
    context = {
        **dealer_context(dealer, actor, "log"),
        "page": page,
        "entries": history(page.object_list, VERBS, fields, access.settings().currency),
    }
    return render(request, "dealers/log.html", context)
