"""Who is asking. Every command and every query is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from platform_core.kernel.errors import NotPermitted


class ActorKind(StrEnum):
    """What acts: a person, an API key, a platform operator, or the system itself."""

    USER = "user"
    MACHINE = "machine"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A value, stored as such on every step and audit line, never as a foreign key.

    `grants` is the effective permission set (direct or by role, under the organisation's
    ceiling: W-023, W-027). `dealer_id` is None for the supplier's people. A scope is None when
    everything is visible, otherwise the ids that are (W-024…W-026).
    """

    kind: ActorKind
    id: str
    name: str
    grants: frozenset[str] = field(default_factory=frozenset)
    on_behalf_of: str = ""
    organisation_id: int | None = None
    dealer_id: int | None = None
    warehouse_ids: frozenset[int] | None = None
    dealer_ids: frozenset[int] | None = None
    shop_ids: frozenset[int] | None = None

    @classmethod
    def system(cls, name: str, grants: frozenset[str] = frozenset()) -> Actor:
        """The system acting by itself (a sweep, a seed, an automatic review)."""
        return cls(ActorKind.SYSTEM, "system", name, grants)

    def may(self, permission: str) -> bool:
        """Whether the act is granted. Nothing is granted by default."""
        return permission in self.grants

    def require(self, permission: str) -> None:
        """Raise NotPermitted unless the act is granted."""
        if not self.may(permission):
            raise NotPermitted(permission=str(permission))

    def granted(self, *permissions: str) -> Actor:
        """The same actor with further grants: for acts the system does in somebody's name."""
        return replace(self, grants=self.grants | frozenset(permissions))
