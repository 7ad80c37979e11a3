"""The verbs of dealers, by what they are about."""

from tenant_apps.dealers.commands.addresses import add_address, archive_address, change_address
from tenant_apps.dealers.commands.dealers import (
    change_dealer,
    create_dealer,
    disable_dealer,
    enable_dealer,
    reset_administrator_password,
)
from tenant_apps.dealers.commands.groups import add_group, change_group, delete_group
from tenant_apps.dealers.commands.levels import add_level, change_level, delete_level
from tenant_apps.dealers.commands.shops import add_shop, change_shop, disable_shop, enable_shop

__all__ = [
    "add_address",
    "add_group",
    "add_level",
    "add_shop",
    "archive_address",
    "change_address",
    "change_dealer",
    "change_group",
    "change_level",
    "change_shop",
    "create_dealer",
    "delete_group",
    "delete_level",
    "disable_dealer",
    "disable_shop",
    "enable_dealer",
    "enable_shop",
    "reset_administrator_password",
]
