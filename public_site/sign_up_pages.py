"""The journey of a sign-up: form, mail, confirmation, progress, and over to the supplier's own host."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from platform_core.kernel import clock
from platform_core.kernel.errors import DomainError
from platform_core.rates import Rate, TooOften, ip_of, spend
from public_site import choices, mails
from public_site.forms import SignUpForm, SlugForm
from tenants import commands, queries
from tenants.models import Provisioning, SignUp
from tenants.rules import SubdomainRefused, SubdomainTaken
from tenants.states import ProvisioningState
from tenants.tasks import PROVISION, wake_up

# What one address may ask, and how many mails one mailbox may get (reliability.md §4, 19 and 23).
LOOKS = Rate("sign-up-looks", most=120, seconds=60)
TRIES = Rate("sign-up-tries", most=20, seconds=3600, is_strict=True)
MAILS = Rate("sign-up-mails", most=3, seconds=600, is_strict=True)
MAILS_A_DAY = Rate("sign-up-mails-day", most=10, seconds=86_400, is_strict=True)
CONFIRMS = Rate("sign-up-confirms", most=60, seconds=3600)
# How long after the end the browser that confirmed is still let in without a password.
ENTER_WITHIN = timedelta(minutes=10)
WAITING_FOR, CONFIRMED = "sign_up", "provisioning"  # what the session of the public host keeps


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form. Whatever the address, the answer is the same: read your mail."""
    if request.method != "POST":
        guess = choices.guess(request)
        start = {"currency": guess.currency, "timezone": guess.timezone, "language": get_language()}
        return _form(request, SignUpForm(initial=start))
    form = SignUpForm(request.POST)
    if not form.is_valid():
        _refuse_bad_slug(form)
        return _form(request, form, status=422)
    facts = commands.SignUpFacts(**form.cleaned_data, ip=ip_of(request) or None)
    try:
        spend(TRIES, ip_of(request))
        _spend_mail(facts.email)
        row, token = commands.request_sign_up(facts)
    except SubdomainRefused as refusal:
        form.add_error("slug", str(refusal))
        return _form(request, form, status=refusal.status)
    except TooOften as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, status=refusal.status)
    request.session[WAITING_FOR] = row.public_id
    _send(request, row, token)
    return redirect("public_site:read_mail")


@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """Live: whether the subdomain that is being typed can be had."""
    slug = request.GET.get("slug", "").strip().lower()
    facts: dict[str, Any] = {"slug": slug, "host": queries.main_host(slug)}
    if slug:
        try:
            spend(LOOKS, ip_of(request))
            facts["free"] = queries.slug_is_free(slug)
            facts["problem"] = "" if facts["free"] else str(SubdomainTaken())
        except DomainError as refusal:
            facts["problem"] = str(refusal)
    return render(request, "public_site/parts/address_state.html", facts)


