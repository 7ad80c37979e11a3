"""The ways strategies says no."""

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class StrategyInUse(DomainError):
    """Dealers still buy by the strategy, so it cannot be deleted."""

    code = "strategy_in_use"
    status = 409
    message = noop("{count} dealers buy by {name}. Assign another strategy to them first.")


class StrategyPublic(DomainError):
    """Strangers see the strategy's prices in the public catalogue (MO-04), so it cannot be deleted."""

    code = "strategy_public"
    status = 409
    message = noop("{name} gives the prices of the public catalogue. Choose another in the settings first.")


class OrganisationInUse(DomainError):
    """SKUs, dealers or orders name the ordering organisation, so it cannot be deleted."""

    code = "organisation_in_use"
    status = 409
    message = noop(
        "{name} cannot be deleted: {skus} SKUs, {dealers} dealers and {orders} orders name it."
        " Disable it instead: then it sells nothing."
    )


class OwnCodesOff(DomainError):
    """The supplier does not show dealers' own item codes (K-06), so a dealer keeps none."""

    code = "own_codes_off"
    status = 409
    message = noop("Your supplier does not use own item codes. Ask it to switch them on in its settings.")


class ResetNotConfirmed(DomainError):
    """A reset takes all goods from every dealer of the strategy: it wants the right count."""

    code = "reset_not_confirmed"
    status = 409
    message = noop("This takes {items} SKUs away from {dealers} dealers. Confirm exactly these numbers.")


class AssignmentNotConfirmed(DomainError):
    """Another strategy deletes the dealer's own rows (W-077): it wants their count."""

    code = "assignment_not_confirmed"
    status = 409
    message = noop(
        "{dealer} has {count} own prices, states or SKUs. Another strategy deletes them; confirm this."
    )


class NoGoodsStrategy(DomainError):
    """The dealer follows no strategy yet, so there is nothing to override."""

    code = "no_goods_strategy"
    status = 409
    message = noop("{dealer} has no goods strategy yet. Assign one first.")


class WarehouseStillEnabled(DomainError):
    """A freight table goes only after its warehouse stopped working (W-055)."""

    code = "warehouse_still_enabled"
    status = 409
    message = noop("The warehouse {warehouse} is enabled. Disable it before you delete its freight table.")


class PromotionEnded(DomainError):
    """A promotion that is over stays as it was: orders name it."""

    code = "promotion_ended"
    status = 409
    message = noop("{name} has ended and stays as it was. Duplicate it to run it again.")
