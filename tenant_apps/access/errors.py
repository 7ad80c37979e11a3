"""The ways access says no."""

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class PasswordChangeRequired(DomainError):
    """The password was issued by somebody else; nothing else is possible before it is changed."""

    code = "password_change_required"
    status = 403
    message = noop("Change the password you were given first; then everything else opens.")


class KeyRefused(DomainError):
    """The API key is unknown, expired, revoked, or of another supplier; never told apart."""

    code = "key_refused"
    status = 401
    message = noop(
        "This API key is not valid here. Create a new one and send it as “Authorization: Bearer …”."
    )


class CsrfFailed(DomainError):
    """A session's unsafe request came without the token of its pages."""

    code = "csrf_failed"
    status = 403
    message = noop("Send the CSRF token of the page in the header X-CSRFToken, or use an API key.")


class LastAdministrator(DomainError):
    """The organisation would be left without anybody who can let others in."""

    code = "last_administrator"
    status = 409
    message = noop("{name} is the last active administrator. Make somebody else administrator first.")


class OwnAccess(DomainError):
    """Nobody raises or ends its own access."""

    code = "own_access"
    status = 409
    message = noop("You cannot change your own access. Ask another administrator.")


class AdministratorOnly(DomainError):
    """The act is kept for administrators (W-020)."""

    code = "administrator_only"
    status = 403
    message = noop("Only an administrator can do this.")


class RoleInUse(DomainError):
    """The role is still held."""

    code = "role_in_use"
    status = 409
    message = noop("{count} people still hold this role. Take it from them first.")


class ScopeTooNarrow(DomainError):
    """An API key sees the whole organisation, so its maker must too."""

    code = "scope_too_narrow"
    status = 403
    message = noop(
        "A key sees all warehouses, dealers and shops. Only somebody who sees all of them can create one."
    )


class PersonOnly(DomainError):
    """A machine cannot hand itself further access."""

    code = "person_only"
    status = 403
    message = noop("Only a person can do this, not an API key.")


class BeyondOwnAccess(DomainError):
    """Somebody would give what it lacks, or reach above itself (K-16)."""

    code = "beyond_own_access"
    status = 403
    message = noop("You cannot give what you do not have yourself: {what}.")


class TaxModeFixed(DomainError):
    """There are orders already (decisions.md §5)."""

    code = "tax_mode_fixed"
    status = 409
    message = noop("Prices including or excluding tax cannot be changed any more: there are orders.")


class WrongPassword(DomainError):
    """The present password was not given rightly."""

    code = "wrong_password"
    status = 422
    message = noop("The present password is wrong.")
