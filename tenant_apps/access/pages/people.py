"""Pages about the people of one's own organisation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.saved_views.showing import keeps_views
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from platform_core.web.downloads import table_download
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.lists import FilterWords, filter_chips
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.access import queries
from tenant_apps.access.commands import people as commands
from tenant_apps.access.commands.people import AccessFacts, PersonFacts, ScopeFacts
from tenant_apps.access.forms import AccessForm, PersonForm, person_values
from tenant_apps.access.models import Membership, OrganisationKind, ScopeKind
from tenant_apps.access.permissions import AccessPermission
from tenant_apps.access.serializers import render_person

_ORDER = {
    "name": "user__name",
    "-name": "-user__name",
    "code": "employee_code",
    "-code": "-employee_code",
}
_COLUMNS = [
    Column("name", "Name", "姓名"),
    Column("employee_code", "Employee code", "工号"),
    Column("login", "Account name", "登录名"),
    Column("email", "E-mail", "邮箱"),
    Column("phone", "Phone", "电话"),
    Column("is_administrator", "Administrator", "管理员", Kind.BOOLEAN),
    Column("roles", "Roles", "角色"),
    Column("last_login", "Last login", "上次登录", Kind.DATE),
    Column("enabled", "Active", "启用", Kind.BOOLEAN),
]
_LIST = ListColumns(
    ListColumn("name", pgettext_lazy("person", "Name"), sort="name", fixed=True),
    ListColumn("code", gettext_lazy("Employee code"), sort="code", export=("employee_code",)),
    ListColumn("login", gettext_lazy("Logs in by"), export=("login", "email", "phone")),
    ListColumn("roles", gettext_lazy("Roles"), export=("is_administrator", "roles")),
    ListColumn("last_login", gettext_lazy("Last login")),
    ListColumn("state", gettext_lazy("State"), export=("enabled",)),
    order="name",
)


@require_GET
@keeps_views
def people(request: HttpRequest) -> HttpResponse:
    """The list with search and state (W-020)."""
    actor, query = actor_of(request), request.GET
    states = [("active", _("Active")), ("disabled", _("Disabled"))]
    words = {"q": FilterWords(_("Search")), "state": FilterWords(_("State"), dict(states))}
    context = {
        "page": paged(request, _rows(request, actor)),
        "chips": filter_chips(query, words),
        "columns": _LIST.chosen(query),
        "states": states,
        "state": query.get("state", ""),
        "may_manage": actor.may(AccessPermission.MANAGE_PEOPLE),
    }
    return render(request, "access/people.html", context)


@require_GET
def people_export(request: HttpRequest) -> FileResponse:
    """The filtered list as a file."""
    values = (
        {
            **render_person(row),
            "roles": ", ".join(sorted(role.name for role in row.roles.all())),
            "last_login": row.user.last_login,
        }
        for row in _rows(request, actor_of(request))
    )
    kind = request.GET.get("format", "xlsx")
    columns = _LIST.exported(request.GET, _COLUMNS)
    return table_download(name="people", kind=kind, columns=columns, rows=values)


def _rows(request: HttpRequest, actor: Actor) -> QuerySet[Membership]:
    """What search and state leave, in the order of the URL."""
    query = request.GET
    state = query.get("state", "")
    found = queries.people_matching(
        queries.people_visible_to(actor),
        query.get("q", "").strip(),
        state if state in {"active", "disabled"} else "",
    )
    return found.prefetch_related("roles").order_by(_ORDER.get(query.get("sort", ""), "user__name"), "pk")


@never_cache
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Create somebody; the issued password is on the answer and nowhere else."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_PEOPLE)
    form, status = PersonForm(request.POST or None), 200
    if request.method == "POST":
        issued, status = submitted(form, lambda: commands.create_person(actor=actor, facts=_facts(form)))
        if issued:
            return _show_password(request, issued, is_new=True)
    return render(request, "access/person_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """Who somebody is; editable for those who manage people."""
    actor = actor_of(request)
    row = queries.person_for(actor, person_id)
    form, status = PersonForm(request.POST or None, initial=person_values(row)), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.change_person(
                actor=actor, person_id=person_id, facts=_facts(form), version=form.cleaned_data["version"]
            ),
        )
        if changed:
            return redirect("access:person", person_id)
    context = {"form": form, "panels": _panels(actor, row), **_frame(actor, row, "person")}
    return render(request, "access/person.html", context, status=status)


@require_http_methods(["GET", "POST"])
def person_access(request: HttpRequest, person_id: str) -> HttpResponse:
    """What somebody may: roles, direct permissions, data scopes (W-022)."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_PEOPLE)
    row = queries.person_for(actor, person_id)
    form, status = _access_form(actor, row, request.POST or None), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.set_access(
                actor=actor, person_id=person_id, access=_access(form), version=form.cleaned_data["version"]
            ),
        )
        if changed:
            return redirect("access:person_access", person_id)
    scopes = [
        {"all": form[f"all_{kind}"], "only": form[f"only_{kind}"], "title": _SCOPE_TITLES[kind]}
        for kind in _kinds(row)
    ]
    context = {"form": form, "scopes": scopes, **_frame(actor, row, "person_access")}
    return render(request, "access/person_access.html", context, status=status)


