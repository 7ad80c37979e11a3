"""The page of the supplier's own choices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from tenant_apps.access import queries
from tenant_apps.access.commands import settings as commands
from tenant_apps.access.forms import SettingsForm
from tenant_apps.access.models import SupplierSettings

SHOWN_CHANGES = 20


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change the settings, with who changed what."""
    actor = actor_of(request)
    row = queries.settings_visible_to(actor)
    initial = {**commands.facts_of(row), "version": row.version}
    form, status = SettingsForm(request.POST or None, initial=initial, row=row), 200
    if request.method == "POST":
        changed, status = submitted(form, lambda: _change(actor, form))
        if changed:
            return redirect("access:settings")
    context = {"form": form, "row": row, "history": _history(form)}
    return render(request, "access/settings.html", context, status=status)


def _change(actor: Actor, form: SettingsForm) -> SupplierSettings:
    values = dict(form.cleaned_data)
    return commands.change_settings(actor=actor, version=values.pop("version"), values=values)


def _history(form: SettingsForm) -> list[dict[str, Any]]:
    """The latest changes as the timeline shows them."""
    return [
        {
            "at": line.at,
            "who": line.actor_name,
            "label": _("Changed"),
            "changes": [
                {"label": _label(form, name), "before": _shown(line.before.get(name)), "after": _shown(value)}
                for name, value in line.after.items()
            ],
        }
        for line in lines_of(*commands.SUBJECT)[:SHOWN_CHANGES]
    ]


def _label(form: SettingsForm, name: str) -> str:
    return str(form.fields[name].label) if name in form.fields else name


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)
