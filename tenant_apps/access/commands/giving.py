"""What somebody may hand on: nobody gives, or takes away, what it could not give itself (K-16)."""

from __future__ import annotations

from collections.abc import Collection

from platform_core.kernel.actor import Actor
from tenant_apps.access import rules
from tenant_apps.access.errors import BeyondOwnAccess


def within(actor: Actor, held: Collection[str], asked: Collection[str]) -> list[str]:
    """The permissions that stand afterwards: those asked for, and those held beyond the actor's reach.

    Raises BeyondOwnAccess for one that is new and the actor cannot give.
    """
    missing = rules.beyond(set(asked) - set(held), actor.grants)
    if missing:
        raise BeyondOwnAccess(what=", ".join(missing))
    return sorted(set(asked) | (set(held) - actor.grants))
