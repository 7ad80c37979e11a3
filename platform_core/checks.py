"""System checks: production does not start with what is only fit for development."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical

PRODUCTION = "production"


def production_is_safe(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Refuse default secrets, debugging, plain http and a local mailbox in production."""
    if settings.ENVIRONMENT != PRODUCTION:
        return []
    found: list[CheckMessage] = []
    secret = settings.SECRET_KEY
    if secret == settings.INSECURE_KEY or len(secret) < settings.SECRET_LENGTH_MIN:
        found.append(_wrong("E001", "SECRET_KEY is the default one, or shorter than 50 characters."))
    if settings.DEBUG:
        found.append(_wrong("E002", "DEBUG is on: strangers would see tracebacks and every mail."))
    if settings.SCHEME != "https":
        found.append(_wrong("E003", "SCHEME is not https: cookies would travel in the open."))
    if settings.BASE_HOST.startswith("localhost"):
        found.append(_wrong("E004", "BASE_HOST is not set to the platform's own host."))
    return found


def _wrong(number: str, sentence: str) -> Critical:
    return Critical(sentence, hint="Set it in the environment.", id=f"platform_core.{number}")
