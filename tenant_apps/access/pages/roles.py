"""Pages about roles, and about the ceilings over dealers' organisations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from tenant_apps.access import queries
from tenant_apps.access.commands import roles as commands
from tenant_apps.access.forms import CeilingForm, RoleForm
from tenant_apps.access.models import OrganisationKind
from tenant_apps.access.permissions import AccessPermission


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The own permission groups (W-021)."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_ROLES)
    return render(request, "access/roles.html", {"page": paged(request, queries.roles_visible_to(actor))})


@require_http_methods(["GET", "POST"])
def new_role(request: HttpRequest) -> HttpResponse:
    """Create a permission group."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_ROLES)
    form, status = RoleForm(request.POST or None, codes=actor.grants), 200
    if request.method == "POST":
        role, status = submitted(
            form,
            lambda: commands.create_role(
                actor=actor, name=form.cleaned_data["name"], permissions=form.cleaned_data["permissions"]
            ),
        )
        if role:
            return redirect("access:roles")
    return render(request, "access/role.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, role_id: str) -> HttpResponse:
    """Change a permission group."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_ROLES)
    row = queries.role_for(actor, role_id)
    initial = {"name": row.name, "permissions": row.permissions, "version": row.version}
    form, status = RoleForm(request.POST or None, initial=initial, codes=actor.grants), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.change_role(
                actor=actor,
                role_id=role_id,
                name=form.cleaned_data["name"],
                permissions=form.cleaned_data["permissions"],
                version=form.cleaned_data["version"],
            ),
        )
        if changed:
            return redirect("access:roles")
    return render(request, "access/role.html", {"form": form, "role": row}, status=status)


@require_POST
def delete_role(request: HttpRequest, role_id: str) -> HttpResponse:
    """Remove a role that nobody holds."""
    commands.delete_role(actor=actor_of(request), role_id=role_id)
    return redirect("access:roles")


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The dealers and how far their permission reaches (W-027)."""
    actor = actor_of(request)
    query = request.GET.get("q", "").strip()
    rows = queries.organisations_visible_to(actor)
    found = rows.filter(name__icontains=query) if query else rows
    context = {
        "page": paged(request, found),
        "q": query,
        "all_count": len(queries.permissions_of(OrganisationKind.DEALER)),
    }
    return render(request, "access/organisations.html", context)


@require_http_methods(["GET", "POST"])
def ceiling(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """What anybody of one dealer may hold at most."""
    actor = actor_of(request)
    row = queries.organisation_for(actor, organisation_id)
    codes = queries.permissions_of(OrganisationKind(row.kind))
    initial = {"permissions": sorted(codes) if row.ceiling is None else row.ceiling}
    form, status = CeilingForm(request.POST or None, initial=initial, codes=codes), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.set_ceiling(
                actor=actor, organisation_id=organisation_id, permissions=form.cleaned_data["permissions"]
            ),
        )
        if changed:
            return redirect("access:organisations")
    return render(request, "access/ceiling.html", {"form": form, "organisation": row}, status=status)
