"""What the pages of access share: a form that asks one command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.web.form_refusals import show_refusal

Result = TypeVar("Result")
INVALID = 422


def asked(form: Form, act: Callable[[], Result]) -> tuple[Result | None, int]:
    """The command's result, or None and the status of the page that shows why not.

    Raises NotFound and NotPermitted: they have pages of their own.
    """
    if not form.is_valid():
        return None, INVALID
    try:
        return act(), 200
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        return None, show_refusal(form, error)