@require_safe
def suggestion(request: HttpRequest) -> HttpResponse:
    """The address field with a suggestion made of the company's name, unless one was typed."""
    typed, suggested = request.GET.get("slug", ""), request.GET.get("suggested", "")
    spend(LOOKS, ip_of(request))
    slug = choices.suggested_slug(request.GET.get("company", "")[:120])
    if (typed and typed != suggested) or not slug:
        return HttpResponse(status=204)
    form = SlugForm(initial={"slug": slug})
    facts = {"form": form, "suggested": slug, "slug": slug, "host": queries.main_host(slug), "free": True}
    return render(request, "public_site/parts/address_field.html", {**facts, "base_host": settings.BASE_HOST})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read_mail(request: HttpRequest) -> HttpResponse:
    """Tells to look into the mailbox; a POST sends another mail (the link in the last one holds)."""
    row = _waiting_sign_up(request)
    if row is None:
        return redirect("public_site:sign_up")
    if request.method == "POST":
        try:
            _spend_mail(row.email)
            row, token = commands.renew_sign_up(row.public_id)
        except DomainError as refusal:
            return _read_mail(request, row, problem=str(refusal), status=refusal.status)
        _send(request, row, token)
        return redirect("public_site:read_mail")
    return _read_mail(request, row, problem=request.session.pop("mail_problem", ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The mailed link. Looking changes nothing (mail scanners look); the button confirms."""
    token = request.POST.get("token") or request.GET.get("token", "")
    spend(CONFIRMS, ip_of(request))
    asked = queries.sign_up_of_token(token)
    if asked is None:
        return render(request, "public_site/link_invalid.html", status=410)
    begun = queries.provisioning_of(asked)
    if begun is not None:
        return redirect("public_site:progress", begun.public_id)
    if request.method != "POST":
        facts = {"asked": asked, "token": token, "host": queries.main_host(asked.slug)}
        return render(request, "public_site/confirm.html", facts)
    work = commands.confirm_sign_up(token)
    request.session.cycle_key()
    request.session[CONFIRMED] = work.public_id
    request.session.pop(WAITING_FOR, None)
    wake_up(PROVISION, work.public_id)
    return redirect("public_site:progress", work.public_id)


@never_cache
@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far the new account has come; may be left and opened again."""
    work = _work(public_id)
    part = bool(request.headers.get("HX-Request"))
    template = "public_site/parts/progress.html" if part else "public_site/progress.html"
    return render(request, template, _progress_facts(request, work))


@never_cache
@require_POST
def enter(request: HttpRequest, public_id: str) -> HttpResponse:
    """Over to the supplier's own host: logged in for the browser that confirmed, to the login for others."""
    work = _work(public_id)
    if work.supplier is None or work.state != ProvisioningState.READY:
        return redirect("public_site:progress", public_id)
    home = f"{settings.SCHEME}://{queries.main_host(work.supplier.slug)}"
    if _may_enter(request, work):
        ticket = commands.issue_hand_over(work.supplier, work.owner_id)
        there = f"{home}/hand-over/{ticket}/"
    else:
        there = f"{home}{settings.LOGIN_URL}"
    return (
        HttpResponseClientRedirect(there)
        if request.headers.get("HX-Request")
        else HttpResponseRedirect(there)
    )


@never_cache
@require_POST
def choose_name(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another subdomain for an account whose name was taken between sign-up and confirmation."""
    work = _work(public_id)
    if request.session.get(CONFIRMED) != public_id:
        raise Http404
    form = SlugForm(request.POST)
    try:
        if form.is_valid():
            commands.rename_sign_up(public_id, form.cleaned_data["slug"])
            wake_up(PROVISION, public_id)
            return redirect("public_site:progress", public_id)
    except SubdomainRefused as refusal:
        form.add_error("slug", str(refusal))
    return render(
        request, "public_site/progress.html", {**_progress_facts(request, work), "form": form}, status=422
    )


def _form(request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
    # Typed once is enough; the page is never stored, and a password that was refused is not shown again.
    form.fields["password"].widget.render_value = form.is_bound and not form.errors.get("password")  # type: ignore[attr-defined]
    facts = {"here": "sign_up", "form": form, "zones": choices.time_zones(), "base_host": settings.BASE_HOST}
    return render(request, "public_site/sign_up.html", facts, status=status)


def _refuse_bad_slug(form: SignUpForm) -> None:
    """Name a bad address at once with the other errors, not after them."""
    slug = form.cleaned_data.get("slug")
    try:
        if slug and not queries.slug_is_free(slug):
            form.add_error("slug", str(SubdomainTaken()))
    except SubdomainRefused as refusal:
        form.add_error("slug", str(refusal))


def _spend_mail(email: str) -> None:
    spend(MAILS, email)
    spend(MAILS_A_DAY, email)


def _send(request: HttpRequest, row: SignUp, token: str) -> None:
    """Send after commit; what the mail server refuses is told on the next page."""
    try:
        mails.send_confirmation(row, token)
    except mails.MailNotSent as refusal:
        request.session["mail_problem"] = str(refusal)


def _waiting_sign_up(request: HttpRequest) -> SignUp | None:
    return queries.sign_up(request.session.get(WAITING_FOR, ""))


def _read_mail(request: HttpRequest, row: Model, problem: str, status: int = 200) -> HttpResponse:
    facts = {"asked": row, "problem": problem, "is_debug": settings.DEBUG}
    return render(request, "public_site/read_mail.html", facts, status=status)


def _work(public_id: str) -> Provisioning:
    work = queries.provisioning(public_id)
    if work is None:
        raise Http404
    return work


def _may_enter(request: HttpRequest, work: Provisioning) -> bool:
    is_mine = request.session.get(CONFIRMED) == work.public_id
    return is_mine and work.finished_at is not None and clock.now() - work.finished_at < ENTER_WITHIN


def _progress_facts(request: HttpRequest, work: Provisioning) -> dict[str, Any]:
    order = [
        ProvisioningState.WAITING,
        ProvisioningState.BUILDING,
        ProvisioningState.SEEDING,
        ProvisioningState.READY,
    ]
    words = [
        _("E-mail confirmed"),
        _("Your own database"),
        _("Your account and first settings"),
        pgettext("account", "Ready"),
    ]
    is_failed = work.state == ProvisioningState.FAILED
    at = order.index(ProvisioningState(work.state)) if not is_failed else 1
    is_ready = at == len(order) - 1
    steps = [
        {"label": word, "state": _step(number, at, is_failed=is_failed, is_ready=is_ready)}
        for number, word in enumerate(words)
    ]
    is_mine = request.session.get(CONFIRMED) == work.public_id
    return {
        "work": work,
        "steps": steps,
        "doing": words[max(at, 1)],
        "value": at + 1,
        "max": len(order),
        "is_failed": is_failed,
        "is_ready": is_ready,
        "is_mine": is_mine,
        "may_enter": is_ready and _may_enter(request, work),
        "host": queries.main_host(work.supplier.slug if work.supplier else work.sign_up.slug),
        "home": f"{settings.SCHEME}://{queries.main_host(work.sign_up.slug)}",
        "login": settings.LOGIN_URL,
        "form": SlugForm(),
        "base_host": settings.BASE_HOST,
        "support": settings.SUPPORT_EMAIL,
    }


def _step(number: int, at: int, *, is_failed: bool, is_ready: bool) -> str:
    """The first step, the confirmation, is done whatever comes after it."""
    if is_ready or number == 0 or number < at:
        return "done"
    current = max(at, 1)
    if number == current:
        return "failed" if is_failed else "current"
    return "todo"
