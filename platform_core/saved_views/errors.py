"""The ways a view is refused."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class NameMissing(DomainError):
    """A view needs a name by which its person finds it again."""

    code = "view_name_missing"
    status = 422
    message = noop("Give the view a name of at most {maximum} characters.")


class NameTaken(DomainError):
    """The person has a view of this name on the same list."""

    code = "view_name_taken"
    status = 409
    message = noop("You have a view {name} of this list already. Choose another name, or replace that view.")


class TooManyViews(DomainError):
    """More views than anybody finds their way in."""

    code = "too_many_views"
    status = 409
    message = noop("A list holds {maximum} views of yours at most. Delete one that you need no more.")


class ViewTooLong(DomainError):
    """The URL is longer than browsers and proxies carry for sure."""

    code = "view_too_long"
    status = 422
    message = noop("This view is too long to be saved. Remove some of its filters.")
