"""What a person may ask of dealers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import refuse, store, uniquely
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, Invalid, NotFound
from platform_core.kernel.money import Currency
from platform_core.kernel.search_keys import search_key, sort_key
from platform_core.kernel.texts import trimmed
from platform_core.kernel.words import noop
from tenant_apps.access import operations as access
from tenant_apps.access import queries as access_queries
from tenant_apps.access.models import Organisation, OrganisationKind
from tenant_apps.dealers import operations, queries, rules
from tenant_apps.dealers.commands.shared import facts, locked_dealer, note, switched
from tenant_apps.dealers.errors import NoAdministrator
from tenant_apps.dealers.models import Dealer, DealerGroup, DealerLevel
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts

_EMAIL = noop("Give an address like name@company.com.")
_WEAK = noop("{reason}")
_UNKNOWN_LEVEL = noop("Choose one of the levels.")
_UNKNOWN_GROUP = noop("Choose one of the dealer groups, or none.")


@command(DealerPermission.MANAGE, moves=True)
def create_dealer(
    *, actor: Actor, operation_id: UUID, dealer: DealerFacts, administrator: AdministratorFacts
) -> Dealer:
    """A dealer with all it needs to order, in one transaction (W-060).

    That is its organisation with all permissions of a dealer, its administrator, an offline shop, and
    what the hooks in `settings.DEALER_OPENERS` add: its wallet. The row bears `issued_password`,
    which must be changed at the first login; a replay's does not.
    Raises Invalid; then nothing was created.
    """
    values, person = trimmed(asdict(dealer)), trimmed(asdict(administrator))
    level, group = _level(actor, values.pop("level")), _group(actor, values.pop("group"))
    currency = Currency(access_queries.settings().currency)
    password = person["password"] or access.issued_password()
    refuse(
        rules.dealer_problems(values, currency)
        + _email_problems(values)
        + rules.administrator_problems(person)
        + _password_problems(password)
    )
    organisation = access.create_organisation(kind=OrganisationKind.DEALER, name=values["name"])
    _let_in(organisation, {**person, "password": password})
    row = Dealer(organisation=organisation, level=level, group=group)
    _fill(row, values, currency)
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    operations.open_shop(dealer=row)
    for path in settings.DEALER_OPENERS:
        import_string(path)(dealer=row)
    note(actor, row, "created", {}, facts(row))
    row.issued_password = password
    return row


@command(DealerPermission.MANAGE)
def change_dealer(
    *, actor: Actor, dealer_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Dealer:
    """Change the named fields of a dealer; the others stay (W-063). Raises NotFound, Conflict, Invalid."""
    row = locked_dealer(actor, dealer_id, version)
    before = facts(row)
    values, currency = trimmed(changes), Currency(access_queries.settings().currency)
    if "level" in values:
        row.level = _level(actor, values.pop("level"))
    if "group" in values:
        row.group = _group(actor, values.pop("group"))
    refuse(rules.dealer_problems(values, currency) + _email_problems(values))
    _fill(row, values, currency)
    store(row, "code", "external_id")
    if "name" in values:
        access.rename_organisation(organisation_id=row.organisation_id, name=row.name)
    note(actor, row, "changed", *difference(before, facts(row)))
    return row


@command(DealerPermission.MANAGE)
def enable_dealer(*, actor: Actor, dealer_id: str, version: int | None = None) -> Dealer:
    """Let a dealer order again."""
    return _switch_dealer(actor, dealer_id, version, enabled=True)


@command(DealerPermission.MANAGE)
def disable_dealer(*, actor: Actor, dealer_id: str, version: int | None = None) -> Dealer:
    """Keep a dealer's people out; its open orders run on (decisions.md §5)."""
    return _switch_dealer(actor, dealer_id, version, enabled=False)


@command(DealerPermission.MANAGE)
def reset_administrator_password(
    *, actor: Actor, dealer_id: str, user_id: str = "", password: str = ""
) -> Dealer:
    """Issue a new password to one of the dealer's administrators, the first unless `user_id` names one.

    It ends that person's sessions and must be changed at the next login. The row bears
    `issued_password`. Raises NotFound, Invalid, NoAdministrator.
    """
    row = locked_dealer(actor, dealer_id, None)
    held = queries.administrators_of(row)
    membership = (held.filter(user__public_id=user_id) if user_id else held).first()
    if membership is None:
        if user_id:
            raise NotFound(noun=_("administrator"))
        raise NoAdministrator(name=row.name)
    issued = password.strip() or access.issued_password()
    refuse(_password_problems(issued))
    access.set_password(user=membership.user, password=issued, issued=True)
    note(actor, row, "password_reset", {}, {"person": membership.user.name})
    row.issued_password = issued
    return row


def _email_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    try:
        if values.get("email"):
            validate_email(values["email"])
    except ValidationError:
        return [FieldProblem("/email", "email_wrong", _EMAIL)]
    return []


def _password_problems(password: str) -> list[FieldProblem]:
    try:
        validate_password(password)
    except ValidationError as error:
        facts = {"reason": " ".join(error.messages)}
        return [FieldProblem("/administrator/password", "password_weak", _WEAK, facts)]
    return []


def _let_in(organisation: Organisation, person: Mapping[str, str]) -> None:
    """Create the administrator; what access finds wrong is said at the administrator's fields."""
    try:
        access.create_administrator(organisation=organisation, **person)
    except Invalid as error:
        raise Invalid(problems=[one.below("/administrator") for one in error.problems]) from error


def _level(actor: Actor, public_id: str) -> DealerLevel:
    """The named level, the first one for a blank name."""
    rows = queries.levels_visible_to(actor)
    found = (rows.filter(public_id=public_id) if public_id else rows).first()
    if found is None:
        raise Invalid(problems=[FieldProblem("/level", "level_unknown", _UNKNOWN_LEVEL)])
    return found


def _group(actor: Actor, public_id: str | None) -> DealerGroup | None:
    """The named group, none for a blank name."""
    if not public_id:
        return None
    found = queries.groups_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise Invalid(problems=[FieldProblem("/group", "group_unknown", _UNKNOWN_GROUP)])
    return found


def _fill(row: Dealer, values: Mapping[str, Any], currency: Currency) -> None:
    """Write checked values into a dealer, with the keys that find and sort it (W-063)."""
    for name in values.keys() & rules.DEALER_TEXTS.keys():
        setattr(row, name, values[name])
    row.external_id = row.external_id or None
    if "service_fee" in values and (fee := rules.fee(values["service_fee"], currency)):
        row.service_fee_minor = fee.minor
    row.search_key = search_key(row.code, row.name, row.contact, row.phone, row.email)
    row.sort_key = sort_key(row.name)


def _switch_dealer(actor: Actor, public_id: str, version: int | None, *, enabled: bool) -> Dealer:
    row = locked_dealer(actor, public_id, version)
    return switched(actor, row, enabled=enabled)
