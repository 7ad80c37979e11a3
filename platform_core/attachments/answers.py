"""Sends a stored file to a browser so that nothing in it can run."""

from __future__ import annotations

from django.http import FileResponse
from django.utils.http import content_disposition_header

from platform_core.attachments import store
from platform_core.attachments.models import Attachment

_SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp"})


def answer(attachment: Attachment, *, thumbnail: bool = False, seconds_max: int = 3600) -> FileResponse:
    """The bytes, typed by our own check. Whoever calls this has asked whether the actor may read it.

    Pictures are shown, everything else is downloaded. Source: OWASP "File Upload".
    """
    content_type = "image/webp" if thumbnail else attachment.content_type
    response = FileResponse(store.open_file(attachment, thumbnail=thumbnail), content_type=content_type)
    is_download = content_type not in _SHOWN_INLINE
    response["Content-Disposition"] = content_disposition_header(is_download, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={seconds_max}"
    return response
