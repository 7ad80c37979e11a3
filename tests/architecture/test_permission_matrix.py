"""Every command asks a permission that exists; nobody without it gets past the seam."""

from __future__ import annotations

import importlib
import pkgutil
import uuid

import pytest

import tenant_apps
from platform_core.commands import Command
from platform_core.kernel.actor import Actor, ActorKind
from platform_core.kernel.errors import NotPermitted
from tenant_apps.access.models import OrganisationKind
from tenant_apps.access.queries import permissions_of

NOBODY = Actor(ActorKind.USER, "usr_nobody", "Nobody")
# Everybody may do these to themselves: the command looks at the actor's own row only.
OWN = {"access.change_profile", "access.change_own_password", "access.end_other_sessions"}


def commands() -> dict[str, Command]:
    found = {}
    for module in pkgutil.walk_packages(tenant_apps.__path__, "tenant_apps."):
        if ".commands" in module.name:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Command):
                    found[value.kind] = value
    return found


COMMANDS = commands()


def test_the_commands_were_found():
    assert len(COMMANDS) > 60


@pytest.mark.parametrize("kind", sorted(COMMANDS))
def test_every_command_asks_a_known_permission(kind):
    permission = COMMANDS[kind].permission

    if kind in OWN:
        assert permission is None
    else:
        assert permission in permissions_of(OrganisationKind.SUPPLIER)


@pytest.mark.parametrize("kind", sorted(set(COMMANDS) - OWN))
def test_nobody_gets_past_the_seam(kind):
    with pytest.raises(NotPermitted):
        COMMANDS[kind](actor=NOBODY, operation_id=uuid.uuid4())


def test_a_dealers_permissions_are_among_the_suppliers():
    assert permissions_of(OrganisationKind.DEALER) < permissions_of(OrganisationKind.SUPPLIER)


@pytest.mark.parametrize(
    "permission",
    [
        "catalog.read", "catalog.manage", "dealers.manage", "strategies.manage", "strategies.assign",
        "logistics.manage", "inventory.manage", "ledger.review_top_up", "orders.finance_review",
        "orders.reject_finance", "orders.manage_calendars", "fulfilment.ship", "access.manage_settings", "access.manage_ceilings",
    ],
)  # fmt: skip
def test_what_no_dealer_may_ever_hold(permission):
    assert permission not in permissions_of(OrganisationKind.DEALER)
