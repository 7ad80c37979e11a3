"""The ways aftersales says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class AlreadyReceived(DomainError):
    """A shipment is received once."""

    code = "already_received"
    status = 409
    message = noop("The receipt of {number} was confirmed already.")
