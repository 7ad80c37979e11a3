"""Makes strangers' pictures harmless: told by content, redrawn, turned upright, never a bomb."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from platform_core.attachments.errors import refused

PIXELS_MAX = 40_000_000
SIDE_MAX = 2000
THUMBNAIL_SIDE = 256
_MILLION = 1_000_000
# SVG is missing on purpose: it is a program, not a picture.
_ENDINGS = {"JPEG": {".jpg", ".jpeg"}, "PNG": {".png"}, "WEBP": {".webp"}}
_KNOWN_ENDINGS = frozenset().union(*_ENDINGS.values())
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88},
}
# Everything that a decoder raises over a file that was cut off or made to hurt.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Picture:
    """A redrawn picture and its thumbnail (WebP, at most 256 px a side)."""

    data: bytes
    content_type: str
    thumbnail: bytes


def redraw(data: bytes, name: str, *, field: str) -> Picture:
    """The picture without whatever else the file held (metadata, place, appended programs).

    At most 2,000 px a side. Raises FileRefused for other formats, wrong endings, damage, and
    more than 40 million pixels, which is told by the header, before anything is unpacked.
    """
    image, kind = _opened(data, name, field)
    try:
        upright = ImageOps.exif_transpose(image)
        full = _fit(upright, SIDE_MAX, kind)
        small = _fit(upright, THUMBNAIL_SIDE, "WEBP")
        return Picture(_written(full, kind), _TYPES[kind], _written(small, "WEBP"))
    except _DAMAGE as error:
        raise refused(field, "picture_damaged", name=name) from error


def _opened(data: bytes, name: str, field: str) -> tuple[Image.Image, str]:
    ending = PurePath(name).suffix.lower()
    if ending not in _KNOWN_ENDINGS:
        raise refused(field, "picture_type", name=name)
    try:
        with warnings.catch_warnings():
            # Our own bound below is tighter than the one Pillow warns of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=tuple(_ENDINGS))
    except Image.DecompressionBombError as error:
        raise refused(field, "picture_pixels", name=name, maximum=PIXELS_MAX // _MILLION) from error
    except UnidentifiedImageError as error:
        raise refused(field, "picture_type", name=name) from error
    except _DAMAGE as error:
        raise refused(field, "picture_damaged", name=name) from error
    kind = str(image.format)
    if ending not in _ENDINGS[kind]:
        raise refused(field, "picture_mismatch", name=name, found=kind)
    if image.width * image.height > PIXELS_MAX:
        raise refused(field, "picture_pixels", name=name, maximum=PIXELS_MAX // _MILLION)
    return image, kind


def _fit(image: Image.Image, side: int, kind: str) -> Image.Image:
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    mode = "RGBA" if has_alpha and kind != "JPEG" else "RGB"
    copy = image.convert(mode)
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    return copy


def _written(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **_SAVING[kind])
    return out.getvalue()
