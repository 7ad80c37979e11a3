"""The ways orders say no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class GoodsChanged(DomainError):
    """A line's SKU left the dealer's goods since the order was placed (decisions.md §5)."""

    code = "goods_changed"
    status = 409
    message = noop("{codes} can no longer be ordered. Edit the order and take these lines out.")


class PriceChanged(DomainError):
    """A settlement price changed since the order was placed (decisions.md §5)."""

    code = "price_changed"
    status = 409
    message = noop("The price of {codes} has changed. Edit the order to take over the new prices.")


class DealerDisabled(DomainError):
    """A disabled dealer cannot order; its open orders run on."""

    code = "dealer_disabled"
    status = 409
    message = noop("{dealer} is disabled and cannot order.")


class NotFinanceReviewed(DomainError):
    """Only what finance reviewed can be sent back to it (W-157)."""

    code = "not_finance_reviewed"
    status = 409
    message = noop("This order was approved without a finance review. Reject it to the dealer instead.")


class NothingToAdjust(DomainError):
    """An adjustment needs an amount that is not zero, and a reason (W-166)."""

    code = "nothing_to_adjust"
    status = 422
    message = noop("Enter at least one amount other than 0, with a reason.")


class ReferenceTaken(DomainError):
    """The dealer's own reference is on another order already."""

    code = "reference_taken"
    status = 409
    message = noop("Your reference {reference} is on order {number} already.")


class CycleTaken(DomainError):
    """The dealer's calendar allows one order for each order day (SX-06)."""

    code = "cycle_taken"
    status = 409
    message = noop("There is an order for the order day {day} already: {number}. Change that one.")
