"""Finds and ends what a killed runner left behind in one data folder."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from platform_core.runner.process import MARKER

if TYPE_CHECKING:
    from platform_core.runner.places import Places

GRACE_S = 20


def end_orphans(places: Places) -> int:
    """End every process of this data folder, remove its stale sockets and pid file; give the number ended.

    Call it only while holding the lock of the folder: then no living runner owns them.
    """
    orphans = _orphans(places)
    for process in _without_followers(orphans):
        with suppress(psutil.NoSuchProcess):
            # INT is PostgreSQL's fast shutdown; TERM would wait for its sessions.
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    for process in orphans:
        with suppress(psutil.NoSuchProcess):
            # A process that was stopped with Ctrl-Z would sleep through the signal.
            process.resume()
    _, stubborn = psutil.wait_procs(orphans, timeout=GRACE_S)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=GRACE_S)
    # A pid file may name a number that meanwhile belongs to a stranger; nobody of ours is alive now.
    for stale in [places.pg_data / "postmaster.pid", places.redis_socket, *places.sockets.glob(".s.PGSQL.*")]:
        stale.unlink(missing_ok=True)
    return len(orphans)


def _orphans(places: Places) -> list[psutil.Process]:
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process for process in psutil.process_iter() if process.pid not in own and _belongs(process, places)
    ]


def _belongs(process: psutil.Process, places: Places) -> bool:
    """Tell servers by their working folder (they overwrite their environment), the rest by the marker."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.name() in {"postgres", "redis-server"}:
            return process.cwd() in {str(places.pg_data.resolve()), str(places.redis_data.resolve())}
        return bool(process.environ().get(MARKER) == str(places.var))
    except (psutil.Error, OSError):
        return False


def _without_followers(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Leave out children of another one in the list: their parent ends them in its own order."""
    pids = {process.pid for process in processes}
    leaders = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.ppid() not in pids:
                leaders.append(process)
    return leaders
