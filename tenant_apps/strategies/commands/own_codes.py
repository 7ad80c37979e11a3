"""What a person may ask of a dealer's own item codes and names (K-06): the supplier's people, or its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from platform_core.attachments import store
from platform_core.audit.record import Change, record
from platform_core.commands import command
from platform_core.db.editing import current
from platform_core.db.locks import locked
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Invalid
from platform_core.kernel.search_keys import search_key
from platform_core.workbooks.reading import Table
from tenant_apps.access import queries as access
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.strategies.commands.goods import RowResult
from tenant_apps.strategies.errors import OwnCodesOff
from tenant_apps.strategies.models import DealerCode
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import own_codes as queries
from tenant_apps.strategies.rules import CodeChange

KIND = "dealer_codes"
OUTCOMES = ("added", "updated", "removed", "unchanged")


@command(StrategyPermission.MANAGE_CODES)
def put_codes(
    *, actor: Actor, dealer_id: str, items: Sequence[CodeChange], partly: bool = False
) -> list[RowResult]:
    """Say how a dealer calls SKUs, by their merchant codes; set-based.

    A blank own code forgets it. With `partly` the good rows are stored and the others answered with their
    problem; else any problem raises Invalid and nothing changes. Raises NotFound, OwnCodesOff.
    """
    dealer = _locked(actor, dealer_id)
    rows = queries.judged(actor, dealer, items)
    problems = [one.problem for one in rows if one.problem]
    if problems and not partly:
        raise Invalid(problems=problems)
    _store(actor, dealer, [one for one in rows if one.outcome not in {"refused", "unchanged"}])
    return [RowResult(one.change.code, one.outcome, one.problem) for one in rows]


@command(StrategyPermission.MANAGE_CODES)
def upload_codes(
    *,
    actor: Actor,
    dealer_id: str,
    file: File,  # type: ignore[type-arg]
    table: Table | None = None,
) -> Import:
    """Keep a workbook until it is confirmed; stores no code. Raises NotFound, OwnCodesOff, FileRefused."""
    dealer = _locked(actor, dealer_id)
    return operations.keep(
        actor=actor, kind=queries.CODES_IMPORT, file=file, subject=dealer.public_id, table=table
    )


@command(StrategyPermission.MANAGE_CODES)
def import_codes(*, actor: Actor, dealer_id: str, file_id: str, locale: str = "en") -> dict[str, int]:
    """Store a workbook that was uploaded and looked at; gives the count of each outcome.

    It is checked again, as the goods may have changed. Raises ImportGone, Invalid, OwnCodesOff.
    """
    dealer = _locked(actor, dealer_id)
    row = queries.codes_file_for(actor, dealer, file_id, lock=True)
    with store.open_file(file_of(row)) as file:
        preview = queries.codes_preview(actor, dealer, file, row.name, locale=locale)
    operations.refuse_faults(preview.table)
    _store(actor, dealer, [one for one in preview.rows if one.outcome != "unchanged"])
    done = {outcome: preview.count(outcome) for outcome in OUTCOMES}
    operations.finish(row, done)
    return done


def _locked(actor: Actor, dealer_id: str) -> Dealer:
    """The dealer, locked; its own people keep codes only while the supplier shows them."""
    dealer = current(locked(dealers_visible_to(actor).filter(public_id=dealer_id)), _("dealer"))
    if actor.dealer_id is not None and not access.settings().show_own_codes:
        raise OwnCodesOff
    return dealer


def _store(actor: Actor, dealer: Dealer, rows: Sequence[queries.Judged]) -> None:
    """Away with what was, then what shall be: so two SKUs can change codes in one file."""
    if not rows:
        return
    DealerCode.objects.filter(dealer=dealer, sku_id__in=[one.sku_id for one in rows]).delete()
    DealerCode.objects.bulk_create(
        DealerCode(
            dealer=dealer,
            sku_id=one.sku_id,
            code=one.change.own_code,
            name=one.change.own_name,
            search_key=search_key(one.change.own_code, one.change.own_name),
        )
        for one in sorted(rows, key=lambda one: one.sku_id)
        if one.change.own_code
    )
    before = {one.change.code: " ".join(one.before).strip() if one.before else None for one in rows}
    after = {one.change.code: f"{one.change.own_code} {one.change.own_name}".strip() or None for one in rows}
    record(actor, [Change(KIND, dealer.public_id, "codes_changed", before, after)])
