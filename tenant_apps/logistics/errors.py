"""The ways logistics says no."""

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class DefaultStays(DomainError):
    """The default warehouse or carrier cannot be switched off: orders without a choice go there."""

    code = "default_stays"
    status = 409
    message = noop("{name} is the default. Make another one the default first.")


class DefaultMustBeEnabled(DomainError):
    """A disabled warehouse or carrier cannot become the default."""

    code = "default_must_be_enabled"
    status = 409
    message = noop("{name} is disabled. Enable it before you make it the default.")


class ReviewIsOff(DomainError):
    """The warehouse has no finance review, so it has no conditions to copy."""

    code = "review_is_off"
    status = 409
    message = noop("{name} has no finance review. Switch it on before you copy its conditions.")
