"""Files of strangers: checked, redrawn, kept under the supplier's own key, sent out so that nothing runs."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from platform_core.attachments import store, tasks
from platform_core.attachments.answers import answer
from platform_core.attachments.errors import FileRefused
from platform_core.attachments.models import Attachment
from platform_core.attachments.store import Purpose
from platform_core.jobs import base
from platform_core.kernel import clock
from platform_core.kernel.context import serve
from tenants.queries import active_suppliers

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOLID = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def drawn(kind="PNG", size=(40, 20), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def save(actor, content, name="a.png", purpose=Purpose.PICTURE, owner_id=1):
    with transaction.atomic():
        return store.save(
            SimpleUploadedFile(name, content),
            owner_kind="test",
            owner_id=owner_id,
            actor=actor,
            purpose=purpose,
        )


def opened(attachment, *, thumbnail=False):
    with store.open_file(attachment, thumbnail=thumbnail) as file:
        return Image.open(io.BytesIO(file.read()))


def files(root: Path):
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", SOLID)
def test_a_picture_is_kept_with_a_small_one_under_the_suppliers_key(olga, acme, media, kind):
    kept = save(olga, drawn(kind, (900, 300)), f"big.{SOLID[kind]}")

    assert kept.key == f"{acme.id}/{kept.sha256[:2]}/{kept.sha256}"
    assert (media / kept.key).stat().st_size == kept.size
    assert (opened(kept).format, opened(kept).size) == (kind, (900, 300))
    assert (opened(kept, thumbnail=True).format, opened(kept, thumbnail=True).size) == ("WEBP", (256, 85))
    assert (kept.actor_id, kept.actor_name) == (olga.id, olga.name)


def test_a_picture_is_turned_upright_and_loses_what_else_it_held(olga):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"

    kept = save(olga, drawn("JPEG", (40, 20), exif=exif) + b"<?php system(1)", "a.jpg")

    assert opened(kept).size == (20, 40)
    with store.open_file(kept) as file:
        content = file.read()
    assert b"secret place" not in content
    assert b"<?php" not in content


def test_a_huge_picture_is_made_smaller_and_transparency_stays(olga):
    kept = save(olga, drawn("PNG", (3000, 1500), "RGBA"), "a.png")

    assert (opened(kept).size, opened(kept).mode) == ((2000, 1000), "RGBA")


def png_bomb(width, height):
    """A PNG of a few bytes that claims to be enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "file_empty"),
        ("a.png", b"x" * (store.SIZE_MAX + 1), "file_too_large"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_type"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_type"),
        ("a.gif", drawn("GIF"), "picture_type"),
        ("a.html", drawn("PNG"), "picture_type"),
        ("a.pdf", b"%PDF-1.7", "picture_type"),
        ("a.jpg", drawn("PNG"), "picture_mismatch"),
        ("a.png", drawn("PNG", (400, 400))[:200], "picture_damaged"),
        ("a.jpg", drawn("JPEG", (400, 400))[:700], "picture_damaged"),
        ("a.png", png_bomb(7000, 7000), "picture_pixels"),
        ("a.png", png_bomb(60000, 60000), "picture_pixels"),
    ],
)
def test_what_is_no_harmless_picture_is_refused_at_its_field_and_not_kept(olga, media, name, content, code):
    with pytest.raises(FileRefused) as refusal:
        save(olga, content, name)

    (problem,) = refusal.value.problems
    assert (refusal.value.status, problem.pointer, problem.code) == (422, "/file", code)
    assert not Attachment.objects.exists()
    assert files(media) == []


def test_a_voucher_may_be_a_pdf_and_nothing_that_only_says_so(olga):
    kept = save(olga, b"%PDF-1.7 ...", "Slip 1.PDF", Purpose.VOUCHER)
    assert (kept.content_type, kept.thumbnail_key) == ("application/pdf", "")
    assert save(olga, drawn(), "slip.png", Purpose.VOUCHER).content_type == "image/png"

    with pytest.raises(FileRefused) as refusal:
        save(olga, b"<html>", "slip.pdf", Purpose.VOUCHER)
    assert [problem.code for problem in refusal.value.problems] == ["pdf_damaged"]


