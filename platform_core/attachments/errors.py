"""The ways a file is refused: each names the field and says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import Sentence, noop

SENTENCES: Mapping[str, Sentence] = {
    "file_empty": noop("The file {name} is empty."),
    "file_too_large": noop("The file {name} is larger than {maximum} MB. Choose a smaller one."),
    "picture_type": noop("{name} is not a picture that can be shown. Choose a JPEG, PNG or WebP file."),
    "picture_mismatch": noop("{name} holds a {found} picture. Give the file the ending that fits."),
    "picture_damaged": noop(
        "{name} is damaged. Open it in a picture program, save it again, then try again."
    ),
    "picture_pixels": noop("{name} has more than {maximum} million pixels. Make the picture smaller."),
    "pdf_damaged": noop("{name} is not a PDF file. Choose a picture or a PDF."),
}


class FileRefused(Invalid):
    """The file cannot be accepted; its problem names the field, the code and the remedy (422)."""

    code = "file_refused"
    message = noop("The file was not accepted.")


def refused(field: str, code: str, **facts: Any) -> FileRefused:
    """The refusal of one file at one field."""
    return FileRefused(problems=[FieldProblem(f"/{field}", code, SENTENCES[code], facts)])
