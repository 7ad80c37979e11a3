"""The page of the supplier's own choices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from platform_core.audit.record import lines_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency, Money
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from platform_core.web.formats import NOTHING, money_text
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
    strategies = queries.price_lists(actor)
    form = SettingsForm(request.POST or None, initial=initial, row=row, strategies=strategies)
    status = 200
    if request.method == "POST":
        changed, status = submitted(form, lambda: _change(actor, form))
        if changed:
            return redirect("access:settings")
    context = {"form": form, "row": row, "history": _history(form, row.currency)}
    return render(request, "access/settings.html", context, status=status)


def _change(actor: Actor, form: SettingsForm) -> SupplierSettings:
    values = dict(form.cleaned_data)
    return commands.change_settings(actor=actor, version=values.pop("version"), values=values)


def _history(form: SettingsForm, currency: str) -> list[dict[str, Any]]:
    """The latest changes as the timeline shows them."""
    return [
        {
            "at": line.at,
            "who": line.actor_name,
            "label": _("Changed"),
            "changes": [
                {
                    "label": str(form.fields[name].label) if name in form.fields else name,
                    "before": _shown(form, name, line.before.get(name), currency),
                    "after": _shown(form, name, value, currency),
                }
                for name, value in line.after.items()
            ],
        }
        for line in lines_of(*commands.SUBJECT)[:SHOWN_CHANGES]
    ]


def _shown(form: SettingsForm, name: str, value: Any, currency: str) -> str:
    """A stored value as the page calls it: choices by their words, the amount as money."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return NOTHING
    if name == "balance_warning":
        return money_text(Money.parse(value, Currency(currency)).minor, currency)
    choices = getattr(form.fields.get(name), "choices", ())
    return str(dict(choices).get(value, value)) or NOTHING
