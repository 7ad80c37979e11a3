"""The ways the inventory says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class OutOfStock(DomainError):
    """Less is there than asked: `problems` names each short line with its facts `free` and `asked`."""

    code = "out_of_stock"
    status = 409
    message = noop("There is not enough stock for {count} of the lines.")


class OverDelivery(DomainError):
    """More would leave than is reserved for the document (decisions.md §5 "Partial fulfilment")."""

    code = "over_delivery"
    status = 409
    message = noop("More would be taken out than is still to be shipped.")


class StockOutStarted(DomainError):
    """The document's goods are packed or shipped: it can't be taken back any more."""

    code = "stock_out_started"
    status = 409
    message = noop("{number} is already being packed or shipped. Unpack it first.")


class StockSynced(DomainError):
    """Stock of an ERP warehouse comes from the ERP, never by hand (W-031, W-032)."""

    code = "stock_synced"
    status = 409
    message = noop("The stock of {warehouse} comes from its ERP. Change it there.")


class CountsRefused(DomainError):
    """Counted lines can't be posted: `problems` names each, and nothing moved."""

    code = "counts_refused"
    status = 409
    message = noop("{count} of the counted lines cannot be posted. Count them again, or clear them.")


class NotYourWarehouse(DomainError):
    """The step belongs to the people of another warehouse (W-024)."""

    code = "not_your_warehouse"
    status = 403
    message = noop("This is up to the people of another warehouse. Ask for it in your data scope.")
