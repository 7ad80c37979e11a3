"""Opens a workbook's archive without trusting it: nothing is unpacked before its size is known to be sane."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from platform_core.workbooks.errors import Refused
from platform_core.workbooks.limits import Limits

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A password-protected workbook is an OLE file with this stream in it.
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CENTRAL_ENTRY = b"PK\x01\x02"
_NESTED = re.compile(r"\.(zip|xlsx|xlsm|xlsb|docx|pptx|jar|gz|tgz|bz2|xz|7z|rar|tar)$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED_FLAG = 0x1
# Tiny parts (an empty relations file) may shrink to nearly nothing without being a bomb.
_RATIO_FLOOR = 256 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts of a workbook that passed the checks."""

    name: str
    _zip: zipfile.ZipFile
    _members: dict[str, zipfile.ZipInfo]

    def has(self, part: str) -> bool:
        """Whether the workbook has this part."""
        return part in self._members

    def read(self, part: str) -> bytes:
        """A part's content, never more than the size that was checked. Raises Refused when damaged."""
        try:
            return self._zip.read(self._members[part])
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise Refused("workbook_damaged", name=self.name) from error

    def copy_of(self, parts: Iterable[str]) -> io.BytesIO:
        """A new, uncompressed archive with these parts only.

        The parser gets this instead of the original, so what it unpacks is byte for byte what was
        checked: lying size fields, doubled members and parts nobody asked for stay behind.
        """
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
            for part in parts:
                if self.has(part):
                    target.writestr(part, self.read(part))
        copy.seek(0)
        return copy


def refuse_other_formats(data: bytes, name: str) -> None:
    """Raise Refused for old or encrypted Excel files, told by their first bytes."""
    if data.startswith(OLE_MAGIC):
        raise Refused("encrypted" if _OLE_ENCRYPTED in data else "old_excel", name=name)


def open_archive(data: bytes, name: str, limits: Limits) -> Archive:
    """Check the directory of an archive. Raises Refused for bombs, odd paths, nesting and passwords."""
    # Counted in the raw bytes first: a directory of a million entries costs seconds to parse.
    if data.count(_CENTRAL_ENTRY) > limits.members_max:
        raise Refused("archive_members", name=name, maximum=limits.members_max)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refused("workbook_damaged", name=name) from error
    members = archive.infolist()
    if len(members) > limits.members_max:
        raise Refused("archive_members", name=name, maximum=limits.members_max)
    for member in members:
        _check_member(member, name, limits)
    if sum(member.file_size for member in members) > limits.unpacked_max:
        raise Refused("archive_bomb", name=name)
    by_name = {member.filename: member for member in members}
    if len(by_name) != len(members):
        raise Refused("workbook_damaged", name=name)
    if "xl/workbook.xml" not in by_name:
        raise Refused("not_a_table", name=name)
    return Archive(name, archive, by_name)


def _check_member(member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    path = member.filename
    if path.startswith("/") or "\\" in path or _DRIVE.match(path) or ".." in path.split("/"):
        raise Refused("archive_path", name=name)
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise Refused("encrypted", name=name)
    if member.compress_type not in _METHODS:
        raise Refused("workbook_damaged", name=name)
    if _NESTED.search(path):
        raise Refused("archive_nested", name=name, part=path)
    if member.file_size > max(_RATIO_FLOOR, member.compress_size * limits.ratio_max):
        raise Refused("archive_bomb", name=name)
