"""Pages of ordering organisations, and which of them a dealer orders from (K-13, K-15)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.audit.record import lines_of
from platform_core.web.acts import pressed, submitted, version_of
from tenant_apps.dealers import queries as dealers
from tenant_apps.strategies.commands import publication as commands
from tenant_apps.strategies.forms import DealerOrganisationsForm, OrganisationForm
from tenant_apps.strategies.models import OrderingOrganisation
from tenant_apps.strategies.pages.shared import asker, common, crumbs, tabs
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as queries

LOG_LINES = 20
VERBS = {
    "created": gettext_lazy("Created"),
    "changed": pgettext_lazy("log", "Changed"),
    "enabled": gettext_lazy("Enabled"),
    "disabled": gettext_lazy("Disabled"),
}


@require_GET
def organisation_list(request: HttpRequest) -> HttpResponse:
    """All ordering organisations with how many SKUs and dealers name each."""
    actor = asker(request)
    context = {
        **common(actor),
        "organisations": queries.organisations_with_counts(actor),
        "tabs": tabs("organisations"),
    }
    return render(request, "strategies/organisations.html", context)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Add an ordering organisation."""
    actor = asker(request, StrategyPermission.MANAGE)
    form, status = OrganisationForm(request.POST or None), 200
    if request.method == "POST":
        made, status = submitted(
            form, lambda: commands.add_organisation(actor=actor, values=form.cleaned_data)
        )
        if made:
            messages.success(request, _("{name} is saved.").format(name=made.name))
            return redirect("strategies:organisations")
    return _form_page(request, form, None, status)


@require_http_methods(["GET", "POST"])
def organisation_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change an ordering organisation."""
    actor = asker(request, StrategyPermission.MANAGE)
    row = queries.organisation_for(actor, public_id)
    version = version_of(request, row.version)
    initial = {name: getattr(row, name) for name in OrganisationForm.base_fields}
    form, status = OrganisationForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.change_organisation(
                actor=actor, organisation_id=public_id, changes=form.cleaned_data, version=version
            ),
        )
        if changed:
            messages.success(request, _("{name} is saved.").format(name=changed.name))
            return redirect("strategies:organisations")
    return _form_page(request, form, row, status, version)


@require_POST
def organisation_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete an ordering organisation that nothing names."""
    actor = asker(request, StrategyPermission.MANAGE)

    def delete() -> str:
        commands.delete_organisation(actor=actor, organisation_id=public_id)
        return _("The ordering organisation is deleted.")

    if pressed(request, delete):
        return redirect("strategies:organisations")
    return redirect("strategies:organisation", public_id)


def _form_page(
    request: HttpRequest,
    form: OrganisationForm,
    row: OrderingOrganisation | None,
    status: int,
    version: int = 0,
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "version": version,
        "crumbs": crumbs("strategies:organisations", _("Ordering organisations")),
        "log": [
            {"at": line.at, "who": line.actor_name, "label": VERBS.get(line.verb, line.verb)}
            for line in lines_of(commands.KIND, row.public_id)[:LOG_LINES]
        ]
        if row
        else [],
    }
    return render(request, "strategies/organisation_form.html", context, status=status)


@require_POST
def organisation_switch(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Enable or disable an ordering organisation."""
    actor = asker(request, StrategyPermission.MANAGE)

    def switch() -> str:
        if act == "enable":
            row = commands.enable_organisation(actor=actor, organisation_id=public_id)
            return _("{name} is enabled.").format(name=row.name)
        row = commands.disable_organisation(actor=actor, organisation_id=public_id)
        return _("{name} is disabled and sells nothing.").format(name=row.name)

    pressed(request, switch)
    return redirect("strategies:organisations")


@require_http_methods(["GET", "POST"])
def dealer_organisations(request: HttpRequest, dealer_id: str) -> HttpResponse:
    """From which organisations a dealer orders; none ticked: from all."""
    actor = asker(request, StrategyPermission.MANAGE)
    dealer = dealers.dealer_for(actor, dealer_id)
    rows = queries.organisations_visible_to(actor)
    held = [one.public_id for one in queries.organisations_of(actor, dealer)]
    form = DealerOrganisationsForm(
        request.POST or None,
        initial={"organisations": held},
        organisations=[(one.public_id, f"{one.name} ({one.code})") for one in rows],
    )
    back, status = reverse("dealers:dealer", args=[dealer_id]), 200
    if request.method == "POST":
        done, status = submitted(
            form,
            lambda: (
                commands.set_dealer_organisations(
                    actor=actor, dealer_id=dealer_id, organisations=form.cleaned_data["organisations"]
                ),
            ),
        )
        if done:
            messages.success(request, _("{name} is saved.").format(name=dealer.name))
            return redirect(back)
    context = {
        "form": form,
        "dealer": dealer,
        "has_any": bool(rows),
        "back": back,
        "crumbs": crumbs("dealers:list", _("Dealers"), (dealer.name, back)),
    }
    return render(request, "strategies/dealer_organisations.html", context, status=status)
