"""The storage seam: files come in checked, lie under the supplier's own key, and go out by their row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO, Protocol

from django.conf import settings
from django.core.files.base import File
from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from platform_core.attachments.errors import refused
from platform_core.attachments.images import redraw
from platform_core.attachments.models import Attachment
from platform_core.db.locks import require_transaction
from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving

SIZE_MAX = 10 * 1024 * 1024
TABLE_SIZE_MAX = 20 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_NAME_LENGTH = 200
_AT_ONCE = 200
_PDF_MAGIC = b"%PDF-"


class Purpose(StrEnum):
    """What a file is for decides what it may be."""

    PICTURE = "picture"  # JPEG, PNG, WebP: redrawn, with a thumbnail
    VOUCHER = "voucher"  # a picture, or a PDF
    IMPORT = "import"  # a table between preview and confirmation; checked by `workbooks`


class Storage(Protocol):
    """Where bytes lie. `ATTACHMENT_STORAGE` names the class: a folder here, or S3-compatible."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key."""

    def open(self, key: str) -> BinaryIO:
        """The bytes as an open file."""

    def remove(self, key: str) -> None:
        """Forget the bytes."""

    def keys_before(self, prefix: str, instant: datetime) -> Iterable[str]:
        """The keys that begin so and whose bytes were kept before the instant."""


def save(
    file: File,  # type: ignore[type-arg]
    *,
    owner_kind: str,
    owner_id: int,
    actor: Actor,
    purpose: Purpose,
    position: int = 0,
    field: str = "file",
) -> Attachment:
    """Check the file, keep its bytes, and write its row in the caller's transaction.

    `field` is what a refusal points at. Raises FileRefused (422).
    """
    require_transaction()
    name = PurePath(str(file.name or "file").replace("\\", "/")).name[-_NAME_LENGTH:]
    data, content_type, thumbnail = _checked(_content(file, name, purpose, field), name, purpose, field)
    digest = hashlib.sha256(data).hexdigest()
    key = key_of(digest)
    thumbnail_key = key_of(hashlib.sha256(thumbnail).hexdigest()) if thumbnail else ""
    _hold({key, thumbnail_key})
    storage().put(key, data)
    if thumbnail:
        storage().put(thumbnail_key, thumbnail)
    return Attachment.objects.create(
        owner_kind=owner_kind,
        owner_id=owner_id,
        position=position,
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=digest,
        key=key,
        thumbnail_key=thumbnail_key,
        **actor_columns(actor),
    )


def open_file(attachment: Attachment, *, thumbnail: bool = False) -> BinaryIO:
    """The bytes of an attachment, or of its thumbnail. Raises FileNotFoundError."""
    return storage().open(attachment.thumbnail_key if thumbnail else attachment.key)


def delete(attachments: Iterable[Attachment]) -> None:
    """Delete the rows in the caller's transaction; after the commit the bytes nobody else names."""
    require_transaction()
    rows = list(attachments)
    keys = {key for row in rows for key in (row.key, row.thumbnail_key) if key}
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: _forget(keys), using=shard_alias())


def forget_unnamed(before: datetime) -> int:
    """Remove the served supplier's bytes that were kept before then and that no row names; how many.

    A `save` whose transaction was rolled back, or whose process died, left them behind.
    """
    forgotten = 0
    keys = iter(storage().keys_before(f"{serving().id}/", before))
    while some := set(islice(keys, _AT_ONCE)):
        unnamed = some - _named(some)
        if unnamed:
            _forget(unnamed)
        forgotten += len(unnamed)
    return forgotten


def of_owner(owner_kind: str, owner_id: int) -> QuerySet[Attachment]:
    """The files of one owner, in their order."""
    return Attachment.objects.filter(owner_kind=owner_kind, owner_id=owner_id).order_by("position", "id")


def storage() -> Storage:
    """The storage the settings name."""
    found: Storage = import_string(settings.ATTACHMENT_STORAGE)()
    return found


def key_of(digest: str) -> str:
    """`<supplier id>/<2 characters>/<sha256>`: one supplier's key is never another's."""
    return f"{serving().id}/{digest[:2]}/{digest}"


def _content(file: File, name: str, purpose: Purpose, field: str) -> bytes:  # type: ignore[type-arg]
    maximum = TABLE_SIZE_MAX if purpose is Purpose.IMPORT else SIZE_MAX
    # One byte more than allowed is read, whatever size the sender claims.
    data = bytes(file.read(maximum + 1))
    if len(data) > maximum:
        raise refused(field, "file_too_large", name=name, maximum=maximum // _MEGABYTE)
    if not data:
        raise refused(field, "file_empty", name=name)
    return data


def _checked(data: bytes, name: str, purpose: Purpose, field: str) -> tuple[bytes, str, bytes]:
    """The bytes to keep, their type and the thumbnail."""
    if purpose is Purpose.IMPORT:
        return data, "application/octet-stream", b""
    if purpose is Purpose.VOUCHER and PurePath(name).suffix.lower() == ".pdf":
        if not data.startswith(_PDF_MAGIC):
            raise refused(field, "pdf_damaged", name=name)
        return data, "application/pdf", b""
    picture = redraw(data, name, field=field)
    return picture.data, picture.content_type, picture.thumbnail


def _forget(keys: set[str]) -> None:
    """Remove bytes that no row names any more: the same picture may belong to several goods."""
    with transaction.atomic(using=shard_alias()):
        _hold(keys)
        for key in keys - _named(keys):
            storage().remove(key)


def _named(keys: set[str]) -> set[str]:
    """Those of the keys, and perhaps others, that rows name."""
    rows = Attachment.objects.filter(Q(key__in=keys) | Q(thumbnail_key__in=keys))
    return {key for pair in rows.values_list("key", "thumbnail_key") for key in pair}


def _hold(keys: set[str]) -> None:
    """Until the end of the transaction nobody else saves or forgets these bytes.

    Without it, a file saved again while its last owner is deleted would lose its bytes.
    """
    with connections[shard_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
            [sorted(key for key in keys if key)],
        )
