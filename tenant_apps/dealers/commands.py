"""What a person may ask of dealers, their levels, shops and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel import clock
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
from tenant_apps.dealers.errors import LastLevel, LevelInUse, NoAdministrator
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel, Shop
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts

_EMAIL = noop("Give an address like name@company.com.")
_WEAK = noop("{reason}")
_UNKNOWN_LEVEL = noop("Choose one of the levels.")
Switched = TypeVar("Switched", Dealer, Shop)


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
    level = _level(actor, values.pop("level"))
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
    row = Dealer(organisation=organisation, level=level)
    _fill(row, values, currency)
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    operations.open_shop(dealer=row)
    for path in settings.DEALER_OPENERS:
        import_string(path)(dealer=row)
    _note(actor, row, "created", {}, _facts(row))
    row.issued_password = password
    return row


@command(DealerPermission.MANAGE)
def change_dealer(
    *, actor: Actor, dealer_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Dealer:
    """Change the named fields of a dealer; the others stay (W-063). Raises NotFound, Conflict, Invalid."""
    row = _locked_dealer(actor, dealer_id, version)
    before = _facts(row)
    values, currency = trimmed(changes), Currency(access_queries.settings().currency)
    if "level" in values:
        row.level = _level(actor, values.pop("level"))
    refuse(rules.dealer_problems(values, currency) + _email_problems(values))
    _fill(row, values, currency)
    store(row, "code", "external_id")
    if "name" in values:
        access.rename_organisation(organisation_id=row.organisation_id, name=row.name)
    _note(actor, row, "changed", *difference(before, _facts(row)))
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
    row = _locked_dealer(actor, dealer_id, None)
    held = queries.administrators_of(row)
    membership = (held.filter(user__public_id=user_id) if user_id else held).first()
    if membership is None:
        if user_id:
            raise NotFound(noun=_("administrator"))
        raise NoAdministrator(name=row.name)
    issued = password.strip() or access.issued_password()
    refuse(_password_problems(issued))
    access.set_password(user=membership.user, password=issued, issued=True)
    _note(actor, row, "password_reset", {}, {"person": membership.user.name})
    row.issued_password = issued
    return row


@command(DealerPermission.MANAGE_LEVELS)
def add_level(*, actor: Actor, values: Mapping[str, Any]) -> DealerLevel:
    """A level with `name` and `stock_percent` (W-065), after the others. Raises Invalid."""
    asked = {"stock_percent": rules.HUNDRED, **trimmed(values)}
    refuse(rules.level_problems({"name": "", **asked}))
    row = DealerLevel(position=DealerLevel.objects.count() + 1)
    _assign(row, asked)
    with uniquely("name", "external_id"):
        row.save(force_insert=True)
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def change_level(
    *, actor: Actor, level_id: str, changes: Mapping[str, Any], version: int | None = None
) -> DealerLevel:
    """Change a level's name or share of the stock, for all its dealers at once (W-065)."""
    row = current(locked(queries.levels_visible_to(actor)).filter(public_id=level_id), _("level"), version)
    values = trimmed(changes)
    refuse(rules.level_problems(values))
    before = _facts(row)
    _assign(row, values)
    store(row, "name", "external_id")
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(DealerPermission.MANAGE_LEVELS)
def delete_level(*, actor: Actor, level_id: str) -> None:
    """Delete a level that no dealer is on. Raises NotFound, LevelInUse, LastLevel."""
    # The full lock: a dealer about to join the level waits, and then finds it gone.
    rows = queries.levels_visible_to(actor).order_by("pk").select_for_update()
    row = current(rows.filter(public_id=level_id), _("level"))
    if count := Dealer.objects.filter(level=row).count():
        raise LevelInUse(count=count, name=row.name)
    if not DealerLevel.objects.exclude(pk=row.pk).exists():
        raise LastLevel(name=row.name)
    _note(actor, row, "deleted", _facts(row), {})
    row.delete()


