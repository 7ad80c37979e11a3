"""What visitors may ask: sign up, confirm, and be handed over to their own host."""

from __future__ import annotations

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
from tenants.rules import SubdomainTaken, check_slug, well_formed
from tenants.states import ProvisioningState

CONFIRM_WITHIN = timedelta(hours=1)
HAND_OVER_WITHIN = timedelta(seconds=60)
# How long a sign-up that nobody confirmed is kept after its last link has ended.
KEPT_UNCONFIRMED = timedelta(days=7)


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


@control_command
def request_sign_up(facts: SignUpFacts, *, may_be_reserved: bool = False) -> tuple[SignUp, str]:
    """Note a sign-up and issue its token, good for an hour. Nothing is built yet.

    Only the platform itself may take a reserved name (its demo). Raises SubdomainMalformed,
    SubdomainReserved, SubdomainTaken.
    """
    slug = _free_slug(facts.slug, may_be_reserved=may_be_reserved)
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
        token_hash=queries.hashed(token),
        expires_at=clock.now() + CONFIRM_WITHIN,
    )
    return sign_up, token


@control_command
def renew_sign_up(public_id: str) -> tuple[SignUp, str]:
    """A new token, good for an hour, for a mail that was lost; the earlier one ends with it.

    Raises TicketInvalid for a sign-up that is unknown or already confirmed.
    """
    sign_up = SignUp.objects.select_for_update().filter(public_id=public_id).first()
    if sign_up is None or sign_up.confirmed_at is not None:
        raise TicketInvalid
    token = secrets.token_urlsafe(32)
    sign_up.token_hash, sign_up.expires_at = queries.hashed(token), clock.now() + CONFIRM_WITHIN
    sign_up.save(update_fields=["token_hash", "expires_at"])
    return sign_up, token


@control_command
def rename_sign_up(public_id: str, slug: str) -> Provisioning:
    """Continue a provisioning that failed because its name was taken meanwhile, with another name.

    `public_id` is the provisioning's. Raises TicketInvalid when there is none that failed so,
    SubdomainMalformed, SubdomainReserved, SubdomainTaken.
    """
    rows = Provisioning.objects.select_for_update(of=("self",)).select_related("sign_up")
    work = rows.filter(public_id=public_id, supplier__isnull=True, state=ProvisioningState.FAILED).first()
    if work is None:
        raise TicketInvalid
    work.sign_up.slug = _free_slug(slug)
    work.sign_up.save(update_fields=["slug"])
    work.state, work.error, work.attempts, work.lease_until = ProvisioningState.WAITING, "", 0, None
    work.save(update_fields=["state", "error", "attempts", "lease_until"])
    return work


@control_command
def confirm_sign_up(token: str) -> Provisioning:
    """Confirm the e-mail; the provisioning that results is the same however often it is asked.

    A name that another sign-up took meanwhile makes the provisioning fail, not the confirmation:
    the person chooses another one (`rename_sign_up`). Raises TicketInvalid for an unknown or
    expired token.
    """
    sign_up = SignUp.objects.select_for_update().filter(token_hash=queries.hashed(token)).first()
    if sign_up is None or (sign_up.confirmed_at is None and sign_up.expires_at < clock.now()):
        raise TicketInvalid
    begun = Provisioning.objects.filter(sign_up=sign_up).first()
    if begun is not None:
        return begun
    sign_up.confirmed_at = clock.now()
    sign_up.save(update_fields=["confirmed_at"])
    return Provisioning.objects.create(sign_up=sign_up, owner_id=new_id("usr"))


@control_command
def forget_unconfirmed() -> int:
    """Delete the sign-ups that nobody confirmed within a week, names and addresses with them; how many.

    One that is just being renewed is locked by it, and stays.
    """
    left = SignUp.objects.filter(confirmed_at__isnull=True, expires_at__lt=clock.now() - KEPT_UNCONFIRMED)
    ids = list(left.select_for_update(skip_locked=True).values_list("pk", flat=True))
    SignUp.objects.filter(pk__in=ids).delete()
    return len(ids)


@control_command
def issue_hand_over(supplier: Supplier, user_id: str) -> str:
    """A ticket for one login on the supplier's host within 60 seconds."""
    token = secrets.token_urlsafe(32)
    HandOver.objects.create(
        supplier=supplier,
        user_id=user_id,
        token_hash=queries.hashed(token),
        expires_at=clock.now() + HAND_OVER_WITHIN,
    )
    return token


@control_command
def use_hand_over(token: str, supplier_id: str) -> str:
    """Use the ticket up; the public id of the user it lets in. Raises TicketInvalid."""
    now = clock.now()
    ticket = HandOver.objects.filter(
        token_hash=queries.hashed(token), supplier__public_id=supplier_id, expires_at__gt=now
    )
    if not ticket.filter(used_at__isnull=True).update(used_at=now):
        raise TicketInvalid
    return ticket.values_list("user_id", flat=True).get()


def _free_slug(slug: str, *, may_be_reserved: bool = False) -> str:
    slug = well_formed(slug) if may_be_reserved else check_slug(slug)
    if queries.is_taken(slug):
        raise SubdomainTaken
    return slug
