"""Pages about one's own account, and the door of a hand-over."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.identity.models import User
from platform_core.kernel.context import serving
from platform_core.web.acts import submitted
from platform_core.web.asking import actor_of
from tenant_apps.access import operations, queries
from tenant_apps.access.commands import own as commands
from tenant_apps.access.forms import IssuedPasswordForm, OwnPasswordForm, ProfileForm
from tenant_apps.access.states import LoginOutcome
from tenants.commands import TicketInvalid, use_hand_over

_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The own name and language, and where one is logged in."""
    actor = actor_of(request)
    user = queries.own_membership(actor).user
    initial = {"name": user.name, "language": user.language or request.LANGUAGE_CODE}
    form, status = ProfileForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        changed, status = submitted(form, lambda: commands.change_profile(actor=actor, **form.cleaned_data))
        if changed:
            return in_language(redirect("access:profile"), changed.language)
    return _profile(request, user, form, OwnPasswordForm(), status)


@sensitive_post_parameters()
@never_cache
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, proven by the present one; other sessions end."""
    actor = actor_of(request)
    form = OwnPasswordForm(request.POST)
    user, status = submitted(
        form,
        lambda: commands.change_own_password(
            actor=actor, password=form.cleaned_data["password"], present=form.cleaned_data["present"]
        ),
    )
    if user:
        _stay(request, user)
        return redirect("access:profile")
    row = queries.own_membership(actor).user
    shown = ProfileForm(initial={"name": row.name, "language": row.language or request.LANGUAGE_CODE})
    return _profile(request, row, shown, form, status)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def issued_password(request: HttpRequest) -> HttpResponse:
    """The door behind which everything else is, for whoever still has an issued password."""
    user = cast(User, request.user)
    if not user.must_change_password:
        return redirect("access:home")
    form, status = IssuedPasswordForm(request.POST or None), 200
    if request.method == "POST":
        changed, status = submitted(
            form,
            lambda: commands.change_own_password(
                actor=actor_of(request), password=form.cleaned_data["password"]
            ),
        )
        if changed:
            _stay(request, changed)
            return redirect("access:home")
    return render(request, "access/issued_password.html", {"form": form}, status=status)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Log out everywhere but here."""
    commands.end_other_sessions(actor=actor_of(request), keep=request.session.session_key or "")
    return redirect("access:profile")


@login_not_required
@never_cache
@require_GET
def hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """Log the owner in once, right after the sign-up; shows nothing unless the ticket is no good."""
    try:
        user_id = use_hand_over(token, serving().id)
    except TicketInvalid as error:
        return render(request, "access/hand_over_refused.html", status=error.status)
    user = User.objects.filter(public_id=user_id).first()
    if user is None or not queries.may_enter(user):
        return render(request, "access/hand_over_refused.html", status=TicketInvalid.status)
    get_adapter(request).enter(request, user, LoginOutcome.HANDED_OVER)
    answer = in_language(redirect("access:home"), user.language)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def in_language(answer: HttpResponse, language: str) -> HttpResponse:
    """Let the pages that follow speak the person's language."""
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def _stay(request: HttpRequest, user: User) -> None:
    """Keep this session, under a new key, when a change of password ends all others."""
    before = request.session.session_key or ""
    operations.end_sessions(user=user, keep=before)
    update_session_auth_hash(request, user)
    operations.move_open_session(before=before, after=request.session.session_key or "")


def _profile(request: HttpRequest, user: User, form: Form, password_form: Form, status: int) -> HttpResponse:
    context = {
        "form": form,
        "password_form": password_form,
        "person": user,
        "sessions": list(queries.open_sessions_of(user)),
        "here": request.session.session_key,
    }
    return render(request, "access/profile.html", context, status=status)
