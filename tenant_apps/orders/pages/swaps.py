"""What the pad's script draws and does to swap a line that is short for a substitute (TA-03)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from platform_core.kernel.quantity import next_orderable, plain
from platform_core.web.formats import decimal_text, unit_price_text
from tenant_apps.catalog import queries as catalog
from tenant_apps.orders.queries.drafts import Draft
from tenant_apps.orders.queries.proposing import Proposal, Shortage
from tenant_apps.strategies.queries import tiers_of


def swaps_of(draft: Draft, one: Shortage) -> dict[str, Any]:
    """A shortage as the pad shows it. `keep` is what stays of the line when its rest is swapped, "" all."""
    keep = "" if one.is_kept or one.met is None else plain(one.met)
    return {
        "reason": one.reason,
        "keep": keep,
        "options": [_option(draft, one, found) for found in one.proposals],
    }


def _option(draft: Draft, one: Shortage, found: Proposal) -> dict[str, Any]:
    sku, unit = found.sku, found.sku.unit
    says = [sku.merchant_code, unit_price_text(found.price, draft.currency)]
    if found.available is not None:
        said = _("{quantity} {unit} available")
        says.append(said.format(quantity=decimal_text(found.available), unit=unit))
    rest = _("Take {quantity} {unit}").format(quantity=decimal_text(found.rest or 0), unit=unit)
    whole = _("Swap the whole line: {quantity} {unit}").format(quantity=decimal_text(found.whole), unit=unit)
    return {
        "sku": sku.public_id,
        "name": catalog.display_name(sku),
        "says": " · ".join(says),
        "rest": "" if found.rest is None else plain(found.rest),
        "rest_text": rest,
        "whole": "" if found.rest is not None and one.met == 0 and not one.is_kept else plain(found.whole),
        "whole_text": whole,
        "facts": _facts(draft, found),
    }


def _facts(draft: Draft, found: Proposal) -> dict[str, str]:
    """What the script computes a line with, as the rows of the pad say it."""
    sku, places = found.sku, draft.settings.quantity_precision
    first = next_orderable(Decimal(0), places, sku.minimum, sku.multiple)
    tiers = tiers_of(found.offer.terms, first) if found.offer.terms else ()
    return {
        "price": plain(found.offer.price_at(first)),
        "tiers": " ".join(f"{plain(tier.from_quantity)}:{plain(tier.price)}" for tier in tiers),
        "weight": plain(sku.weight_kg),
        "available": "" if found.stock is None else plain(found.stock),
        "multiple": plain(sku.multiple),
        "minimum": plain(sku.minimum) if sku.minimum else "",
        "places": str(places),
        "unit": sku.unit,
        "share": "" if found.share is None else plain(found.share),
    }
