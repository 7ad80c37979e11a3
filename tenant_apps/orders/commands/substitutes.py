"""What the supplier asks of substitutes: say for SKUs what is proposed when they are short (TA-03)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.base import File

from platform_core.attachments import store
from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.workbooks.reading import Table
from tenant_apps.catalog.models import Sku
from tenant_apps.orders.models import Substitute
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries import substitutes as queries
from tenant_apps.orders.queries.substitutes import Judged, SubstituteChange

KIND = "substitutes"
OUTCOMES = ("added", "updated", "removed", "unchanged")


@command(OrderPermission.MANAGE_CALENDARS)
def put_substitutes(*, actor: Actor, items: Sequence[SubstituteChange], partly: bool = False) -> list[Judged]:
    """Say of SKUs which others are proposed for them, best first; an empty list proposes nothing.

    SKUs are named by merchant code or public id. With `partly` the good rows are stored and the others
    answered with their problems; else any problem raises Invalid and nothing changes.
    """
    rows = queries.judged(items)
    if not partly:
        refuse([problem for one in rows for problem in one.problems])
    _store(actor, rows)
    return rows


@command(OrderPermission.MANAGE_CALENDARS)
def upload_substitutes(
    *,
    actor: Actor,
    file: File,  # type: ignore[type-arg]
    table: Table,
) -> Import:
    """Keep a workbook until it is confirmed; stores no substitute. Raises FileRefused."""
    return operations.keep(actor=actor, kind=queries.IMPORT, file=file, table=table)


@command(OrderPermission.MANAGE_CALENDARS)
def import_substitutes(*, actor: Actor, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook that was uploaded and looked at; gives the count of each outcome.

    It is checked again, as the goods may have changed. Raises ImportGone, Invalid.
    """
    row = queries.file_for(actor, file_id, lock=True)
    with store.open_file(file_of(row)) as file:
        preview = queries.preview_of(file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    _store(actor, preview.rows)
    done = {outcome: preview.count(outcome) for outcome in OUTCOMES}
    operations.finish(row, done)
    return done


def _store(actor: Actor, rows: Sequence[Judged]) -> None:
    """A list is replaced whole; two who change one SKU's list wait for each other."""
    changed = [one for one in rows if one.outcome in {"added", "updated", "removed"} and one.sku]
    if not changed:
        return
    ids = sorted(one.sku.pk for one in changed if one.sku)
    list(Sku.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    Substitute.objects.filter(sku_id__in=ids).delete()
    Substitute.objects.bulk_create(
        Substitute(sku=one.sku, substitute=other, position=place)
        for one in changed
        for place, other in enumerate(one.after, 1)
    )
    before = {one.change.sku: ", ".join(one.before) or None for one in changed}
    after = {one.change.sku: ", ".join(other.merchant_code for other in one.after) or None for one in changed}
    record(actor, [Change(KIND, KIND, "substitutes_changed", before, after)])