@command(DealerPermission.MANAGE_SHOPS)
def add_shop(*, actor: Actor, dealer_id: str, values: Mapping[str, Any]) -> Shop:
    """An offline shop of a dealer (W-100, W-103) with `code`, `name` and perhaps `auto_review` (W-104)."""
    dealer = queries.dealer_for(actor, dealer_id)
    asked = trimmed(values)
    refuse(rules.shop_problems({"code": "", "name": "", **asked}))
    row = Shop(dealer=dealer)
    _assign(row, asked)
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(DealerPermission.MANAGE_SHOPS)
def change_shop(
    *, actor: Actor, shop_id: str, changes: Mapping[str, Any], version: int | None = None
) -> Shop:
    """Change code, name, external id or automatic review of a shop. Raises NotFound, Conflict, Invalid."""
    row = _locked_shop(actor, shop_id, version)
    values = trimmed(changes)
    refuse(rules.shop_problems(values))
    before = _facts(row)
    _assign(row, values)
    store(row, "code", "external_id")
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(DealerPermission.MANAGE_SHOPS)
def enable_shop(*, actor: Actor, shop_id: str, version: int | None = None) -> Shop:
    """Let orders be placed for a shop again."""
    return _switch_shop(actor, shop_id, version, enabled=True)


@command(DealerPermission.MANAGE_SHOPS)
def disable_shop(*, actor: Actor, shop_id: str, version: int | None = None) -> Shop:
    """Take no new orders for a shop; its open ones run on."""
    return _switch_shop(actor, shop_id, version, enabled=False)


@command(DealerPermission.MANAGE_ADDRESSES)
def add_address(*, actor: Actor, dealer_id: str, values: Mapping[str, Any]) -> DealerAddress:
    """An address of a dealer; the first one becomes its default. Raises NotFound, Invalid (W-054, W-142)."""
    dealer = _locked_dealer(actor, dealer_id, None)
    asked = _address_values({"country": "CN", **values})
    others = DealerAddress.objects.filter(dealer=dealer, archived_at__isnull=True)
    asked["is_default"] = bool(asked.get("is_default")) or not others.exists()
    refuse(rules.whole_address_problems({**dict.fromkeys(rules.ADDRESS_TEXTS, ""), **asked}))
    if asked["is_default"]:
        _move_default(_default_of(dealer.pk), is_default=False)
    row = DealerAddress(dealer=dealer)
    _assign(row, asked)
    with uniquely("external_id"):
        row.save(force_insert=True)
    _note(actor, row, "created", {}, _facts(row))
    return row


@command(DealerPermission.MANAGE_ADDRESSES)
def change_address(
    *, actor: Actor, address_id: str, changes: Mapping[str, Any], version: int | None = None
) -> DealerAddress:
    """Change the named fields of an address; what results is checked as a whole."""
    row = _locked_address(actor, address_id, version)
    before, asked = _facts(row), _address_values(changes)
    wants_default = bool(asked.pop("is_default", False))
    _assign(row, asked)
    refuse(rules.whole_address_problems({name: getattr(row, name) for name in rules.ADDRESS_TEXTS}))
    if wants_default and not row.is_default:
        _move_default(_default_of(row.dealer_id), is_default=False)
        row.is_default = True
    store(row, "external_id")
    _note(actor, row, "changed", *difference(before, _facts(row)))
    return row


@command(DealerPermission.MANAGE_ADDRESSES)
def archive_address(*, actor: Actor, address_id: str) -> DealerAddress:
    """Offer an address no longer; orders that went there keep it. Another one becomes the default."""
    row = _locked_address(actor, address_id, None)
    was_default, row.is_default = row.is_default, False
    row.archived_at, row.external_id = clock.now(), None
    store(row)
    if was_default:
        others = DealerAddress.objects.filter(dealer_id=row.dealer_id, archived_at__isnull=True)
        first = others.order_by("id").values("pk")[:1]
        _move_default(DealerAddress.objects.filter(pk__in=first), is_default=True)
    _note(actor, row, "archived", _facts(row), {})
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