def test_a_name_is_no_path(olga):
    upload = SimpleUploadedFile("a.png", drawn())
    upload._name = "..\\..\\etc/x.png"
    with transaction.atomic():
        kept = store.save(upload, owner_kind="test", owner_id=1, actor=olga, purpose=Purpose.PICTURE)

    assert kept.name == "x.png"


def test_bytes_go_with_their_last_owner(olga, media, django_capture_on_commit_callbacks):
    first, second = save(olga, drawn(), owner_id=1), save(olga, drawn(), owner_id=2)
    assert first.key == second.key

    with django_capture_on_commit_callbacks(execute=True):
        store.delete([first])
    assert len(files(media)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        store.delete([second])

    assert files(media) == []
    assert not Attachment.objects.exists()


def test_answers_run_nothing(olga):
    shown = answer(save(olga, drawn(), "a.png"))
    sent = answer(save(olga, b"%PDF-1.7", "Beleg ü.pdf", Purpose.VOUCHER))

    for one in (shown, sent):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert one.headers["Cache-Control"].startswith("private")
        one.close()
    assert shown.headers["Content-Disposition"] == 'inline; filename="a.png"'
    assert sent.headers["Content-Disposition"] == "attachment; filename*=utf-8''Beleg%20%C3%BC.pdf"


def rolled_back(actor, content):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        save(actor, content)
        raise ZeroDivisionError


def sweep_after(**time):
    with clock.at(clock.now() + timedelta(**time)):
        return tasks.forget_unnamed.run()


def test_what_a_rolled_back_upload_left_is_removed_after_a_day(olga, media):
    kept = save(olga, drawn(size=(10, 10)))
    rolled_back(olga, drawn(size=(20, 20)))
    (media / kept.key).with_suffix(".unfinished").write_bytes(b"half")
    assert len(files(media)) == 5

    assert sweep_after(hours=23) == 0
    assert len(files(media)) == 5
    assert sweep_after(hours=25) == 3
    assert {str(path.relative_to(media)) for path in files(media)} == {kept.key, kept.thumbnail_key}
    assert sweep_after(hours=25) == 0


def test_a_file_saved_again_since_stays(olga, media):
    rolled_back(olga, drawn())
    kept = save(olga, drawn())

    assert sweep_after(days=30) == 0
    assert opened(kept).size == (40, 20)


def test_another_suppliers_files_are_not_looked_at(olga, acme, rival, media):
    theirs = media / rival.id / "ab" / "abc"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")

    assert sweep_after(days=30) == 0
    assert files(media) == [theirs]


def test_more_files_than_are_asked_at_once(olga, acme, media):
    folder = media / acme.id / "ab"
    folder.mkdir(parents=True)
    for number in range(450):
        (folder / str(number)).write_bytes(b"x")

    assert sweep_after(days=2) == 450
    assert files(media) == []


def test_each_suppliers_turn_comes_once_a_day(acme, monkeypatch):
    woken = []
    listening = Celery("listening", broker="memory://")
    monkeypatch.setattr(listening, "send_task", lambda name, **how: woken.append((name, how["headers"])))
    monkeypatch.setattr(base, "app", listening)
    suppliers = [one.id for one in active_suppliers()]
    assert len(suppliers) >= 2

    with serve(None):
        for tick in range(144):
            with clock.at(NOON + timedelta(minutes=10 * tick)):
                tasks.wake_in_turn.run()

    assert sorted(woken, key=str) == sorted(((tasks.FORGET, {"supplier": one}) for one in suppliers), key=str)


def test_another_storage_can_be_named(olga, settings):
    settings.ATTACHMENT_STORAGE = "tests.platform_core.test_attachments.InMemory"
    kept = save(olga, drawn())

    assert set(InMemory.kept) == {kept.key, kept.thumbnail_key}
    assert opened(kept).size == (40, 20)


class InMemory:
    """Another storage, as small as it can be."""

    kept: dict[str, bytes] = {}

    def put(self, key, data):
        self.kept[key] = data

    def open(self, key):
        return io.BytesIO(self.kept[key])

    def remove(self, key):
        self.kept.pop(key, None)

    def keys_before(self, prefix, instant):
        return [key for key in self.kept if key.startswith(prefix)]
