"""Take orders from where nobody is to correct them: a workbook, a paste, a program (W-130, W-141).

Taking stores what was asked, as it was typed; submitting each raw order is its first step after that
(W-132). What a raw order cannot store is refused here, everything else becomes a mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.fast import inserting, run
from platform_core.db.models import ActedRow, actor_columns
from platform_core.db.numbers import draw_many
from platform_core.db.router import shard_alias
from platform_core.imports import operations
from platform_core.imports.models import Import
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError, FieldProblem, Invalid
from platform_core.kernel.words import finished, noop
from platform_core.workbooks.reading import Table
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Shop
from tenant_apps.orders.commands.place import check_reference
from tenant_apps.orders.commands.raw import keep_marks, lines_as_typed, submitted, write_wanted
from tenant_apps.orders.errors import ReferenceTaken
from tenant_apps.orders.models import RawOrder, RawOrderSource, RawOrderStep
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.parties import buyer_of, in_name_of
from tenant_apps.orders.queries.taking import orders_preview, references_taken
from tenant_apps.orders.rules import Wanted, storable_problems, trimmed
from tenant_apps.orders.sheet import Taken

BATCH = 1000
_NO_SHOP = noop("{shop} is none of your shops in use.")


@command(OrderPermission.PLACE, moves=True)
def take_order(
    *, actor: Actor, operation_id: UUID, wanted: Wanted, source: str = RawOrderSource.API.value
) -> RawOrder:
    """Store one request and submit it: it becomes a sales order, or waits with marks (W-132).

    Raises Invalid for what cannot be stored, ReferenceTaken, NotFound (shop).
    """
    wanted = trimmed(wanted)
    refuse(storable_problems(wanted))
    shop = buyer_of(actor, wanted.shop).shop
    check_reference(shop.dealer_id, wanted.client_ref)
    (raw,) = _stored(actor, [(Taken(0, wanted), shop)], source, "")
    try:
        with transaction.atomic(using=shard_alias()):
            submitted(actor, operation_id, raw)
    except DomainError as error:
        raw.refresh_from_db()
        keep_marks(error, actor=actor, raw=raw)
    return raw


@command(OrderPermission.PLACE)
def take_orders(*, actor: Actor, taken: Sequence[Taken], source: str, batch: str = "") -> list[RawOrder]:
    """Store requests as raw orders that wait to be submitted: all of them or none.

    `batch` is the import they came with. Raises Invalid, with `/orders/<place>/…`, and ReferenceTaken.
    """
    wanted = [trimmed(one.wanted) for one in taken]
    shops = _shops(actor, {one.shop for one in wanted})
    problems = [
        problem.below(f"/orders/{place}")
        for place, one in enumerate(wanted)
        for problem in [*storable_problems(one), *_shop_problems(one, shops)]
    ]
    refuse(problems)
    found = [
        (Taken(one.row, asked, one.rows), shops[asked.shop]) for one, asked in zip(taken, wanted, strict=True)
    ]
    used = references_taken((shop.dealer_id, one.wanted.client_ref) for one, shop in found)
    for (_dealer, reference), number in used.items():
        raise ReferenceTaken(reference=reference, number=number)
    return _stored(actor, found, source, batch)


def _shops(actor: Actor, names: set[str]) -> Mapping[str, Shop]:
    """The shops in use that are meant, by public id or code, in one statement."""
    rows = dealers.shops_visible_to(actor).filter(Q(public_id__in=names) | Q(code__in=names), enabled=True)
    return {name: shop for shop in rows for name in (shop.public_id, shop.code)}


def _shop_problems(wanted: Wanted, shops: Mapping[str, Shop]) -> list[FieldProblem]:
    if wanted.shop in shops:
        return []
    return [FieldProblem("/shop", "shop_unknown", _NO_SHOP, {"shop": wanted.shop})]


def _stored(actor: Actor, found: Sequence[tuple[Taken, Shop]], source: str, batch: str) -> list[RawOrder]:
    """Write raw orders, lines and steps: a constant number of statements for each 1,000 orders."""
    numbers = draw_many("D", len(found))
    rows: list[RawOrder] = []
    walk = iter(zip(found, numbers, strict=True))
    while part := list(islice(walk, BATCH)):
        made = [_raw_order(actor, one, shop, source, batch, number) for (one, shop), number in part]
        RawOrder.objects.bulk_create(made)
        lines = [
            line
            for raw, ((one, _shop), _number) in zip(made, part, strict=True)
            for line in lines_as_typed(raw, one.wanted)
        ]
        run(inserting(lines), inserting([_taken(raw) for raw in made]))
        rows += made
    return rows


def _raw_order(actor: Actor, one: Taken, shop: Shop, source: str, batch: str, number: str) -> RawOrder:
    raw = RawOrder(
        number=number,
        dealer=shop.dealer,
        shop=shop,
        source=source,
        batch=batch,
        batch_row=one.row or None,
        **actor_columns(in_name_of(actor, shop.dealer)),
    )
    write_wanted(raw, one.wanted)
    return raw


def _taken(raw: RawOrder) -> RawOrderStep:
    who = {field.name: getattr(raw, field.name) for field in ActedRow._meta.get_fields()}
    return RawOrderStep(raw_order=raw, name="take", target=raw.state, at=clock.now(), **who)


@command(OrderPermission.PLACE)
def upload_orders(*, actor: Actor, kind: str, file: File, table: Table) -> Import:  # type: ignore[type-arg]
    """Keep a workbook, or a pasted table as one, until its sender confirms it. Raises FileRefused."""
    return operations.keep(actor=actor, kind=kind, file=file, table=table, subject=actor.id)


@command(OrderPermission.PLACE)
def take_import(*, actor: Actor, row: Import, source: str, locale: str) -> None:
    """Store all orders of a confirmed file, or none; once, however often a worker takes it up.

    Reads and checks anew: what happened since the preview counts. Raises Invalid, ImportGone.
    """
    with suppress(_Before), operations.stored_whole(actor, row) as file:
        if RawOrder.objects.filter(batch=row.public_id).exists():
            raise _Before
        preview = orders_preview(actor, file, row.name, locale=locale)
        operations.refuse_faults(preview.table)
        try:
            take_orders(actor=actor, taken=preview.orders, source=source, batch=row.public_id)
        except ReferenceTaken as error:
            raise Invalid(problems=[FieldProblem("/file", error.code, finished(str(error)))]) from error
        operations.recount(row, len(preview.orders))


class _Before(Exception):
    """The orders of this file were taken by an earlier worker."""
