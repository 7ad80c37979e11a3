"""The worker's door to the dealers' import: each row is a dealer, stored by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from platform_core.attachments import store
from platform_core.db.router import shard_alias
from platform_core.idempotency.keys import operation_id
from platform_core.imports import operations
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.imports.operations import RowDone
from platform_core.imports.queries import file_of
from platform_core.imports.states import RowOutcome
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from platform_core.workbooks.reading import Row
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.operations import import_password
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.queries import ImportedDealer
from tenant_apps.dealers.rules import IMPORTED_TEXTS, AdministratorFacts, DealerFacts

OUTCOMES = (RowOutcome.CREATED.value, RowOutcome.CHANGED.value, RowOutcome.FAILED.value)


def _store(actor: Actor, row: Import) -> None:
    """Rows that meanwhile became wrong are refused one by one, as the others are documents of their own."""
    with store.open_file(file_of(row)) as file:
        table, found = queries.imported_dealers(actor, file, row.name, locale=get_language() or "en")
    dealers = {one.row.number: one for one in found}

    def act(one: Row) -> RowDone:
        return _store_one(actor, row, dealers[one.number])

    if operations.each_row(row, table.rows, act):
        outcomes = list(row.lines.values_list("outcome", flat=True))
        with transaction.atomic(using=shard_alias()):
            operations.finish(row, {name: outcomes.count(name) for name in OUTCOMES})


def _store_one(actor: Actor, row: Import, one: ImportedDealer) -> RowDone:
    """Create or change one dealer; a new one's password can be worked out again for the download."""
    values = {name: one.values[name] for name in IMPORTED_TEXTS if name in one.values}
    code, name = str(one.values["code"]), str(one.values["name"])
    if not one.is_new:
        named = {"level": one.level_id, "group": one.group_id}
        placed = {name: value for name, value in named.items() if value}
        dealer_id = queries.dealer_id_of_code(actor, code)
        commands.change_dealer(actor=actor, dealer_id=dealer_id, changes={**values, **placed})
        return RowDone(code, name, RowOutcome.CHANGED)
    login = str(one.values.get("administrator_login", ""))
    person = AdministratorFacts(
        name=one.values.get("administrator_name") or one.values.get("contact") or login,
        login=login,
        password=import_password(row, one.row.number),
    )
    commands.create_dealer(
        actor=actor,
        operation_id=operation_id(row.public_id, "store", str(one.row.number)),
        dealer=DealerFacts(**values, level=one.level_id, group=one.group_id),
        administrator=person,
    )
    return RowDone(code, name, RowOutcome.CREATED, login)


def _said(result: Mapping[str, Any]) -> str:
    return _("{created} dealers created, {changed} changed, {failed} not stored.").format(**grouped(result))


DEALERS = Kind(
    key=queries.IMPORT,
    name=noop("Dealers"),
    permission=DealerPermission.MANAGE,
    work=_store,
    said=_said,
    start=lambda _row: reverse("dealers:import"),
    home=lambda _row: reverse("dealers:list"),
    home_name=noop("To the dealers"),
    report="dealers/parts/import_report.html",
)