def _fill(row: Dealer, values: Mapping[str, Any], currency: Currency) -> None:
    """Write checked values into a dealer, with the keys that find and sort it (W-063)."""
    for name in values.keys() & rules.DEALER_TEXTS.keys():
        setattr(row, name, values[name])
    row.external_id = row.external_id or None
    if "service_fee" in values and (fee := rules.fee(values["service_fee"], currency)):
        row.service_fee_minor = fee.minor
    row.search_key = search_key(row.code, row.name, row.contact, row.phone, row.email)
    row.sort_key = sort_key(row.name)


def _assign(row: DealerLevel | Shop | DealerAddress, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, (value or None) if name == "external_id" else value)


def _address_values(values: Mapping[str, Any]) -> dict[str, Any]:
    asked = trimmed(values)
    return {**asked, "country": asked["country"].upper()} if "country" in asked else asked


def _locked_dealer(actor: Actor, public_id: str, version: int | None) -> Dealer:
    rows = locked(queries.dealers_visible_to(actor))
    return current(rows.filter(public_id=public_id), _("dealer"), version)


def _locked_shop(actor: Actor, public_id: str, version: int | None) -> Shop:
    rows = locked(queries.shops_visible_to(actor))
    return current(rows.filter(public_id=public_id), _("shop"), version)


def _locked_address(actor: Actor, public_id: str, version: int | None) -> DealerAddress:
    """The address under the lock of its dealer, so that only one can become the default."""
    dealer_id = queries.address_for(actor, public_id).dealer.public_id
    _locked_dealer(actor, dealer_id, None)
    rows = queries.addresses_visible_to(actor).filter(public_id=public_id)
    return current(rows, _("address"), version)


def _default_of(dealer_id: int) -> QuerySet[DealerAddress]:
    return DealerAddress.objects.filter(dealer_id=dealer_id, is_default=True)


def _move_default(rows: QuerySet[DealerAddress], *, is_default: bool) -> None:
    """A change like any other: whoever edits one of them meanwhile notices it."""
    rows.update(is_default=is_default, version=F("version") + 1, updated_at=clock.now())


def _switch_dealer(actor: Actor, public_id: str, version: int | None, *, enabled: bool) -> Dealer:
    row = _locked_dealer(actor, public_id, version)
    return _switched(actor, row, enabled=enabled)


def _switch_shop(actor: Actor, public_id: str, version: int | None, *, enabled: bool) -> Shop:
    row = _locked_shop(actor, public_id, version)
    return _switched(actor, row, enabled=enabled)


def _switched(actor: Actor, row: Switched, *, enabled: bool) -> Switched:
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        _note(actor, row, "enabled" if enabled else "disabled", {}, {})
    return row


_FACTS: dict[type, tuple[str, ...]] = {
    Dealer: (*rules.DEALER_TEXTS, "service_fee_minor", "level"),
    DealerLevel: ("name", "external_id", "stock_percent"),
    Shop: ("code", "name", "external_id", "auto_review"),
    DealerAddress: (*rules.ADDRESS_TEXTS, "is_default"),
}


def _facts(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _FACTS[type(row)]}
    return {name: value.name if isinstance(value, DealerLevel) else value for name, value in values.items()}


def _note(actor: Actor, row: Any, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """One line in the log; what happens to a shop or an address stands in its dealer's."""
    if isinstance(row, (Dealer, DealerLevel)):
        kind = "dealer" if isinstance(row, Dealer) else "dealer_level"
        record(actor, [Change(kind, row.public_id, verb, before, after)])
        return
    noun, name = ("shop", row.code) if isinstance(row, Shop) else ("address", row.label or row.line1)
    record(actor, [Change("dealer", row.dealer.public_id, f"{noun}_{verb}", before, {noun: name, **after})])
