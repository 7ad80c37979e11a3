"""Saved orders on the pad: save, change, decide to buy, discard (TB-04, TB-05)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, NotFound
from platform_core.web.acts import pressed, version_of
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_of
from tenant_apps.orders import forms
from tenant_apps.orders.commands.saved import change_saved, commit_saved, save_order, void_saved
from tenant_apps.orders.models import RawOrder, RawOrderSource
from tenant_apps.orders.pages.pad_asked import asker, is_partial, wanted_of
from tenant_apps.orders.pages.pad_showing import Pad
from tenant_apps.orders.queries.delivery import NEW, delivery_of
from tenant_apps.orders.queries.orders import orders_together
from tenant_apps.orders.queries.parties import buyer_of
from tenant_apps.orders.queries.raw import pad_line, raw_lines, wanted_of_raw, whole_raw
from tenant_apps.orders.states import RawOrderState


class SavedPad(Pad):
    """The pad of a saved order."""

    def __init__(self, request: HttpRequest, actor: Actor, raw: RawOrder) -> None:
        super().__init__(request, actor, buyer_of(actor, raw.shop.public_id))
        self.saved = raw
        self.version = version_of(request, raw.version)

    @property
    def key(self) -> str:
        """Under which name the browser keeps what is typed; each version starts anew."""
        return f"{self._raw.public_id}-{self.version}"

    @property
    def _raw(self) -> RawOrder:
        assert self.saved is not None
        return self.saved

    def address(self, name: str) -> str:
        """A saved order is read and changed at one address."""
        return reverse("orders:saved", args=[self._raw.public_id])

    def fill_from_saved(self) -> None:
        """Show the lines of the saved order."""
        self.paste([], [pad_line(line) for line in raw_lines(self._raw)])

    def fresh_form(self) -> forms.DeliveryForm:
        """The delivery fields as they were saved."""
        wanted = wanted_of_raw(self._raw)
        found = delivery_of(
            self.actor,
            self.shop,
            address=NEW,
            settings=self.settings,
            typed=wanted.address,
            warehouse=wanted.warehouse,
        )
        names = ("carrier", "warehouse", "memo", "coupon", "client_ref")
        initial = {
            **wanted.address.columns(),
            "address": NEW,
            **{name: getattr(wanted, name) for name in names},
        }
        return forms.DeliveryForm(delivery=found, initial=initial, home_country=self.settings.country)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what is typed; a refusal shows the pad again with everything that was typed."""
    actor = asker(request)
    view = Pad(request, actor, buyer_of(actor, request.POST.get("shop", "")))
    lines = forms.typed_lines(request.POST)
    try:
        raw = save_order(
            actor=actor,
            operation_id=operation_of(request),
            wanted=wanted_of(actor, request.POST, lines),
            source=RawOrderSource.PAD.value,
        )
    except DomainError as error:
        return view.refused(error, lines)
    said = _("Order {number} is saved. Decide to buy it before the cut-off.").format(number=raw.number)
    messages.success(request, said)
    return redirect(f"{reverse('orders:saved', args=[raw.public_id])}?placed=1")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """The pad filled with a saved order; saving runs every check again."""
    actor = asker(request)
    raw = whole_raw(actor, public_id)
    if raw.state != RawOrderState.SAVED:
        return redirect("orders:raw", public_id)
    view = SavedPad(request, actor, raw)
    if request.method == "GET":
        if not is_partial(request) and not request.GET.get("q"):
            view.fill_from_saved()
        return view.shown()
    lines = forms.typed_lines(request.POST)
    if forms.BUNDLE in request.POST:
        return view.with_bundle(lines)
    try:
        change_saved(
            actor=actor,
            operation_id=operation_of(request),
            raw_id=public_id,
            wanted=wanted_of(actor, request.POST, lines),
            version=view.version,
        )
    except DomainError as error:
        return view.refused(error, lines)
    said = _("Order {number} is changed. Decide to buy it before the cut-off.").format(number=raw.number)
    messages.success(request, said)
    return redirect("orders:saved", public_id)


@require_POST
def commit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide to buy."""
    bought: list[str] = []

    def buy() -> str:
        version = version_of(request, 0) if request.POST.get("version") else None
        actor = actor_of(request)
        order = commit_saved(
            actor=actor, operation_id=operation_of(request), raw_id=public_id, version=version
        )
        bought.append(order.public_id)
        numbers = ", ".join(one.number for one in orders_together(actor, order))
        return _("Order {number} is bought.").format(number=numbers)

    return _pressed(request, buy, lambda: redirect("orders:detail", bought[0]), public_id)


@require_POST
def void(request: HttpRequest, public_id: str) -> HttpResponse:
    """Discard a saved order."""

    def discard() -> str:
        raw = void_saved(actor=actor_of(request), operation_id=operation_of(request), raw_id=public_id)
        return _("Order {number} is discarded.").format(number=raw.number)

    return _pressed(request, discard, lambda: redirect("orders:list"), public_id)


def _pressed(
    request: HttpRequest, act: Callable[[], str], there: Callable[[], HttpResponse], public_id: str
) -> HttpResponse:
    if actor_of(request).dealer_id is None:
        raise NotFound(noun=_("page"))
    return there() if pressed(request, act) else redirect("orders:saved", public_id)
