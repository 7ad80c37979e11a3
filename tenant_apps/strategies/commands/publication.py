"""What a person may ask of publication limits and ordering organisations (K-12…K-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict
from platform_core.kernel.texts import code_problems, text_problems, trimmed
from tenant_apps.catalog import queries as catalog
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as queries
from tenant_apps.strategies.queries.publication import Published

KIND = "ordering_organisation"
TEXTS = {"code": 40, "name": 80, "external_id": 80}


@command(StrategyPermission.MANAGE)
def publish_sku(
    *, actor: Actor, sku_id: str, values: Mapping[str, Any], version: int | None = None
) -> Published:
    """Say who gets a SKU (`dealers`, `groups`; both empty: every dealer), who sells it, whose stock is shown.

    Names are ids, codes or group names; `organisation` and `display_warehouse` blank: none. What `values`
    does not have stays; dealers outside of the actor's data scope stay. Raises NotFound, Conflict, Invalid.
    """
    sku = current(locked(catalog.skus_visible_to(actor)).filter(public_id=sku_id), _("SKU"))
    held = queries.publications_of(actor, [sku])[0]
    if version is not None and version != held.version:
        raise Conflict
    before = _facts(held)
    dealers, groups, problems = queries.named_targets(actor, values)
    if "organisation" in values:
        old = held.organisation.pk if held.organisation else None
        held.organisation, wrong = queries.named_organisation(actor, values["organisation"], held=old)
        problems += wrong
    if "display_warehouse" in values:
        found = queries.named_warehouse(actor, values["display_warehouse"], held=held.display_warehouse)
        held.display_warehouse, wrong = found
        problems += wrong
    refuse(problems)
    _set_targets(sku.pk, "dealer_id", held.dealers, dealers if "dealers" in values else held.dealers)
    _set_targets(sku.pk, "group_id", held.groups, groups if "groups" in values else held.groups)
    held.dealers = dealers if "dealers" in values else held.dealers
    held.groups = groups if "groups" in values else held.groups
    held.version, held.updated_at = held.version + 1, clock.now()
    SkuPublication.objects.update_or_create(
        sku=sku,
        defaults={
            "organisation": held.organisation,
            "display_warehouse": held.display_warehouse,
            "version": held.version,
        },
    )
    changed = difference(before, _facts(held))
    if changed[1]:
        record(actor, [Change("sku", sku.public_id, "published", *changed)])
    return held


@command(StrategyPermission.MANAGE)
def add_organisation(*, actor: Actor, values: Mapping[str, Any]) -> OrderingOrganisation:
    """An ordering organisation (K-13) with `code`, `name` and perhaps `external_id`. Raises Invalid."""
    asked = trimmed(values)
    refuse(_problems({"code": "", "name": "", **asked}))
    row = OrderingOrganisation()
    _assign(row, asked)
    with uniquely("code", "external_id"):
        row.save(force_insert=True)
    record(actor, [Change(KIND, row.public_id, "created", {}, _said(row))])
    return row


@command(StrategyPermission.MANAGE)
def change_organisation(
    *, actor: Actor, organisation_id: str, changes: Mapping[str, Any], version: int | None = None
) -> OrderingOrganisation:
    """Change code, name or external id of an ordering organisation. Raises NotFound, Conflict, Invalid."""
    row = _locked(actor, organisation_id, version)
    asked = trimmed(changes)
    refuse(_problems(asked))
    before = _said(row)
    _assign(row, asked)
    store(row, "code", "external_id")
    record(actor, [Change(KIND, row.public_id, "changed", *difference(before, _said(row)))])
    return row


@command(StrategyPermission.MANAGE)
def enable_organisation(*, actor: Actor, organisation_id: str) -> OrderingOrganisation:
    """Let an ordering organisation sell again."""
    return _switched(actor, organisation_id, enabled=True)


@command(StrategyPermission.MANAGE)
def disable_organisation(*, actor: Actor, organisation_id: str) -> OrderingOrganisation:
    """Take an ordering organisation's SKUs off every dealer's goods; orders that were placed run on."""
    return _switched(actor, organisation_id, enabled=False)


@command(StrategyPermission.MANAGE)
def set_dealer_organisations(
    *, actor: Actor, dealer_id: str, organisations: Sequence[str]
) -> list[OrderingOrganisation]:
    """Let a dealer order from these organisations only (ids or codes), from all when none is named (K-15).

    Raises NotFound, Invalid.
    """
    dealer = current(locked(dealers_visible_to(actor)).filter(public_id=dealer_id), _("dealer"))
    wanted, problems = queries.named_organisations(actor, organisations)
    refuse(problems)
    held = queries.organisations_of(actor, dealer)
    DealerOrganisation.objects.filter(dealer=dealer).exclude(organisation__in=wanted).delete()
    new = [row for row in wanted if row not in held]
    DealerOrganisation.objects.bulk_create(DealerOrganisation(dealer=dealer, organisation=row) for row in new)
    before, after = ({"organisations": _codes(rows)} for rows in (held, wanted))
    if before != after:
        record(actor, [Change("dealer", dealer.public_id, "organisations_changed", before, after)])
    return sorted(wanted, key=lambda row: row.code)


def _set_targets(sku_id: int, column: str, held: Sequence[Any], wanted: Sequence[Any]) -> None:
    gone = {row.pk for row in held} - {row.pk for row in wanted}
    new = {row.pk for row in wanted} - {row.pk for row in held}
    if gone:
        PublicationTarget.objects.filter(sku_id=sku_id, **{f"{column}__in": gone}).delete()
    PublicationTarget.objects.bulk_create(
        PublicationTarget(sku_id=sku_id, **{column: key}) for key in sorted(new)
    )


def _facts(one: Published) -> dict[str, Any]:
    return {
        "dealers": _codes(one.dealers),
        "groups": ", ".join(sorted(row.name for row in one.groups)) or None,
        "organisation": one.organisation.code if one.organisation else None,
        "display_warehouse": one.display_warehouse.code if one.display_warehouse else None,
    }


def _codes(rows: Sequence[Any]) -> str | None:
    return ", ".join(sorted(row.code for row in rows)) or None


def _said(row: OrderingOrganisation) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TEXTS}


def _problems(values: Mapping[str, Any]) -> list[Any]:
    return text_problems(values, TEXTS, {"code", "name"}) + code_problems(values)


def _assign(row: OrderingOrganisation, values: Mapping[str, Any]) -> None:
    for name in values.keys() & TEXTS.keys():
        setattr(row, name, (values[name] or None) if name == "external_id" else values[name])


def _locked(actor: Actor, public_id: str, version: int | None = None) -> OrderingOrganisation:
    rows = locked(queries.organisations_visible_to(actor)).filter(public_id=public_id)
    return current(rows, _("ordering organisation"), version)


def _switched(actor: Actor, public_id: str, *, enabled: bool) -> OrderingOrganisation:
    row = _locked(actor, public_id)
    if row.enabled != enabled:
        row.enabled = enabled
        store(row)
        record(actor, [Change(KIND, row.public_id, "enabled" if enabled else "disabled", {}, {})])
    return row
