"""What a person may ask of publication limits and ordering organisations (K-12…K-15)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store as files
from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict
from platform_core.kernel.texts import code_problems, text_problems, trimmed
from platform_core.workbooks.reading import Table
from tenant_apps.catalog import queries as catalog
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.strategies.errors import OrganisationInUse
from tenant_apps.strategies.models import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import publication as queries
from tenant_apps.strategies.queries import publication_sheet as sheet
from tenant_apps.strategies.queries.publication import Published
from tenant_apps.strategies.queries.publishing import known_names, laid

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
    wanted = replace(held)
    refuse(laid(wanted, values, known_names(actor, [values])))
    _store(actor, [sheet.Publishing(held, wanted)])
    return wanted


@command(StrategyPermission.MANAGE)
def put_publications(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Publish SKUs, each named by `merchant_code`, all or none; same statements for any number.

    What a row does not have stays. Gives how many were `updated` and `unchanged`. Raises Invalid with a
    problem per wrong row.
    """
    codes = [row["merchant_code"] for row in rows]
    found = locked(catalog.skus_visible_to(actor)).filter(merchant_code__in=codes).order_by("pk")
    judged, problems = sheet.judged(actor, rows, {sku.merchant_code: sku for sku in found})
    refuse([problem.below(f"/rows/{place}") for place, problem in problems])
    changed = [one for one in judged if one.changes]
    _store(actor, changed)
    return {"updated": len(changed), "unchanged": len(judged) - len(changed)}


@command(StrategyPermission.MANAGE)
def upload_publications(*, actor: Actor, file: File, table: Table | None = None) -> Import:  # type: ignore[type-arg]
    """Keep a workbook until it is confirmed; publishes nothing. Raises FileRefused."""
    return operations.keep(actor=actor, kind=sheet.IMPORT, file=file, table=table)


@command(StrategyPermission.MANAGE)
def import_publications(*, actor: Actor, file_id: str, locale: str = "en") -> dict[str, int]:
    """Publish by a workbook that was uploaded and looked at; checked again. Raises NotFound, Invalid."""
    row = sheet.publications_file_for(actor, file_id, lock=True)
    with files.open_file(file_of(row)) as file:
        preview = sheet.publication_preview(actor, file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    done: dict[str, int] = put_publications.run(actor=actor, rows=sheet.rows_of(preview.table))
    operations.finish(row, done)
    return done


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
def delete_organisation(*, actor: Actor, organisation_id: str) -> None:
    """Delete an ordering organisation that no SKU, dealer or order names; its log stays.

    Raises NotFound, OrganisationInUse; then nothing changed.
    """
    row = _locked(actor, organisation_id)
    skus, limited = row.publications.count(), row.dealers.count()
    orders = sum(import_string(path)(organisation_id=row.public_id) for path in settings.ORGANISATION_USES)
    if skus or limited or orders:
        raise OrganisationInUse(name=row.name, skus=skus, dealers=limited, orders=orders)
    record(actor, [Change(KIND, row.public_id, "deleted", _said(row), {})])
    row.delete()


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


def _store(actor: Actor, rows: Sequence[sheet.Publishing]) -> None:
    """Write publications in five statements, with one line each in the log of what changed."""
    gone, new, log = set[tuple[int, str, int]](), list[PublicationTarget](), list[Change]()
    now = clock.now()
    for one in rows:
        for column in ("dealer", "group"):
            held, wanted = (
                {row.pk for row in getattr(side, f"{column}s")} for side in (one.before, one.after)
            )
            gone |= {(one.after.sku.pk, column, key) for key in held - wanted}
            new += [
                PublicationTarget(sku=one.after.sku, **{f"{column}_id": key}) for key in sorted(wanted - held)
            ]
        one.after.version, one.after.updated_at = one.before.version + 1, now
        before, after = sheet.publication_facts(one.before), sheet.publication_facts(one.after)
        if before != after:
            log.append(Change("sku", one.after.sku.public_id, "published", *difference(before, after)))
    if gone:
        _delete_targets(gone)
    PublicationTarget.objects.bulk_create(new)
    SkuPublication.objects.bulk_create(
        [
            SkuPublication(
                sku=one.after.sku,
                organisation=one.after.organisation,
                display_warehouse=one.after.display_warehouse,
                version=one.after.version,
            )
            for one in rows
        ],
        update_conflicts=True,
        unique_fields=["sku"],
        update_fields=["organisation", "display_warehouse", "version", "updated_at"],
    )
    if log:
        record(actor, log)


def _delete_targets(gone: Collection[tuple[int, str, int]]) -> None:
    """`gone` are (SKU, "dealer" or "group", its id): only these pairs go, so the rows are read first."""
    rows = PublicationTarget.objects.filter(sku__in={sku for sku, _column, _key in gone})
    found = [
        row.pk
        for row in rows
        if (row.sku_id, "dealer", row.dealer_id) in gone or (row.sku_id, "group", row.group_id) in gone
    ]
    PublicationTarget.objects.filter(pk__in=found).delete()


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
