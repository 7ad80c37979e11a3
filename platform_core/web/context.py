"""What every page gets from the kit itself: the theme kept in a cookie, the languages to choose from."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

THEME_COOKIE: Final = "dd_theme"
_THEMES: Final = ("light", "dark")


def interface(request: HttpRequest) -> dict[str, Any]:
    """`theme` is `light`, `dark` or empty (the system's choice): read here, so the page never flashes."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": chosen if chosen in _THEMES else "", "languages": settings.LANGUAGES}
