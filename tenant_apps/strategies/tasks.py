"""The worker's doors to the imports of prices and of freight tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from tenant_apps.dealers.queries import dealers_visible_to
from tenant_apps.logistics.queries import warehouses_visible_to
from tenant_apps.strategies import commands, queries
from tenant_apps.strategies.commands.bundles import import_bundles
from tenant_apps.strategies.commands.publication import import_publications
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.queries import price_rules_sheet, publication_sheet
from tenant_apps.strategies.queries.bundle_table import BUNDLE_IMPORT


def _store_prices(actor: Actor, row: Import) -> None:
    commands.import_goods(
        actor=actor, strategy_id=row.subject, file_id=row.public_id, locale=get_language() or "en"
    )


def _store_freight(actor: Actor, row: Import) -> None:
    commands.import_freight_table(
        actor=actor, warehouse_id=row.subject, file_id=row.public_id, locale=get_language() or "en"
    )


def _store_bundles(actor: Actor, row: Import) -> None:
    import_bundles(actor=actor, file_id=row.public_id, locale=get_language() or "en")


def _said_of_bundles(result: Mapping[str, Any]) -> str:
    return _("{added} bundles added, {updated} replaced.").format(**grouped(result))


def _store_codes(actor: Actor, row: Import) -> None:
    commands.import_codes(
        actor=actor, dealer_id=row.subject, file_id=row.public_id, locale=get_language() or "en"
    )


def _said_of_codes(result: Mapping[str, Any]) -> str:
    said = _("{added} own codes added, {updated} updated, {removed} removed, {unchanged} unchanged.")
    return said.format(**grouped(result))


def _said_of_prices(result: Mapping[str, Any]) -> str:
    return _("{added} SKUs added, {updated} updated, {unchanged} unchanged.").format(**grouped(result))


def _said_of_freight(result: Mapping[str, Any]) -> str:
    count = result["rows"]
    said = ngettext("The table has {count} line now.", "The table has {count} lines now.", count)
    return said.format(count=grouped(result)["rows"])


def _store_rules(actor: Actor, row: Import) -> None:
    commands.import_price_rules(actor=actor, file_id=row.public_id, locale=get_language() or "en")


def _said_of_rules(result: Mapping[str, Any]) -> str:
    return _("{added} price rules added, {updated} updated, {unchanged} unchanged.").format(**grouped(result))


PRICE_RULES = Kind(
    key=price_rules_sheet.IMPORT,
    name=noop("Price rules"),
    permission=StrategyPermission.MANAGE,
    work=_store_rules,
    said=_said_of_rules,
    start=lambda _row: reverse("strategies:price_rules_import"),
    home=lambda _row: reverse("strategies:price_rules"),
    home_name=noop("To the price rules"),
)


def _publish(actor: Actor, row: Import) -> None:
    import_publications(actor=actor, file_id=row.public_id, locale=get_language() or "en")


def _said_of_publications(result: Mapping[str, Any]) -> str:
    return _("{updated} SKUs published anew, {unchanged} unchanged.").format(**grouped(result))


PUBLICATIONS = Kind(
    key=publication_sheet.IMPORT,
    name=noop("Publication"),
    permission=StrategyPermission.MANAGE,
    work=_publish,
    said=_said_of_publications,
    start=lambda _row: reverse("strategies:publications_import"),
    home=lambda _row: reverse("strategies:publications"),
    home_name=noop("To the publication"),
)
PRICES = Kind(
    key=queries.GOODS_IMPORT,
    name=noop("Settlement prices"),
    permission=StrategyPermission.MANAGE,
    work=_store_prices,
    said=_said_of_prices,
    start=lambda row: reverse("strategies:import", args=[row.subject]),
    home=lambda row: reverse("strategies:detail", args=[row.subject]),
    home_name=noop("To the goods strategy"),
    subjects=queries.strategies_visible_to,
)
FREIGHT = Kind(
    key=queries.FREIGHT_IMPORT,
    name=noop("Freight table"),
    permission=StrategyPermission.MANAGE,
    work=_store_freight,
    said=_said_of_freight,
    start=lambda row: f"{reverse('strategies:freight_import')}?warehouse={row.subject}",
    home=lambda row: reverse("strategies:freight", args=[row.result["table"]]),
    home_name=noop("To the freight table"),
    subjects=warehouses_visible_to,
)
BUNDLES = Kind(
    key=BUNDLE_IMPORT,
    name=noop("Bundles"),
    permission=StrategyPermission.MANAGE_BUNDLES,
    work=_store_bundles,
    said=_said_of_bundles,
    start=lambda _row: reverse("strategies:bundle_import"),
    home=lambda _row: reverse("strategies:bundles"),
    home_name=noop("To the bundles"),
)


OWN_CODES = Kind(
    key=queries.CODES_IMPORT,
    name=noop("Own item codes"),
    permission=StrategyPermission.MANAGE_CODES,
    work=_store_codes,
    said=_said_of_codes,
    start=lambda row: reverse("strategies:codes_import", args=[row.subject]),
    home=lambda row: reverse("strategies:codes", args=[row.subject]),
    home_name=noop("To the goods"),
    subjects=dealers_visible_to,
)
