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


class NoShop(DomainError):
    """A dealer orders for a shop, so it needs one in use first (W-100)."""

    code = "no_shop"
    status = 409
    message = noop("You have no shop in use, and every order is placed for a shop. Add or enable one first.")


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


class NicknameTooOften(DomainError):
    """One batch holds more orders of one nickname than may be pushed together (W-141, G-27)."""

    code = "nickname_too_often"
    status = 422
    message = noop(
        "{count} of these orders have the nickname “{nickname}”. Review at most {maximum} of one nickname at"
        " once: take some out, then review those by themselves. Nothing was reviewed."
    )


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


class NotYourLevel(DomainError):
    """Somebody who is not named for the waiting level of an approval chain (WK-07)."""

    code = "not_your_level"
    status = 409
    message = noop("This order waits for “{level}”. Only the people of that level approve it now.")


class OwnOrder(DomainError):
    """Nobody approves an order that they placed, edited or reviewed themselves (WK-07, decisions.md §5)."""

    code = "own_order"
    status = 409
    message = noop("You placed, edited or reviewed this order. Somebody else of “{level}” has to approve it.")


class SecondLevel(DomainError):
    """The same person may not approve two levels of one order (WK-07)."""

    code = "second_level"
    status = 409
    message = noop("You approved another level of this order. Somebody else of “{level}” has to approve it.")


class ConfirmAlone(DomainError):
    """The only person who may approve does so for their own order: asked once more."""

    code = "confirm_alone"
    status = 409
    message = noop(
        "You had a part in this order and nobody else may approve it."
        " Confirm that you approve it alone; the record will say so."
    )


class FirstLevel(DomainError):
    """There is no level before the first one."""

    code = "first_level"
    status = 409
    message = noop("This is the first level. Send the order back to the dealer instead.")


class NoChain(DomainError):
    """The order has no approval chain, so there are no levels to go back to."""

    code = "no_chain"
    status = 409
    message = noop("This order has no approval chain. Send it back to the dealer instead.")


class ApprovalNeeded(DomainError):
    """A dealer's order above its buyer's limit waits for an approver of the dealer (WK-07)."""

    code = "approval_needed"
    status = 409
    message = noop("This order is above the spending limit. An approver of the dealer has to review it.")


class NotAnApprover(DomainError):
    """Only an approver of the dealer who is not the buyer declines an order."""

    code = "not_an_approver"
    status = 409
    message = noop("Only an approver of the dealer who did not place the order declines it.")


class NothingToDecline(DomainError):
    """The order is within its buyer's limit."""

    code = "nothing_to_decline"
    status = 409
    message = noop("This order needs no approval. Edit or cancel it instead.")


class NoSuchLine(DomainError):
    """A line that the order does not have, or no longer."""

    code = "no_such_line"
    status = 404
    message = noop("This order has no line {line}.")


class ApprovalDeclined(DomainError):
    """What an approver's no leaves on an order: a mark, no refusal."""

    code = "approval_declined"
    status = 409
    message = noop("{name} declined this order: {reason}. Edit it, or cancel it.")


class AlreadyBought(DomainError):
    """In a calendar of two phases, deciding to buy locks an order for its dealer (TB-05)."""

    code = "already_bought"
    status = 409
    message = noop("{number} is bought: it cannot be changed any more. Ask your supplier.")


class NotTwoPhase(DomainError):
    """Orders are saved first only where the dealer's calendar says so."""

    code = "not_two_phase"
    status = 409
    message = noop("Orders are not saved first in your ordering calendar. Place the order.")


class SavedAlready(DomainError):
    """One order may be saved for each order day."""

    code = "saved_already"
    status = 409
    message = noop("There is a saved order for the order day {day} already: {number}. Change that one.")
