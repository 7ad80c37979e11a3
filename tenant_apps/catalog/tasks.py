"""The worker's door to the goods import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from platform_core.idempotency.keys import operation_id
from platform_core.imports.kinds import Kind, grouped
from platform_core.imports.models import Import
from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from tenant_apps.catalog.commands.imports import import_goods
from tenant_apps.catalog.permissions import CatalogPermission
from tenant_apps.catalog.queries import IMPORT


def _store(actor: Actor, row: Import) -> None:
    import_goods(actor=actor, operation_id=operation_id(row.public_id, "store"), upload_id=row.public_id)


def _said(result: Mapping[str, Any]) -> str:
    return _("{new} new, {updated} updated, {unchanged} unchanged.").format(**grouped(result))


GOODS = Kind(
    key=IMPORT,
    name=noop("Goods"),
    permission=CatalogPermission.IMPORT,
    work=_store,
    said=_said,
    start=lambda _row: reverse("catalog:import"),
    home=lambda _row: reverse("catalog:list"),
    home_name=noop("To the goods"),
)
