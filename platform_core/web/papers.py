"""Sends papers to the reader as a PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any, BinaryIO, cast

from django.http import FileResponse

from platform_core.papers.paper import Paper
from platform_core.papers.pdf import write_pdf

_IN_MEMORY = 4 * 1024 * 1024


def pdf_download(name: str, papers: Iterable[Paper]) -> FileResponse:
    """The papers as `name.pdf`, shown by the browser where it can; never kept by a cache."""
    file = _file()
    write_pdf(file, papers)
    file.seek(0)
    answer = FileResponse(file, filename=f"{name}.pdf", content_type="application/pdf")
    answer["Cache-Control"] = "no-store"
    return answer


def _file() -> BinaryIO:
    """A file in memory, on disk once it grows; the response closes it."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


def address_text(to: Any) -> str:
    """Where something goes, on one line: `to` has the `ADDRESS_FIELDS`. In China from large to small."""
    if to.country == "CN":
        return " ".join(filter(None, [to.region1, to.region2, to.region3, to.line1, to.line2, to.postcode]))
    place = " ".join(filter(None, [to.postcode, to.region2]))
    return ", ".join(filter(None, [to.line1, to.line2, place, to.region1, to.country]))
