"""The inbox of development: the mails that were sent, newest first. 404 unless DEBUG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from platform_core.web.inbox import mail, mails

SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """What the pages show of a mail; `text` and `html` are its parts as source."""

    name: str
    subject: str
    sender: str
    recipient: str
    sent_at: datetime | None
    text: str
    html: str

    @property
    def opening(self) -> str:
        """The first words, for the list."""
        return " ".join(self.text.split())[:140]


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, of one recipient with `?to=`; asked by htmx only its rows: new mails appear by themselves."""
    _only_while_developing()
    recipient = request.GET.get("to", "").strip()
    letters = [_letter(name, parsed) for name, parsed in mails(recipient, SHOWN_MAX)]
    template = "inbox/parts/list.html" if request.headers.get("HX-Request") else "inbox/list.html"
    return render(request, template, {"letters": letters, "recipient": recipient})


@never_cache
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text with links to follow, its HTML as source (the content policy runs none)."""
    _only_while_developing()
    parsed = mail(name)
    if parsed is None:
        raise Http404
    return render(request, "inbox/mail.html", {"letter": _letter(name, parsed)})


def _only_while_developing() -> None:
    if not settings.DEBUG:
        raise Http404


def _letter(name: str, parsed: EmailMessage) -> Letter:
    date = parsed["Date"]
    return Letter(
        name=name,
        subject=str(parsed["Subject"] or ""),
        sender=str(parsed["From"] or ""),
        recipient=str(parsed["To"] or ""),
        sent_at=parsedate_to_datetime(str(date)) if date else None,
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body(preferencelist=(kind,))
    return str(body.get_content()).strip() if body is not None else ""
