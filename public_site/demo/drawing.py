"""Draws the demo's product pictures: a shape, a label, the brand's initials. No photograph is needed."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from public_site.demo.goods import Good

SIZE = 480
_PALETTE = (
    "#1d6fa5", "#2f855a", "#b7791f", "#9b2c2c", "#553c9a", "#0f766e", "#be185d", "#4d7c0f", "#334155",
    "#c2410c",
)  # fmt: skip


def picture(product: Good) -> bytes:
    """A PNG of the product on a light ground."""
    colour = _PALETTE[sum(map(ord, product.brand)) % len(_PALETTE)]
    image = Image.new("RGB", (SIZE, SIZE), "#f5f6f8")
    pen = ImageDraw.Draw(image)
    label = _SHAPES[product.line.shape](pen, colour)
    _write(pen, label, product)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


Box = tuple[int, int, int, int]


def _bottle(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    pen.rounded_rectangle((208, 50, 272, 96), 8, fill=colour)
    pen.polygon(((214, 96), (266, 96), (306, 170), (174, 170)), fill="#dbe7f3")
    pen.rounded_rectangle((174, 160, 306, 440), 22, fill="#dbe7f3")
    pen.rectangle((174, 210, 306, 350), fill=colour)
    return 174, 210, 306, 350


def _can(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    pen.rounded_rectangle((162, 80, 318, 430), 26, fill=colour)
    pen.ellipse((162, 62, 318, 104), fill="#cbd5e1")
    pen.ellipse((182, 70, 298, 96), fill="#e2e8f0")
    pen.ellipse((176, 170, 304, 340), fill="#ffffff")
    return 176, 170, 304, 340


def _carton(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    pen.polygon(((160, 130), (200, 70), (320, 70), (320, 130)), fill="#e2e8f0")
    pen.rectangle((160, 130, 320, 430), fill="#ffffff", outline="#cbd5e1", width=3)
    pen.rectangle((160, 200, 320, 340), fill=colour)
    return 160, 200, 320, 340


def _bag(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    pen.polygon(((150, 110), (330, 110), (346, 430), (134, 430)), fill=colour)
    pen.rectangle((150, 82, 330, 116), fill="#475569")
    pen.rounded_rectangle((172, 190, 308, 350), 14, fill="#ffffff")
    return 172, 190, 308, 350


def _roll(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    for left, top in ((96, 110), (246, 110), (96, 270), (246, 270)):
        pen.rounded_rectangle(
            (left, top, left + 138, top + 140), 30, fill="#ffffff", outline="#cbd5e1", width=3
        )
        pen.ellipse((left + 44, top + 40, left + 94, top + 100), fill="#e2e8f0")
    pen.rectangle((96, 200, 384, 320), fill=colour)
    return 96, 200, 384, 320


def _jug(pen: ImageDraw.ImageDraw, colour: str) -> Box:
    pen.rounded_rectangle((200, 54, 280, 110), 10, fill="#475569")
    pen.rounded_rectangle((140, 104, 340, 436), 40, fill=colour)
    pen.rounded_rectangle((282, 140, 318, 250), 16, fill="#f5f6f8")
    pen.rounded_rectangle((164, 262, 316, 396), 14, fill="#ffffff")
    return 164, 262, 316, 396


_SHAPES = {"bottle": _bottle, "can": _can, "carton": _carton, "bag": _bag, "roll": _roll, "jug": _jug}


def _write(pen: ImageDraw.ImageDraw, label: Box, product: Good) -> None:
    """The brand's initials in the middle of the label, in the colour that shows on it."""
    initials = "".join(word[0] for word in product.brand.split())[:2]
    middle = (label[0] + label[2]) // 2, (label[1] + label[3]) // 2
    ink = "#ffffff" if product.line.shape in {"bottle", "carton", "roll"} else "#1f2937"
    pen.text(middle, initials, fill=ink, font=ImageFont.load_default(72), anchor="mm")
