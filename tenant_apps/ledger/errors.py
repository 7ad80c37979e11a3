"""The ways the ledger says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class InsufficientBalance(DomainError):
    """A debit would bring the available amount below 0. Facts: `missing`, `available` (decimal strings)."""

    code = "insufficient_balance"
    status = 409
    message = noop(
        "The balance is not enough: {missing} {currency} is missing, {available} {currency} is"
        " available. Top up the account, or ask the supplier for credit."
    )


class RefundTooLarge(DomainError):
    """More would go back than was paid. Facts: `asked`, `left` (decimal strings)."""

    code = "refund_too_large"
    status = 409
    message = noop("At most {left} {currency} can go back, but {asked} {currency} was asked.")


class OwnTopUp(DomainError):
    """Nobody approves what they recorded themselves while somebody else may (decisions.md §5)."""

    code = "own_top_up"
    status = 409
    message = noop("You recorded this top-up yourself. Somebody else who may review has to approve it.")


class ConfirmAlone(DomainError):
    """The only person who may review approves their own top-up: asked once more."""

    code = "confirm_alone"
    status = 409
    message = noop(
        "You recorded this top-up yourself and nobody else may review it."
        " Confirm that you approve it alone; the record will say so."
    )


class CreditTermOver(DomainError):
    """A raise of a credit whose term is over would give nothing. Fact: `until`."""

    code = "credit_term_over"
    status = 409
    message = noop("The credit ended on {until}. Cancel this top-up and record one with a new end.")
