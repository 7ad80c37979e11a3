"""The worker's door to the imports of carriers and memo rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from platform_core.imports import operations
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import read_table
from tenant_apps.logistics.commands import import_carriers, import_memo_rules
from tenant_apps.logistics.permissions import LogisticsPermission
from tenant_apps.logistics.rules import (
    CARRIER_COLUMNS,
    CARRIER_IMPORT,
    CARRIER_ROWS_MAX,
    MEMO_COLUMNS,
    MEMO_IMPORT,
    MEMO_ROWS_MAX,
    filled_rows,
)


def _storing(
    columns: Sequence[Column], rows_max: int, store: Callable[..., tuple[int, int]]
) -> Callable[[Actor, Import], None]:
    """The work of an import that reads these columns and stores the filled rows whole."""

    def work(actor: Actor, row: Import) -> None:
        limits, locale = Limits(rows_max=rows_max), get_language() or "en"
        with operations.stored_whole(actor, row) as file:
            table = read_table(file, row.name, columns, limits=limits, locale=locale)
            operations.refuse_faults(table)
            added, changed = store(actor=actor, rows=filled_rows(table))
            operations.finish(row, {"added": added, "changed": changed})

    return work


def _said(result: Mapping[str, Any]) -> str:
    return _("{added} carriers added, {changed} changed.").format(**grouped(result))


CARRIERS = Kind(
    key=CARRIER_IMPORT,
    name=noop("Carriers"),
    permission=LogisticsPermission.MANAGE,
    work=_storing(CARRIER_COLUMNS, CARRIER_ROWS_MAX, import_carriers),
    said=_said,
    start=lambda _row: reverse("logistics:carrier_import"),
    home=lambda _row: reverse("logistics:carriers"),
    home_name=noop("To the carriers"),
)


def _said_memo_rules(result: Mapping[str, Any]) -> str:
    return _("{added} memo rules added, {changed} changed.").format(**grouped(result))


MEMO_RULES = Kind(
    key=MEMO_IMPORT,
    name=noop("Memo rules"),
    permission=LogisticsPermission.MANAGE,
    work=_storing(MEMO_COLUMNS, MEMO_ROWS_MAX, import_memo_rules),
    said=_said_memo_rules,
    start=lambda _row: reverse("logistics:memo_rule_import"),
    home=lambda _row: reverse("logistics:memo_rules"),
    home_name=noop("To the memo rules"),
)
