"""What PostgreSQL's texts cannot hold, and how its refusal is recognized."""

from __future__ import annotations

from django.db import DataError


def holds_nul(error: Exception) -> bool:
    """Whether a text with the character NUL was to be sent: psycopg refuses it before the server sees it.

    Such a text comes from outside only, in an address or a form, so it is the request's fault.
    """
    return isinstance(error, DataError) and "NUL (0x00)" in str(error)
