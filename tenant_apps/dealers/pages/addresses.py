"""Pages of a dealer's addresses, for the dealer itself and for the supplier."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.web.acts import version_of
from tenant_apps.access import queries as access
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.forms import AddressForm, initial_of_address
from tenant_apps.dealers.pages.shared import answer_form, dealer_context, reader
from tenant_apps.dealers.permissions import DealerPermission


@require_GET
def address_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """The addresses of a dealer."""
    actor = reader(request)
    dealer = queries.dealer_for(actor, public_id)
    context = {
        **dealer_context(dealer, actor, "addresses"),
        "addresses": queries.addresses_of(actor, dealer),
    }
    return render(request, "dealers/addresses.html", context)


@require_http_methods(["GET", "POST"])
def address_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add an address to a dealer."""
    actor = reader(request)
    actor.require(DealerPermission.MANAGE_ADDRESSES)
    dealer = queries.dealer_for(actor, public_id)
    form = AddressForm(request.POST or None, home_country=access.settings().country)

    def add() -> HttpResponse:
        commands.add_address(actor=actor, dealer_id=public_id, values=form.cleaned_data)
        messages.success(request, _("The address is saved."))
        return redirect("dealers:addresses", public_id)

    context = {**dealer_context(dealer, actor, "addresses"), "address": None}
    return answer_form(request, "dealers/address_form.html", form, add, context)


@require_http_methods(["GET", "POST"])
def address_edit(request: HttpRequest, address_id: str) -> HttpResponse:
    """Change an address."""
    actor = reader(request)
    actor.require(DealerPermission.MANAGE_ADDRESSES)
    address = queries.address_for(actor, address_id)
    version = version_of(request, address.version)
    form = AddressForm(
        request.POST or None,
        initial=initial_of_address(address),
        home_country=access.settings().country,
    )

    def change() -> HttpResponse:
        commands.change_address(
            actor=actor, address_id=address_id, changes=form.cleaned_data, version=version
        )
        messages.success(request, _("The address is saved."))
        return redirect("dealers:addresses", address.dealer.public_id)

    context = {**dealer_context(address.dealer, actor, "addresses"), "address": address, "version": version}
    return answer_form(request, "dealers/address_form.html", form, change, context)


@require_POST
def address_default(request: HttpRequest, address_id: str) -> HttpResponse:
    """Use an address when an order names none."""
    actor = reader(request)
    row = commands.change_address(actor=actor, address_id=address_id, changes={"is_default": True})
    messages.success(request, _("Orders go to this address by default now."))
    return redirect("dealers:addresses", row.dealer.public_id)


@require_POST
def address_archive(request: HttpRequest, address_id: str) -> HttpResponse:
    """Offer an address no longer."""
    actor = reader(request)
    row = commands.archive_address(actor=actor, address_id=address_id)
    messages.success(request, _("The address is removed. Orders that went there keep it."))
    return redirect("dealers:addresses", row.dealer.public_id)
