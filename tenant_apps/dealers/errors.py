"""The ways dealers says no."""

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class LevelInUse(DomainError):
    """Dealers still belong to the level."""

    code = "level_in_use"
    status = 409
    message = noop("{count} dealers are on the level {name}. Move them to another level first.")


class LastLevel(DomainError):
    """Every dealer needs a level, so one must stay."""

    code = "last_level"
    status = 409
    message = noop("{name} is the only level. Add another before you delete it.")


class GroupInUse(DomainError):
    """Dealers, or what holds for the group's dealers, still name it; `uses` says what."""

    code = "group_in_use"
    status = 409
    message = noop("{name} is still used by: {uses}. Take it out there first.")


class NoAdministrator(DomainError):
    """The dealer has no active administrator whose password could be reset."""

    code = "no_administrator"
    status = 409
    message = noop("{name} has no active administrator. Let somebody in first, under People.")


class PasswordsGone(DomainError):
    """Issued passwords can be downloaded once, for a day."""

    code = "passwords_gone"
    status = 410
    message = noop(
        "The passwords were downloaded before, or it is too late. Reset a password on the dealer's page."
    )
