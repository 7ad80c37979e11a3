"""What a person may ask of addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.audit.record import difference
from platform_core.commands import command
from platform_core.db.editing import current, refuse, store, uniquely
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.texts import trimmed
from tenant_apps.dealers import queries, rules
from tenant_apps.dealers.commands.shared import assign, facts, locked_dealer, note
from tenant_apps.dealers.models import DealerAddress
from tenant_apps.dealers.permissions import DealerPermission


@command(DealerPermission.MANAGE_ADDRESSES)
def add_address(*, actor: Actor, dealer_id: str, values: Mapping[str, Any]) -> DealerAddress:
    """An address of a dealer; the first one becomes its default. Raises NotFound, Invalid (W-054, W-142)."""
    dealer = locked_dealer(actor, dealer_id, None)
    asked = _address_values({"country": "CN", **values})
    others = DealerAddress.objects.filter(dealer=dealer, archived_at__isnull=True)
    asked["is_default"] = bool(asked.get("is_default")) or not others.exists()
    refuse(rules.whole_address_problems({**dict.fromkeys(rules.ADDRESS_TEXTS, ""), **asked}))
    if asked["is_default"]:
        _move_default(_default_of(dealer.pk), is_default=False)
    row = DealerAddress(dealer=dealer)
    assign(row, asked)
    with uniquely("external_id"):
        row.save(force_insert=True)
    note(actor, row, "created", {}, facts(row))
    return row


@command(DealerPermission.MANAGE_ADDRESSES)
def change_address(
    *, actor: Actor, address_id: str, changes: Mapping[str, Any], version: int | None = None
) -> DealerAddress:
    """Change the named fields of an address; what results is checked as a whole."""
    row = _locked_address(actor, address_id, version)
    before, asked = facts(row), _address_values(changes)
    wants_default = bool(asked.pop("is_default", False))
    assign(row, asked)
    refuse(rules.whole_address_problems({name: getattr(row, name) for name in rules.ADDRESS_TEXTS}))
    if wants_default and not row.is_default:
        _move_default(_default_of(row.dealer_id), is_default=False)
        row.is_default = True
    store(row, "external_id")
    note(actor, row, "changed", *difference(before, facts(row)))
    return row


@command(DealerPermission.MANAGE_ADDRESSES)
def archive_address(*, actor: Actor, address_id: str) -> DealerAddress:
    """Offer an address no longer; orders that went there keep it. Another one becomes the default."""
    row = _locked_address(actor, address_id, None)
    was_default, row.is_default = row.is_default, False
    row.archived_at, row.external_id = clock.now(), None
    store(row)
    if was_default:
        others = DealerAddress.objects.filter(dealer_id=row.dealer_id, archived_at__isnull=True)
        first = others.order_by("id").values("pk")[:1]
        _move_default(DealerAddress.objects.filter(pk__in=first), is_default=True)
    note(actor, row, "archived", facts(row), {})
    return row


def _address_values(values: Mapping[str, Any]) -> dict[str, Any]:
    asked = trimmed(values)
    return {**asked, "country": asked["country"].upper()} if "country" in asked else asked


def _locked_address(actor: Actor, public_id: str, version: int | None) -> DealerAddress:
    """The address under the lock of its dealer, so that only one can become the default."""
    dealer_id = queries.address_for(actor, public_id).dealer.public_id
    locked_dealer(actor, dealer_id, None)
    rows = queries.addresses_visible_to(actor).filter(public_id=public_id)
    return current(rows, _("address"), version)


def _default_of(dealer_id: int) -> QuerySet[DealerAddress]:
    return DealerAddress.objects.filter(dealer_id=dealer_id, is_default=True)


def _move_default(rows: QuerySet[DealerAddress], *, is_default: bool) -> None:
    """A change like any other: whoever edits one of them meanwhile notices it."""
    rows.update(is_default=is_default, version=F("version") + 1, updated_at=clock.now())
