"""Where one checkout keeps its running data, and which system user owns the database files."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from platform_core.runner.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
# Where our sources stand.
HOUSES = ("platform_core", "tenants", "tenant_apps", "billing", "public_site")
ACCOUNT_NAME = "dealerdesk"
FREE_BYTES_MIN = 500_000_000
# Linux allows 107 bytes in a socket address; the longest name in the folder is ".s.PGSQL.5432.lock".
SOCKET_FOLDER_BYTES_MAX = 107 - len("/.s.PGSQL.5432.lock")
# Where the database stands when root's checkout is in a folder no other user may enter (/root).
SHARED_HOME = Path("/var/lib/dealerdesk")


@dataclass(frozen=True)
class Account:
    """The system user PostgreSQL runs as, because it refuses to run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """Every folder and file of one running instance; `account` is None for an ordinary user."""

    var: Path
    account: Account | None
    home: Path
    sockets: Path

    @property
    def pg_data(self) -> Path:
        """The PostgreSQL cluster."""
        return self.home / "pg"

    @property
    def redis_data(self) -> Path:
        """Redis' working folder; nothing in it must survive."""
        return self.var / "redis"

    @property
    def redis_socket(self) -> Path:
        """The socket Redis listens on."""
        return self.sockets / "redis.sock"

    @property
    def env_file(self) -> Path:
        """The settings of the running instance, for a second shell."""
        return self.var / "env"

    def log(self, name: str) -> Path:
        """Give the log file of the child called `name`."""
        return self.var / "log" / f"{name}.log"


def default_var() -> Path:
    """Give the data folder of this checkout: $DEALERDESK_VAR, else `var` in the checkout."""
    return Path(os.environ.get("DEALERDESK_VAR") or CHECKOUT / "var").absolute()


def open_places(var: Path) -> Places:
    """Make the folders below `var` and say where everything stands; RunnerError when that cannot be."""
    try:
        for folder in (var, var / "log", var / "redis"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"Cannot create {error.filename}: {error.strerror}. Make it writable or set DEALERDESK_VAR."
        raise RunnerError(message) from error
    _check_free_space(var)
    account = _account() if os.geteuid() == 0 else None
    home = var
    if account is not None:
        var.chmod(stat.S_IMODE(var.stat().st_mode) | 0o011)
        if unreachable_parent(var, account) is not None:
            home = shared_home(var)
    places = Places(var=var, account=account, home=home, sockets=_socket_folder(var, home, account))
    if home != var:
        _leave_signpost(var / "pg", places.pg_data)
    return places


def unreachable_parent(path: Path, account: Account) -> Path | None:
    """Give the topmost folder on the way to `path` (inclusive) that `account` may not enter, or None."""
    for folder in [*reversed(path.parents), path]:
        status = folder.stat()
        if status.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return folder
    return None


def shared_home(var: Path) -> Path:
    """Give (and make) a folder outside `var` that belongs to it alone and that every user may enter."""
    home = SHARED_HOME / _short_name(var)
    try:
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        home.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        message = (
            f"PostgreSQL refuses to run as root and the user {ACCOUNT_NAME} cannot enter {var}: "
            f"put the checkout into a folder everybody may enter, or run as an ordinary user."
        )
        raise RunnerError(message) from error
    SHARED_HOME.chmod(0o755)
    home.chmod(0o755)
    return home


def hand_over(folder: Path, account: Account | None) -> None:
    """Make `folder` if needed, private to the user the database runs as."""
    folder.mkdir(exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def remove_places(places: Places) -> None:
    """Delete everything of a throw-away instance."""
    for folder in {places.sockets, places.home, places.var}:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def only_runner(places: Places) -> Iterator[None]:
    """Hold the lock of this data folder; a second runner is refused with one sentence."""
    with (places.var / "lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            message = (
                f"Dealerdesk already runs on {places.var} (process {holder}): "
                "stop it first, or use a second checkout with another PORT=."
            )
            raise RunnerError(message) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def is_running(var: Path) -> bool:
    """Whether a runner holds the lock of `var` right now."""
    with suppress(FileNotFoundError), (var / "lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wheel_folder(package: str) -> Path:
    """Give the folder of an installed package without importing it: some do work when imported."""
    found = find_spec(package)
    if found is None or found.origin is None:
        message = f"The package {package} is missing: remove .venv and run `make run` again."
        raise RunnerError(message)
    return Path(found.origin).parent


def _short_name(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var)).hexdigest()[:12]


def _check_free_space(var: Path) -> None:
    free = shutil.disk_usage(var).free
    if free < FREE_BYTES_MIN:
        message = (
            f"The disk of {var} has only {free // 1_000_000} MB left and Dealerdesk needs "
            f"{FREE_BYTES_MIN // 1_000_000} MB: free some space or point DEALERDESK_VAR to another disk."
        )
        raise RunnerError(message)


def _account() -> Account:
    """Give the system user for PostgreSQL, making it when this machine can."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    names = [ACCOUNT_NAME, "nobody"]
    if useradd is not None and not _known(ACCOUNT_NAME):
        subprocess.run(  # noqa: S603 - a fixed command
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
            check=False,
            capture_output=True,
        )
    for name in names:
        if _known(name):
            entry = pwd.getpwnam(name)
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    message = (
        "PostgreSQL refuses to run as root and there is no other user to run it as: "
        f"create one with `useradd --system {ACCOUNT_NAME}`, or run as an ordinary user."
    )
    raise RunnerError(message)


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _socket_folder(var: Path, home: Path, account: Account | None) -> Path:
    """Give a folder whose name is short enough for a socket, and which nobody else may enter."""
    folder = home / "run"
    if len(os.fsencode(folder)) > SOCKET_FOLDER_BYTES_MAX:
        temporary = tempfile.gettempdir()
        folder = Path(temporary if len(temporary) < SOCKET_FOLDER_BYTES_MAX // 2 else "/tmp")  # noqa: S108 - made private below
        folder /= f"dealerdesk-{_short_name(var)}"
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in _own_uids(account)):
        message = f"{folder} belongs to somebody else: remove it, or move the checkout to a shorter path."
        raise RunnerError(message)
    hand_over(folder, account)
    return folder


def _own_uids(account: Account | None) -> set[int]:
    return {os.geteuid()} if account is None else {os.geteuid(), account.uid}


def _leave_signpost(link: Path, target: Path) -> None:
    """Let `var/pg` point to the data, so that whoever looks there finds it."""
    if not link.is_symlink() and not link.exists():
        link.symlink_to(target)
