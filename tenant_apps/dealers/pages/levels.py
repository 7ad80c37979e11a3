"""Pages of dealer levels."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import pressed, version_of
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.forms import LevelForm, initial_of_level
from tenant_apps.dealers.pages.dealers import list_tabs
from tenant_apps.dealers.pages.shared import answer_form, supplier_actor
from tenant_apps.dealers.permissions import DealerPermission


@require_GET
def level_list(request: HttpRequest) -> HttpResponse:
    """All levels with how many dealers are on each."""
    actor = supplier_actor(request)
    context = {
        "levels": queries.levels_with_counts(actor),
        "tabs": list_tabs("levels"),
        "may_manage": actor.may(DealerPermission.MANAGE_LEVELS),
    }
    return render(request, "dealers/levels.html", context)


@require_http_methods(["GET", "POST"])
def level_new(request: HttpRequest) -> HttpResponse:
    """Add a level."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)
    form = LevelForm(request.POST or None)

    def add() -> HttpResponse:
        row = commands.add_level(actor=actor, values=form.cleaned_data)
        messages.success(request, _("The level {name} is saved.").format(name=row.name))
        return redirect("dealers:levels")

    return answer_form(request, "dealers/level_form.html", form, add, {"level": None})


@require_http_methods(["GET", "POST"])
def level_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a level."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)
    level = queries.level_for(actor, public_id)
    version = version_of(request, level.version)
    form = LevelForm(request.POST or None, initial=initial_of_level(level))

    def change() -> HttpResponse:
        row = commands.change_level(
            actor=actor, level_id=public_id, changes=form.cleaned_data, version=version
        )
        messages.success(request, _("The level {name} is saved.").format(name=row.name))
        return redirect("dealers:levels")

    context = {"level": level, "version": version}
    return answer_form(request, "dealers/level_form.html", form, change, context)


@require_POST
def level_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a level that no dealer is on."""
    actor = supplier_actor(request, DealerPermission.MANAGE_LEVELS)

    def delete() -> str:
        commands.delete_level(actor=actor, level_id=public_id)
        return _("The level is deleted.")

    pressed(request, delete)
    return redirect("dealers:levels")
