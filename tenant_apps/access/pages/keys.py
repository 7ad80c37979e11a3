"""Pages about API keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.kernel import clock
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of, paged
from tenant_apps.access import queries
from tenant_apps.access.commands import keys as commands
from tenant_apps.access.forms import KeyForm
from tenant_apps.access.permissions import AccessPermission


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The own keys, newest first."""
    page = paged(request, queries.keys_visible_to(actor_of(request)))
    return render(request, "access/keys.html", {"page": page, "now": clock.now()})


@never_cache
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """Create a key; its secret is on the answer and nowhere else."""
    actor = actor_of(request)
    actor.require(AccessPermission.MANAGE_KEYS)
    form, status = KeyForm(request.POST or None, codes=actor.grants), 200
    if request.method == "POST":
        made, status = submitted(
            form,
            lambda: commands.create_key(
                actor=actor,
                name=form.cleaned_data["name"],
                permissions=form.cleaned_data["permissions"],
                expires_at=_end(form.cleaned_data["expires"]),
            ),
        )
        if made:
            return render(request, "access/key_made.html", {"made": made})
    return render(request, "access/key_new.html", {"form": form}, status=status)


@require_POST
def revoke_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """End a key now."""
    commands.revoke_key(actor=actor_of(request), key_id=key_id)
    return redirect("access:keys")


def _end(days: int) -> datetime | None:
    return clock.now() + timedelta(days=days) if days else None
