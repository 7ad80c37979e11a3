"""Makes /brand.css from a supplier's color: readable on light and on dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

_LIGHT_GROUND: Final = (255, 255, 255)
_DARK_GROUND: Final = (29, 32, 38)
"""The card's ground in each theme: the color serves for links on it and as ground of buttons."""
_ENOUGH: Final = Decimal("4.6")
Rgb = tuple[int, int, int]


def brand_css(color: str) -> str:
    """Style sheet for a color written `#rrggbb`; empty (the product's own colors) when it is not one."""
    found = re.fullmatch(r"#([0-9a-fA-F]{6})", color.strip())
    if not found:
        return ""
    chosen = (int(found[1][0:2], 16), int(found[1][2:4], 16), int(found[1][4:6], 16))
    light, dark = _readable(chosen, _LIGHT_GROUND, towards=0), _readable(chosen, _DARK_GROUND, towards=255)
    return (
        f":root,[data-theme=light]{{{_properties(light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{_properties(dark)}}}}}\n"
        f":root[data-theme=dark]{{{_properties(dark)}}}\n"
    )


def contrast(one: Rgb, other: Rgb) -> Decimal:
    """WCAG contrast ratio of two colors, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + Decimal("0.05")) / (low + Decimal("0.05"))


def _readable(color: Rgb, ground: Rgb, *, towards: int) -> Rgb:
    """The color, moved towards black or white by twentieths until text in it can be read on the ground."""
    for step in range(21):
        mixed = tuple((part * (20 - step) + towards * step) // 20 for part in color)
        shade = (mixed[0], mixed[1], mixed[2])
        if contrast(shade, ground) >= _ENOUGH:
            return shade
    return (towards, towards, towards)


def _properties(color: Rgb) -> str:
    white, black = (255, 255, 255), (10, 12, 16)
    text = white if contrast(color, white) >= contrast(color, black) else black
    return f"--color-primary:{_hex(color)};--color-primary-content:{_hex(text)}"


def _hex(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _luminance(color: Rgb) -> Decimal:
    red, green, blue = (_linear(part) for part in color)
    return Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue


@lru_cache(maxsize=256)
def _linear(part: int) -> Decimal:
    share = Decimal(part) / 255
    if share <= Decimal("0.04045"):
        return share / Decimal("12.92")
    return ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")
