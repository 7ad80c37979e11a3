"""Where everybody lands: first steps, then the day's panels."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from platform_core.web.asking import actor_of
from tenant_apps.access import queries
from tenant_apps.access.permissions import AccessPermission


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The supplier's first steps while some are open, else the panels; the portal's start for dealers."""
    actor = actor_of(request)
    if actor.dealer_id is not None:
        return render(request, "access/home_portal.html", _portal(actor))
    steps = _steps(actor) if actor.may(AccessPermission.MANAGE_SETTINGS) else []
    if any(step["state"] != "done" for step in steps):
        context = {"steps": steps, "done": sum(step["state"] == "done" for step in steps)}
        return render(request, "access/first_steps.html", context)
    return render(request, "access/home_console.html", {"panels": _panels(actor, settings.HOME_PANELS)})


def _portal(actor: Any) -> dict[str, Any]:
    return {
        "panels": _panels(actor, settings.PORTAL_PANELS),
        **_warning(actor),
        "order_url": _url("orders:pad") if actor.may("orders.place") else "",
        "offer_url": _url("strategies:my_goods") if actor.may("strategies.read_offer") else "",
    }


def _warning(actor: Any) -> dict[str, Any]:
    """What a higher app warns the dealer of, and the page where it helps itself."""
    path, url_name, permission = settings.PORTAL_WARNING
    said = import_string(path)(actor)
    return {"warning": said, "warning_url": _url(url_name) if said and actor.may(permission) else ""}


def _steps(actor: Any) -> list[dict[str, Any]]:
    """The first open step is the current one."""
    done = queries.first_steps()
    words = _step_words()
    pages = {key: url_name for key, url_name, _model in settings.FIRST_STEPS}
    if not done["stock"] and not queries.scope_choices(actor, "warehouse").exists():
        # Stock needs a place to lie: until there is one, the step leads there and not to the workbook.
        pages["stock"] = "logistics:warehouse_new"
        words["stock"] = (*words["stock"][:2], _("New warehouse"), words["stock"][3])
    steps: list[dict[str, Any]] = []
    is_current_known = False
    for key, url_name in pages.items():
        state = "done" if done[key] else "todo" if is_current_known else "current"
        is_current_known = is_current_known or state == "current"
        label, hint, action, icon = words[key]
        steps.append(
            {
                "label": label,
                "hint": hint,
                "action": action,
                "icon": icon,
                "state": state,
                "url": _url(url_name),
            }
        )
    return steps


def _step_words() -> dict[str, tuple[str, str, str, str]]:
    return {
        "goods": (
            _("Import your goods"),
            _("One workbook with codes, names and prices. You see a preview before anything is stored."),
            _("Import goods"),
            "package",
        ),
        "stock": (
            _("Add a warehouse and its stock"),
            _("Dealers see what is free, by the share of their level."),
            _("Import stock"),
            "warehouse",
        ),
        "freight": (
            _("Say what freight costs"),
            _("A table by region and weight, for each warehouse."),
            _("Freight tables"),
            "truck",
        ),
        "dealer": (
            _("Create the first dealer"),
            _("With its administrator, its wallet and a shop. You hand over the password."),
            _("Create dealer"),
            "store",
        ),
        "order": (
            _("Receive the first order"),
            _("Your dealer orders on the order pad, or you order on its behalf."),
            _("Orders"),
            "clipboard-list",
        ),
    }


def _panels(actor: Any, panels: Any) -> list[dict[str, str]]:
    """Panels of higher apps that exist and that the actor may see; each is loaded by its address."""
    return [
        {"title": str(title), "url": url}
        for title, url_name, permission in panels
        if actor.may(permission) and (url := _url(url_name))
    ]


def _url(name: str) -> str:
    """The address of a page, empty while its app has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