@require_GET
def person_logins(request: HttpRequest, person_id: str) -> HttpResponse:
    """The login log of one person, failures too (W-020)."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_PEOPLE)
    row = queries.person_for(actor, person_id)
    context = {
        "page": paged(request, queries.logins_of(row)),
        **_frame(actor, row, "person_logins"),
    }
    return render(request, "access/person_logins.html", context)


@require_POST
def enable_person(request: HttpRequest, person_id: str) -> HttpResponse:
    """Let somebody in again."""
    commands.enable_person(actor=actor_of(request), person_id=person_id)
    return redirect("access:person", person_id)


@require_POST
def disable_person(request: HttpRequest, person_id: str) -> HttpResponse:
    """Keep somebody out."""
    commands.disable_person(actor=actor_of(request), person_id=person_id)
    return redirect("access:person", person_id)


@never_cache
@require_POST
def reset_password(request: HttpRequest, person_id: str) -> HttpResponse:
    """Issue a new password and show it once."""
    issued = commands.reset_password(actor=actor_of(request), person_id=person_id)
    return _show_password(request, issued, is_new=False)


def _show_password(request: HttpRequest, issued: commands.Issued, *, is_new: bool) -> HttpResponse:
    user = issued.person.user
    context = {
        "person": issued.person,
        "password": issued.password,
        "login": user.login or user.email or user.phone,
        "is_new": is_new,
    }
    return render(request, "access/password_issued.html", context)


def _facts(form: PersonForm) -> PersonFacts:
    columns = ("name", "login", "email", "phone", "employee_code")
    return PersonFacts(**{column: form.cleaned_data[column] for column in columns})


_SCOPE_TITLES = {
    ScopeKind.WAREHOUSE: gettext_lazy("Warehouses"),
    ScopeKind.DEALER: gettext_lazy("Dealers"),
    ScopeKind.SHOP: gettext_lazy("Shops"),
}


def _kinds(person: Membership) -> list[ScopeKind]:
    is_supplier = person.organisation.kind == OrganisationKind.SUPPLIER
    return [ScopeKind.WAREHOUSE, ScopeKind.DEALER] if is_supplier else [ScopeKind.SHOP]


def _access_form(actor: Actor, person: Membership, posted: Any) -> AccessForm:
    rows = {kind: list(queries.scope_choices(actor, kind)) for kind in _kinds(person)}
    listed = queries.scope_ids(person)
    roles = queries.roles_visible_to(actor)
    held = set(person.roles.values_list("public_id", flat=True))
    initial: dict[str, Any] = {
        "version": person.version,
        "is_administrator": person.is_administrator,
        "permissions": person.permissions,
        "roles": list(held),
    }
    for kind, entries in rows.items():
        initial[f"all_{kind}"] = getattr(person, f"all_{kind}s")
        initial[f"only_{kind}"] = [row.public_id for row in entries if row.pk in listed[kind]]
    return AccessForm(
        posted,
        initial=initial,
        codes=actor.grants,
        roles=[(role.public_id, role.name) for role in roles],
        scopes={kind: [(row.public_id, row.name) for row in entries] for kind, entries in rows.items()},
    )


def _access(form: AccessForm) -> AccessFacts:
    values = form.cleaned_data
    kinds = [kind for kind in ScopeKind if f"all_{kind}" in values]
    return AccessFacts(
        is_administrator=values["is_administrator"],
        permissions=values["permissions"],
        roles=values["roles"],
        scopes={kind: ScopeFacts(values[f"all_{kind}"], values[f"only_{kind}"]) for kind in kinds},
    )


def _panels(actor: Actor, row: Membership) -> list[dict[str, Any]]:
    """What higher apps know of a dealer's person, loaded by address."""
    if row.organisation.kind != OrganisationKind.DEALER:
        return []
    return [
        {"title": title, "url": reverse(url_name, args=[row.user.public_id])}
        for title, url_name, permission in settings.PERSON_PANELS
        if actor.may(permission)
    ]


def _frame(actor: Actor, person: Membership, here: str) -> dict[str, Any]:
    """Header, tabs and what the buttons need."""
    may_manage = actor.may(AccessPermission.MANAGE_PEOPLE)
    names = [("person", _("Person"))]
    if may_manage:
        names += [("person_access", _("Permissions")), ("person_logins", _("Login log"))]
    tabs = [
        {
            "label": label,
            "url": reverse(f"access:{name}", args=[person.user.public_id]),
            "active": name == here,
        }
        for name, label in names
    ]
    crumbs = [{"label": _("People"), "url": reverse("access:people")}, {"label": person.user.name}]
    is_self = person.user.public_id == actor.id
    return {
        "person": person,
        "tabs": tabs,
        "crumbs": crumbs,
        "is_self": is_self,
        "may_manage": may_manage,
        "may_end": may_manage and not is_self,
    }
