"""Carries what an import's preview showed to its confirmation, without keeping anything in between."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest

from platform_core.kernel.context import serving
from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop

FIELD = "rows"
_AGE_MAX_S = 3600


class PreviewGone(DomainError):
    """The preview is too old, or was made by somebody else."""

    code = "preview_gone"
    status = 409
    message = noop("This preview is too old. Upload the file again.")


def sealed(rows: Any, purpose: str, actor_id: str) -> str:
    """The rows as a signed text for a hidden field `rows`: of this supplier, this person, this import."""
    return signing.dumps(rows, salt=_salt(purpose, actor_id), compress=True)


def unsealed(request: HttpRequest, purpose: str, actor_id: str) -> Any:
    """What `sealed` was given. Raises PreviewGone after an hour, or when anything differs."""
    try:
        text = request.POST.get(FIELD, "")
        return signing.loads(text, salt=_salt(purpose, actor_id), max_age=_AGE_MAX_S)
    except signing.BadSignature as error:
        raise PreviewGone from error


def _salt(purpose: str, actor_id: str) -> str:
    return f"{serving().id}/{purpose}/{actor_id}"
