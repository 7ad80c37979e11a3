"""The runner's parts without a process: places and ports, compiled catalogs, the lock files."""

from __future__ import annotations

import gettext
import os
import shutil
import time
from pathlib import Path

import pytest

from platform_core.runner import places
from platform_core.runner.environment import chosen_port
from platform_core.runner.errors import RunnerError
from platform_core.runner.messages import compile_messages

REPOSITORY = Path(__file__).resolve().parents[2]
SOCKET_ADDRESS_BYTES_MAX = 107


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=499_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(RunnerError) as refusal:
        places.open_places(tmp_path / "var")

    assert str(refusal.value) == (
        f"The disk of {tmp_path}/var has only 499 MB left and Dealerdesk needs 500 MB: "
        "free some space or point DEALERDESK_VAR to another disk."
    )


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "8000.0", "٣٠٠٠"])
def test_a_wrong_port_is_a_sentence(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(RunnerError, match="is not a port: give a number from 1 to 65535"):
        chosen_port()


def test_a_folder_others_may_not_enter_is_found(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "var").mkdir(parents=True)
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    stranger = places.Account(name="stranger", uid=54_321, gid=54_321)

    closed.chmod(0o700)
    barred = places.unreachable_parent(closed / "var", stranger)
    closed.chmod(0o711)
    open_way = places.unreachable_parent(closed / "var", stranger)

    assert (barred, open_way) == (closed, None)


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60) / "var"

    found = places.open_places(deep)

    assert len(str(found.sockets / ".s.PGSQL.5432.lock")) <= SOCKET_ADDRESS_BYTES_MAX
    assert found.sockets.stat().st_mode & 0o077 == 0
    places.remove_places(found)


def test_catalogs_are_compiled_once_and_again_after_a_change(tmp_path: Path) -> None:
    catalog = tmp_path / "shop" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "dealer"\nmsgstr "经销商"\n\n'
        'msgid "%(n)d order"\nmsgid_plural "%(n)d orders"\nmsgstr[0] "%(n)d 个订单"\n'
    )

    first, second = compile_messages(tmp_path), compile_messages(tmp_path)
    os.utime(catalog, ns=(time.time_ns() + 10**9, time.time_ns() + 10**9))
    third = compile_messages(tmp_path)

    with catalog.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert (first, second, third) == ([catalog], [], [catalog])
    assert words.gettext("dealer") == "经销商"
    assert words.ngettext("%(n)d order", "%(n)d orders", 5) == "%(n)d 个订单"


def test_a_broken_catalog_is_a_sentence(tmp_path: Path) -> None:
    catalog = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text('msgid "dealer"\nnonsense\n')

    with pytest.raises(RunnerError, match="is not a valid catalog"):
        compile_messages(tmp_path)

    assert not catalog.with_suffix(".mo").exists()


def test_both_lock_files_name_the_same_versions_and_no_address() -> None:
    runtime = (REPOSITORY / "requirements.txt").read_text()
    development = (REPOSITORY / "requirements-dev.txt").read_text()

    pins = {line.split()[0] for line in runtime.splitlines() if "==" in line}
    development_pins = {line.split()[0] for line in development.splitlines() if "==" in line}

    assert pins - development_pins == set()
    assert "://" not in runtime + development
