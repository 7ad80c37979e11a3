"""What a page does with a posted form or a pressed button: one command, its refusal told in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from platform_core.kernel.errors import DomainError, NotFound, NotPermitted
from platform_core.web.form_refusals import show_refusal

Result = TypeVar("Result")
INVALID = 422
_DIGITS_MAX = 9


def submitted(
    form: BaseForm, act: Callable[[], Result], show: Callable[[Any, DomainError], int] = show_refusal
) -> tuple[Result | None, int]:
    """What the command that a form asks for returned, or None and the status of the page that says why not.

    `show` puts a refusal onto the form and returns its status. Raises NotFound and NotPermitted:
    they have pages of their own.
    """
    if not form.is_valid():
        return None, INVALID
    try:
        return act(), 200
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        return None, show(form, error)


def pressed(request: HttpRequest, act: Callable[[], str]) -> bool:
    """Do what a button asks and say the sentence that `act` returns, or the refusal's; whether it was done.

    Raises NotFound and NotPermitted: they have pages of their own.
    """
    try:
        messages.success(request, act())
    except (NotFound, NotPermitted):
        raise
    except DomainError as error:
        messages.error(request, str(error))
        return False
    return True


def version_of(request: HttpRequest, current: int) -> int:
    """The version of the row that a form was filled from: the one it posts, else the current one.

    So a form that is shown again still speaks of what its reader saw, and is refused until the
    page is loaded again. Nonsense is version 0, which no row has.
    """
    text = request.POST.get("version", str(current))
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else 0
