"""Mails that follow from what happened in access."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from platform_core.identity.models import User
from platform_core.kernel.context import serving


def mail_password_reset(event: dict[str, Any]) -> None:
    """Mail the link for a new password, good for an hour and once.

    It leads to the supplier's stored host, never to one that a request named. A second delivery
    mails the link again, which harms nobody.
    """
    user = User.objects.filter(public_id=event["user_id"], email=event["email"], is_active=True).first()
    if user is None:
        return
    supplier = serving()
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
        urlconf=settings.SUPPLIER_URLCONF,
    )
    words = {
        "name": user.name,
        "supplier": supplier.name,
        "url": f"{settings.SCHEME}://{supplier.host}{path}",
    }
    with translation.override(event["language"]):
        subject = " ".join(render_to_string("access/mail/password_reset_subject.txt", words).split())
        send_mail(subject, render_to_string("access/mail/password_reset.txt", words), None, [user.email])
