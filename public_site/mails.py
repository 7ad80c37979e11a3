"""The mail that confirms an address, in the language that was chosen."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop
from tenants import queries
from tenants.models import SignUp

log = structlog.get_logger(__name__)


class MailNotSent(DomainError):
    """The mail server did not take the mail. Nothing is lost: it can be sent again."""

    code = "mail_not_sent"
    status = 503
    message = noop("The mail could not be sent just now. Try again in a few minutes.")


def send_confirmation(sign_up: SignUp, token: str) -> None:
    """Send the link that confirms the address; called after the sign-up is stored. Raises MailNotSent."""
    with translation.override(sign_up.language):
        facts = {
            "name": sign_up.name,
            "company": sign_up.company,
            "address": queries.main_host(sign_up.slug),
            "link": confirmation_link(token),
        }
        mail = EmailMultiAlternatives(
            subject=_("Confirm your e-mail address"),
            body=render_to_string("public_site/mail/confirm.txt", facts),
            to=[sign_up.email],
        )
        mail.attach_alternative(render_to_string("public_site/mail/confirm.html", facts), "text/html")
    try:
        mail.send()
    except OSError as error:
        log.warning("confirmation_not_sent", sign_up=sign_up.public_id, cause=type(error).__name__)
        raise MailNotSent from error


def confirmation_link(token: str) -> str:
    """Built from the platform's own host, never from the request; not in the path, since paths are logged."""
    return f"{settings.SCHEME}://{settings.BASE_HOST}{reverse('public_site:confirm')}?token={token}"
