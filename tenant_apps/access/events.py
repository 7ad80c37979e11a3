"""What access tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from platform_core.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PasswordResetAsked(Event):
    """Somebody who knows a person's e-mail address wants a new password; the link is made when mailed."""

    name: ClassVar[str] = "access.password_reset_asked"

    user_id: str
    email: str
    language: str
