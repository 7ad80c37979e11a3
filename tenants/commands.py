"""What visitors may ask: sign up, confirm, and be handed over to their own host."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password

from platform_core.commands import control_command
from platform_core.kernel import clock
from platform_core.kernel.errors import DomainError
from platform_core.kernel.ids import new_id
from platform_core.kernel.words import noop
from tenants import queries
from tenants.models import HandOver, Provisioning, SignUp, Supplier
from tenants.rules import SubdomainTaken, check_slug

CONFIRM_WITHIN = timedelta(hours=1)
HAND_OVER_WITHIN = timedelta(seconds=60)


class TicketInvalid(DomainError):
    """A link was used before, is too old, or never existed: the three are not told apart."""

    code = "link_invalid"
    status = 410
    message = noop("This link is not valid any more. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class SignUpFacts:
    """What the form asks for; `password` is the clear text, hashed before it is kept."""

    company: str
    slug: str
    name: str
    email: str
    password: str
    language: str
    currency: str
    timezone: str
    ip: str | None = None


def hashed(token: str) -> str:
    """What is stored of a mailed token."""
    return hashlib.sha256(token.encode()).hexdigest()


@control_command
def request_sign_up(facts: SignUpFacts) -> tuple[SignUp, str]:
    """Note a sign-up and issue its token, good for an hour. Nothing is built yet.

    Raises SubdomainMalformed, SubdomainReserved, SubdomainTaken.
    """
    slug = check_slug(facts.slug)
    if not queries.slug_is_free(slug):
        raise SubdomainTaken
    token = secrets.token_urlsafe(32)
    sign_up = SignUp.objects.create(
        company=facts.company,
        slug=slug,
        name=facts.name,
        email=facts.email.lower(),
        password=make_password(facts.password),
        language=facts.language,
        currency=facts.currency,
        timezone=facts.timezone,
        ip=facts.ip,
        token_hash=hashed(token),
        expires_at=clock.now() + CONFIRM_WITHIN,
    )
    return sign_up, token


@control_command
def confirm_sign_up(token: str) -> Provisioning:
    """Confirm the e-mail; the provisioning that results is the same however often it is asked.

    Raises TicketInvalid for an unknown or expired token, SubdomainTaken when another sign-up
    took the name meanwhile.
    """
    sign_up = SignUp.objects.select_for_update().filter(token_hash=hashed(token)).first()
    if sign_up is None or (sign_up.confirmed_at is None and sign_up.expires_at < clock.now()):
        raise TicketInvalid
    begun = Provisioning.objects.filter(sign_up=sign_up).first()
    if begun is not None:
        return begun
    if not queries.slug_is_free(sign_up.slug):
        raise SubdomainTaken
    sign_up.confirmed_at = clock.now()
    sign_up.save(update_fields=["confirmed_at"])
    return Provisioning.objects.create(sign_up=sign_up, owner_id=new_id("usr"))


@control_command
def issue_hand_over(supplier: Supplier, user_id: str) -> str:
    """A ticket for one login on the supplier's host within 60 seconds."""
    token = secrets.token_urlsafe(32)
    HandOver.objects.create(
        supplier=supplier,
        user_id=user_id,
        token_hash=hashed(token),
        expires_at=clock.now() + HAND_OVER_WITHIN,
    )
    return token


@control_command
def use_hand_over(token: str, supplier_id: str) -> str:
    """Use the ticket up; the public id of the user it lets in. Raises TicketInvalid."""
    now = clock.now()
    ticket = HandOver.objects.filter(
        token_hash=hashed(token), supplier__public_id=supplier_id, expires_at__gt=now
    )
    if not ticket.filter(used_at__isnull=True).update(used_at=now):
        raise TicketInvalid
    return ticket.values_list("user_id", flat=True).get()
