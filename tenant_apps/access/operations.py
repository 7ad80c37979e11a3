"""What higher apps need of access, inside their transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q

from platform_core.db.editing import store, uniquely
from platform_core.db.locks import locked
from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.seeding import SeedFacts
from platform_core.kernel.words import Sentence, noop
from tenant_apps.access import queries, rules
from tenant_apps.access.models import (
    ApiKey,
    LoginLine,
    Membership,
    OpenSession,
    Organisation,
    OrganisationKind,
    SupplierSettings,
)
from tenant_apps.access.states import LoginOutcome

KEY_USE_NOTED_EVERY = timedelta(minutes=1)
OPEN_SCOPES = {"all_warehouses": True, "all_dealers": True, "all_shops": True}
_UNAMBIGUOUS = "abcdefghjkmnpqrstuvwxyz23456789"


def seed(facts: SeedFacts) -> None:
    """Lay a new supplier's settings, its organisation and its owner; again without effect."""
    SupplierSettings.objects.get_or_create(
        pk=1,
        defaults={
            "currency": facts.currency,
            "country": rules.country_of_timezone(facts.timezone),
            "timezone": facts.timezone,
            "language": facts.language,
        },
    )
    supplier, _ = Organisation.objects.get_or_create(
        kind=OrganisationKind.SUPPLIER, defaults={"name": facts.company}
    )
    owner, _ = User.objects.get_or_create(
        public_id=facts.owner_id,
        defaults={
            "email": facts.owner_email.lower(),
            "name": facts.owner_name,
            "password": facts.password,
            "language": facts.language,
        },
    )
    Membership.objects.get_or_create(
        user=owner, defaults={"organisation": supplier, "is_administrator": True, **OPEN_SCOPES}
    )


def create_organisation(*, kind: OrganisationKind, name: str) -> Organisation:
    """An organisation with all permissions of its population (W-027)."""
    return Organisation.objects.create(kind=kind, name=name)


def rename_organisation(*, organisation_id: int, name: str) -> None:
    """Call an organisation what its owner in a higher app is called now."""
    row = locked(Organisation.objects.filter(pk=organisation_id)).get()
    row.name = name
    store(row)


def set_organisation_enabled(*, organisation: Organisation, enabled: bool) -> None:
    """Let an organisation's people in, or keep them out from their next request on."""
    organisation.enabled = enabled
    store(organisation)


def create_administrator(
    *,
    organisation: Organisation,
    login: str,
    email: str,
    phone: str,
    name: str,
    password: str,
    employee_code: str = "",
) -> User:
    """The first person of an organisation, with an issued password (W-060, decisions.md §2 row 21).

    Raises Invalid when no name to log in is given, or one is malformed or taken.
    """
    user = create_user(login=login, email=email, phone=phone, name=name, password=password)
    Membership.objects.create(
        user=user,
        organisation=organisation,
        employee_code=employee_code,
        is_administrator=True,
        **OPEN_SCOPES,
    )
    return user


def create_user(*, login: str, email: str, phone: str, name: str, password: str) -> User:
    """A person whose password was issued. Raises Invalid as `names_to_log_in` does."""
    names = names_to_log_in(login=login, email=email, phone=phone)
    with uniquely("login", "email", "phone"):
        return User.objects.create(
            **names, name=name, password=make_password(password), must_change_password=True
        )


def names_to_log_in(*, login: str, email: str, phone: str, except_user: User | None = None) -> dict[str, str]:
    """The three names as they are kept: e-mail in lower case, phone in E.164.

    At least one is needed, each unique in the supplier. Raises Invalid with a problem per field.
    """
    kept = {"login": login.strip(), "email": email.strip().lower(), "phone": phone.strip()}
    problems: list[FieldProblem] = []
    if not any(kept.values()):
        problems.append(
            FieldProblem(
                "/login", "required", noop("Give an account name, an e-mail address or a phone number.")
            )
        )
    if kept["login"] and not rules.is_account_name(kept["login"]):
        problems.append(FieldProblem("/login", "malformed", _LOGIN_RULE))
    if kept["email"] and not _is_email(kept["email"]):
        problems.append(FieldProblem("/email", "malformed", noop("Give an address like name@company.com.")))
    if kept["phone"]:
        kept["phone"] = rules.phone_number(kept["phone"], queries.settings().country)
        if not kept["phone"]:
            problems.append(FieldProblem("/phone", "malformed", _PHONE_RULE))
    problems += _taken(kept, except_user)
    if problems:
        raise Invalid(problems=problems)
    return kept


