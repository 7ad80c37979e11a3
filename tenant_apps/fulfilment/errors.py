"""The ways fulfilment says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class NothingToShip(DomainError):
    """A shipment carries at least something."""

    code = "nothing_to_ship"
    status = 422
    message = noop("Enter a quantity for at least one line.")


class StockOutClosed(DomainError):
    """The document is done or void."""

    code = "stock_out_closed"
    status = 409
    message = noop("Stock-out {number} is closed. Nothing more can be shipped from it.")
