"""What all forms share: the token that makes two clicks on one form one act."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from platform_core.idempotency.keys import operation_id
from platform_core.kernel.ids import new_uuid

FIELD = "operation"


def operation_token() -> str:
    """A fresh token for a form that is being shown; it goes into the hidden field `operation`."""
    return str(new_uuid())


def operation_of(request: HttpRequest) -> uuid.UUID:
    """The operation id of a posted form: the same for every repeat of the same form by the same actor.

    A form without token is a new act each time.
    """
    token = request.POST.get(FIELD, "")[:64]
    if not token:
        return new_uuid()
    return operation_id(request.actor.id, token)  # type: ignore[attr-defined]