def fix_tax_mode() -> None:
    """From the first order on, whether prices include tax cannot change (decisions.md §5)."""
    SupplierSettings.objects.filter(tax_mode_fixed=False).update(tax_mode_fixed=True)


def issued_password(digest: bytes = b"") -> str:
    """A password to be read out and typed once: 16 letters and figures that look unlike each other.

    From a digest of 32 bytes it is the same one each time; without, it is made of chance.
    """
    number, letters = int.from_bytes(digest or secrets.token_bytes(32)), []
    for _ in range(16):
        number, place = divmod(number, len(_UNAMBIGUOUS))
        letters.append(_UNAMBIGUOUS[place])
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def checked_password(password: str, user: User) -> str:
    """The password, when it is good enough. Raises Invalid at `/password`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(
            problems=[FieldProblem("/password", "weak", Sentence(text)) for text in error.messages]
        ) from error
    return password


def set_password(*, user: User, password: str, issued: bool) -> None:
    """Store a password; every session that was opened with the old one ends by itself."""
    user.password = make_password(password)
    user.must_change_password = issued
    user.save(update_fields=["password", "must_change_password"])
    mark_changed(user)


def mark_changed(user: User) -> None:
    """Give a person its next version: what is read of it is partly its user's, which has none."""
    Membership.objects.filter(user=user).update(version=F("version") + 1, updated_at=clock.now())


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a try to log in came from."""

    ip: str | None
    user_agent: str


def note_login(*, login: str, outcome: LoginOutcome, visit: Visit, user: User | None = None) -> None:
    """A line in the login log, also of a try that failed (W-020)."""
    LoginLine.objects.create(
        user=user,
        login=login[:254],
        outcome=outcome,
        ip=visit.ip,
        user_agent=visit.user_agent[:300],
    )


def note_open_session(*, user: User, session_key: str, visit: Visit) -> None:
    """A login that the person can see and end."""
    OpenSession.objects.update_or_create(
        session_key=session_key,
        defaults={"user": user, "ip": visit.ip, "user_agent": visit.user_agent[:300]},
    )


def move_open_session(*, before: str, after: str) -> None:
    """The same login under the new key that follows a change of password."""
    OpenSession.objects.filter(session_key=before).update(session_key=after)


def end_sessions(*, user: User, keep: str = "") -> int:
    """End all of a person's sessions but one; how many were open."""
    rows = OpenSession.objects.filter(user=user).exclude(session_key=keep)
    ended, _ = Session.objects.filter(session_key__in=rows.values("session_key")).delete()
    rows.delete()
    return ended


def note_key_use(key: ApiKey) -> None:
    """Remember that a key was used, at most once a minute."""
    now = clock.now()
    if key.last_used_at is not None and key.last_used_at > now - KEY_USE_NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - KEY_USE_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


_LOGIN_RULE = noop("Use 2 to 60 letters, figures, points, hyphens or underscores, with at least one letter.")
_PHONE_RULE = noop("This is no phone number of your country. Add the country code, like +86 138 0013 8000.")
_TAKEN = noop("Somebody already logs in with this. Choose another.")


def _taken(kept: dict[str, str], except_user: User | None) -> list[FieldProblem]:
    """One statement for all three names."""
    same = Q()
    for column, value in kept.items():
        if value:
            same |= Q(**{f"{column}__iexact" if column != "phone" else column: value})
    if not same:
        return []
    others = User.objects.filter(same).exclude(pk=except_user.pk if except_user else 0)
    rows = [dict(row) for row in others.values("login", "email", "phone")]
    return [
        FieldProblem(f"/{column}", "taken", _TAKEN)
        for column, value in kept.items()
        if value and any(str(row[column]).lower() == value.lower() for row in rows)
    ]


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
