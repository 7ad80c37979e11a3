"""What may be asked of access, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class AccessPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "access.read"
    MANAGE_PEOPLE = "access.manage_people"
    MANAGE_ROLES = "access.manage_roles"
    MANAGE_KEYS = "access.manage_keys"
    MANAGE_CEILINGS = "access.manage_ceilings"
    MANAGE_SETTINGS = "access.manage_settings"


FOR_SUPPLIER = frozenset(AccessPermission)
FOR_DEALER: frozenset[AccessPermission] = frozenset(
    {
        AccessPermission.READ,
        AccessPermission.MANAGE_PEOPLE,
        AccessPermission.MANAGE_ROLES,
        AccessPermission.MANAGE_KEYS,
    }
)

# What the role editor calls each code: one table for all apps, because access shows them all.
GROUPS = {
    "orders": _("Orders"),
    "fulfilment": _("Shipping"),
    "aftersales": _("Receipts"),
    "catalog": _("Goods"),
    "inventory": _("Stock"),
    "logistics": _("Warehouses and carriers"),
    "strategies": _("Prices and freight"),
    "promotions": _("Promotions"),
    "dealers": _("Dealers"),
    "ledger": _("Money"),
    "access": _("People and settings"),
}
LABELS = {
    "orders.read": _("See orders"),
    "orders.place": _("Place orders"),
    "orders.edit": _("Edit orders"),
    "orders.review": _("Review orders (charges the wallet, reserves stock)"),
    "orders.reject": _("Send orders back"),
    "orders.cancel": _("Cancel orders"),
    "orders.close": _("Close what will not be shipped"),
    "orders.finance_review": _("Finance review: adjust and approve"),
    "orders.reject_finance": _("Send orders back from finance review"),
    "orders.manage_approvals": _("Say who approves orders, and set spending limits"),
    "orders.manage_calendars": _("Set when dealers may order, share out supply, call dealers"),
    "fulfilment.read": _("See shipments"),
    "fulfilment.ship": _("Ship"),
    "aftersales.read": _("See receipts"),
    "aftersales.confirm_receipt": _("Confirm receipt"),
    "catalog.read": _("See goods"),
    "catalog.manage": _("Edit goods"),
    "catalog.import": _("Import goods"),
    "catalog.export": _("Export goods"),
    "inventory.read": _("See stock"),
    "inventory.manage": _("Change stock"),
    "inventory.take_stock": _("Count stock and post what was counted"),
    "inventory.transfer": _("Move stock between warehouses"),
    "inventory.read_stock_outs": _("See stock-out documents"),
    "logistics.read": _("See warehouses and carriers"),
    "logistics.manage": _("Edit warehouses and carriers"),
    "strategies.read": _("See strategies and freight tables"),
    "strategies.manage": _("Edit strategies and freight tables"),
    "strategies.assign": _("Assign strategies to dealers"),
    "strategies.read_offer": _("See own goods and prices"),
    "strategies.manage_bundles": _("Edit own bundles"),
    "promotions.manage": _("Create, change and end promotions and coupons"),
    "strategies.manage_codes": _("Edit a dealer's own item codes"),
    "dealers.read": _("See dealers, shops and addresses"),
    "dealers.manage": _("Create and edit dealers"),
    "dealers.manage_levels": _("Edit dealer levels and groups"),
    "dealers.manage_shops": _("Edit shops"),
    "dealers.manage_addresses": _("Edit addresses"),
    "ledger.read": _("See wallets and entries"),
    "ledger.top_up": _("Record top-ups"),
    "ledger.cancel_top_up": _("Cancel top-ups"),
    "ledger.review_top_up": _("Approve top-ups"),
    "access.read": _("See people"),
    "access.manage_people": _("Create and edit people"),
    "access.manage_roles": _("Edit roles"),
    "access.manage_keys": _("Create and revoke API keys"),
    "access.manage_ceilings": _("Limit what dealers may"),
    "access.manage_settings": _("Edit the settings"),
}


def grouped(codes: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes with their labels, by group, in the order people know; unknown ones as they are."""
    groups = [*GROUPS, *sorted({code.partition(".")[0] for code in codes} - set(GROUPS))]
    known = [code for code in LABELS if code in codes] + sorted(set(codes) - set(LABELS))
    found = [
        (
            str(GROUPS.get(group, group)),
            [(code, str(LABELS.get(code, code))) for code in known if _group(code) == group],
        )
        for group in groups
    ]
    return [(label, entries) for label, entries in found if entries]


def _group(code: str) -> str:
    return code.partition(".")[0]
