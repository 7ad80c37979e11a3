"""A file of orders read and checked, before anything is stored of it (W-141)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

from django.db.models import Q
from django.utils.translation import gettext as _

from platform_core.imports.errors import ImportGone
from platform_core.imports.models import Import
from platform_core.imports.queries import to_store
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound
from platform_core.kernel.money import Currency
from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.access import queries as access
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Shop
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.models import RawOrder
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.unbundling import unbundled
from tenant_apps.orders.rules import WantedLine
from tenant_apps.orders.sheet import ROWS_MAX, Fault, Taken, columns, orders_in
from tenant_apps.orders.states import GIVEN_UP
from tenant_apps.strategies.queries.overlay import offers_named

IMPORT, PASTE = "orders", "pasted_orders"
PASTED = "pasted.tsv"
_NO_SHOP = noop("{value} is none of your shops in use. Write a code as in the list of shops.")
_NO_CARRIER = noop("There is no carrier {value} in use. Write a code as on the order pad, or leave it blank.")
_NO_WAREHOUSE = noop("There is no warehouse {value} in use. Leave it blank for the automatic choice.")
_REFERENCE = noop("{value} was taken already, as {number}. Remove these rows or change the number.")


@dataclass(frozen=True, slots=True)
class OrdersPreview:
    """A checked file: either errors, or the orders it would make; `unknown` are codes that nobody offers."""

    table: Table
    orders: list[Taken] = field(default_factory=list)
    unknown: tuple[str, ...] = ()

    @property
    def line_count(self) -> int:
        """Lines of all orders."""
        return sum(len(one.rows) for one in self.orders)


def order_columns() -> tuple[Column, ...]:
    """The columns under the supplier's rules."""
    settings = access.settings()
    return columns(country=settings.country, carrier_required=settings.carrier_required)


def orders_preview(actor: Actor, file: BinaryIO, name: str, *, locale: str) -> OrdersPreview:
    """Read a workbook, CSV or pasted table and check every cell; stores nothing.

    The number of statements does not grow with the rows.
    """
    actor.require(OrderPermission.PLACE)
    table = read_table(file, name, order_columns(), limits=Limits(rows_max=ROWS_MAX), locale=locale)
    orders, faults = orders_in(table.rows, access.settings().country)
    shops = _shops(actor, orders)
    faults += _code_faults(actor, table, shops)
    faults += _reference_faults(table, orders, shops)
    table = table.with_faults(
        [table.fault(one.row, one.key, one.code, one.sentence, **one.facts) for one in faults]
    )
    if not table.is_clean:
        return OrdersPreview(table)
    return OrdersPreview(table, orders, _unknown_codes(orders, shops))


def _shops(actor: Actor, orders: list[Taken]) -> dict[str, Shop]:
    rows = dealers.shops_visible_to(actor).filter(
        code__in={one.wanted.shop for one in orders}, enabled=True, dealer__enabled=True
    )
    return {shop.code: shop for shop in rows}


def _code_faults(actor: Actor, table: Table, shops: Mapping[str, Shop]) -> list[Fault]:
    """Shops, carriers and warehouses that are not the actor's to use."""
    carriers = logistics.carriers_visible_to(actor).filter(enabled=True)
    houses = logistics.warehouses_visible_to(actor).filter(enabled=True)
    known = {
        "shop": (set(shops), "shop_unknown", _NO_SHOP),
        "carrier": (_codes(table, carriers, "carrier"), "carrier_unknown", _NO_CARRIER),
        "warehouse": (_codes(table, houses, "warehouse"), "warehouse_unknown", _NO_WAREHOUSE),
    }
    return [
        Fault(row, key, code, sentence, {"value": row.values[key]})
        for row in table.rows
        for key, (codes, code, sentence) in known.items()
        if row.values.get(key) and row.values[key] not in codes
    ]


def _codes(table: Table, rows: object, key: str) -> set[str]:
    """Which of the codes in a column exist; no statement where the column is blank."""
    typed = {str(row.values[key]) for row in table.rows if row.values.get(key)}
    return set(rows.filter(code__in=typed).values_list("code", flat=True)) if typed else set()  # type: ignore[attr-defined]


def _reference_faults(table: Table, orders: list[Taken], shops: Mapping[str, Shop]) -> list[Fault]:
    """Numbers that the dealer has used before, or twice in this file for two of its shops."""
    rows = {row.number: row for row in table.rows}
    named = [one for one in orders if one.wanted.client_ref and one.wanted.shop in shops]
    keys = {one.row: (shops[one.wanted.shop].dealer_id, one.wanted.client_ref) for one in named}
    used = references_taken(keys.values())
    seen: dict[tuple[int, str], int] = {}
    faults = []
    for one in named:
        key = keys[one.row]
        first = seen.setdefault(key, one.row)
        number = used.get(key) or (str(first) if first != one.row else "")
        if number:
            facts = {"value": one.wanted.client_ref, "number": number}
            faults.append(Fault(rows[one.row], "number", "reference_taken", _REFERENCE, facts))
    return faults


def references_taken(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Which of these references (dealer's row id, reference) stand on raw orders, with their numbers."""
    wanted = {key for key in keys if key[1]}
    if not wanted:
        return {}
    rows = RawOrder.objects.filter(
        ~Q(state__in=GIVEN_UP),
        dealer__in={dealer for dealer, _ in wanted},
        client_ref__in={reference for _, reference in wanted},
    ).values_list("dealer_id", "client_ref", "number")
    found = {(dealer, str(reference)): number for dealer, reference, number in rows}
    return {key: number for key, number in found.items() if key in wanted}


def _unknown_codes(orders: list[Taken], shops: Mapping[str, Shop]) -> tuple[str, ...]:
    """Codes that are not among the goods of their dealer: one statement for each dealer in the file."""
    asked: dict[int, set[str]] = {}
    for one in orders:
        asked.setdefault(shops[one.wanted.shop].dealer_id, set()).update(
            line.sku for line in one.wanted.lines
        )
    return tuple(sorted(code for dealer_id, codes in asked.items() for code in _unknown(dealer_id, codes)))


def _unknown(dealer_id: int, codes: set[str]) -> set[str]:
    """Codes that are neither among the dealer's goods nor one of its bundles."""
    lines = [WantedLine(code, Decimal(1)) for code in codes]
    offered = offers_named(dealer_id=dealer_id, names=codes)
    opened, offered = unbundled(dealer_id, lines, offered, Currency(access.settings().currency))
    return {one.wanted.sku for one in opened if one.wanted.sku not in offered and not one.is_bundled}


def orders_file_for(actor: Actor, public_id: str, kind: str = IMPORT) -> Import:
    """The file of orders that the actor uploaded and that is not taken yet. Raises NotFound."""
    try:
        return to_store(actor, kind, public_id, actor.id)
    except ImportGone as error:
        raise NotFound(noun=_("file")) from error
