"""Pages of dealer groups."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import pressed, version_of
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.forms import GroupForm
from tenant_apps.dealers.pages.dealers import list_tabs
from tenant_apps.dealers.pages.shared import answer_form, supplier_actor
from tenant_apps.dealers.permissions import DealerPermission


@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    """All groups with how many dealers stand in each."""
    actor = supplier_actor(request)
    context = {
        "groups": queries.groups_with_counts(actor),
        "tabs": list_tabs("groups"),
        "may_manage": actor.may(DealerPermission.MANAGE_LEVELS),
    }
    return render(request, "dealers/groups.html", context)


@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    """Add a group."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)
    form = GroupForm(request.POST or None)

    def add() -> HttpResponse:
        row = commands.add_group(actor=actor, values=form.cleaned_data)
        messages.success(request, _("The group {name} is saved.").format(name=row.name))
        return redirect("dealers:groups")

    return answer_form(request, "dealers/group_form.html", form, add, {"group": None})


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a group."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)
    group = queries.group_for(actor, public_id)
    version = version_of(request, group.version)
    form = GroupForm(request.POST or None, initial={"name": group.name})

    def change() -> HttpResponse:
        row = commands.change_group(
            actor=actor, group_id=public_id, changes=form.cleaned_data, version=version
        )
        messages.success(request, _("The group {name} is saved.").format(name=row.name))
        return redirect("dealers:groups")

    context = {"group": group, "version": version}
    return answer_form(request, "dealers/group_form.html", form, change, context)


@require_POST
def group_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a group that nothing uses; the refusal names what does."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)

    def delete() -> str:
        commands.delete_group(actor=actor, group_id=public_id)
        return _("The group is deleted.")

    pressed(request, delete)
    return redirect("dealers:groups")
