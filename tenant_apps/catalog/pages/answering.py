"""What the pages of goods share: the context of every page, and the words of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from platform_core.audit.models import AuditLine
from platform_core.kernel.context import serving
from platform_core.web.asking import actor_of
from platform_core.web.forms import operation_token
from tenant_apps.catalog.permissions import CatalogPermission

FIELD_WORDS = {
    "code": gettext_noop("Product code"),
    "product_code": gettext_noop("Product code"),
    "name": gettext_noop("Name"),
    "product_name": gettext_noop("Product name"),
    "short_name": gettext_noop("Short name"),
    "alias": gettext_noop("Alias"),
    "category": gettext_noop("Category"),
    "brand": gettext_noop("Brand"),
    "origin": gettext_noop("Origin"),
    "description": gettext_noop("Description"),
    "remark": gettext_noop("Remark"),
    "external_id": gettext_noop("External id"),
    "merchant_code": gettext_noop("Merchant code"),
    "barcode": gettext_noop("Barcode"),
    "spec_code": gettext_noop("Spec code"),
    "spec": gettext_noop("Spec"),
    "unit": gettext_noop("Unit"),
    "packs": gettext_noop("Packs"),
    "pack_name": gettext_noop("Pack name"),
    "pack_units": gettext_noop("Pack"),
    "weight_kg": gettext_noop("Weight (kg)"),
    "wholesale_price": gettext_noop("Wholesale price"),
    "retail_price": gettext_noop("Retail price"),
    "tax_rate": gettext_noop("Tax %"),
    "multiple": gettext_noop("Order multiple"),
    "minimum": gettext_noop("Order minimum"),
    "enabled": gettext_noop("Enabled"),
    "pictures": gettext_noop("Pictures"),
    "dealers": gettext_noop("Dealers"),
    "groups": gettext_noop("Dealer groups"),
    "organisation": gettext_noop("Ordering organisation"),
    "display_warehouse": gettext_noop("Stock shown of"),
}
_VERBS = {
    "created": (gettext_noop("Created"), "good"),
    "changed": (gettext_noop("Changed"), "info"),
    "imported": (gettext_noop("Imported"), "info"),
    "enabled": (gettext_noop("Enabled"), "good"),
    "disabled": (gettext_noop("Disabled"), "warn"),
    "published": (gettext_noop("Publication changed"), "info"),
    "pictures_added": (gettext_noop("Pictures added"), "info"),
    "picture_first": (gettext_noop("Picture put first"), "info"),
    "picture_deleted": (gettext_noop("Picture deleted"), "warn"),
}


def shown(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page with what all of them need: a fresh form token, the currency, what the actor may."""
    actor = actor_of(request)
    facts = {
        "operation": operation_token(),
        "currency": serving().currency,
        "may_manage": actor.may(CatalogPermission.MANAGE),
        "may_import": actor.may(CatalogPermission.IMPORT),
        "may_export": actor.may(CatalogPermission.EXPORT),
        "sections": _sections(str(context.get("section", ""))),
        **context,
    }
    return render(request, template, facts, status=status)


def history(lines: Iterable[AuditLine], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Audit lines as entries of a timeline; `names` says which SKU a line is about."""
    return [_entry(line, names) for line in lines]


def field_word(key: str) -> str:
    """A column in the reader's language."""
    return _(FIELD_WORDS[key]) if key in FIELD_WORDS else key


def _sections(active: str) -> list[dict[str, Any]]:
    """The three lists of the catalogue, as tabs."""
    lists = (
        ("goods", _("Goods"), "catalog:list"),
        ("categories", _("Categories"), "catalog:categories"),
        ("brands", _("Brands"), "catalog:brands"),
    )
    return [{"label": label, "url": reverse(name), "active": key == active} for key, label, name in lists]


def _entry(line: AuditLine, names: Mapping[str, str]) -> dict[str, Any]:
    word, tone = _VERBS.get(line.verb, (line.verb, "neutral"))
    label = _(word)
    name = names.get(line.subject_id)
    # A new thing shows its facts; empty ones would only be noise.
    changes = [
        {"label": field_word(key), "before": line.before.get(key), "after": line.after.get(key)}
        for key in sorted({*line.before, *line.after}, key=_place)
        if line.verb not in {"enabled", "disabled"}
    ]
    return {
        "at": line.at,
        "who": line.actor_name,
        "on_behalf_of": line.actor_on_behalf_of,
        "label": f"{label} · {name}" if name else label,
        "tone": tone,
        "changes": changes,
    }


def _place(key: str) -> tuple[int, str]:
    """Fields stand in the order of the forms; the database keeps them in another."""
    order = list(FIELD_WORDS)
    return (order.index(key) if key in FIELD_WORDS else len(order), key)
