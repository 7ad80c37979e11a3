"""Dealerdesk's own programs: web server, job worker, beat and management commands, and how each is run."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING

from platform_core.runner.errors import RunnerError
from platform_core.runner.places import CHECKOUT, Places
from platform_core.runner.process import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
NAMES = ("web", "worker", "beat")
WEB_WORKERS = 2
BLOCKING_THREADS = 4
# Threads keep their database connection; ten minutes is the longest granian lets an idle one live.
THREAD_IDLE_S = 600
# One more than one supplier's tasks may take (settings.TASKS_RUNNING_PER_SUPPLIER).
JOB_PROCESSES = 3


def web(port: int, env: Mapping[str, str], places: Places) -> Spec:
    """Serve with granian, as in production."""
    options = {
        "interface": "wsgi",
        "host": HOST,
        "port": port,
        "workers": WEB_WORKERS,
        "blocking-threads": BLOCKING_THREADS,
        "blocking-threads-idle-timeout": THREAD_IDLE_S,
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return _module(
        "web", ["granian", *arguments, "--no-ws", "platform_core.wsgi:application"], _pooled(env), places
    )


def worker(env: Mapping[str, str], places: Places) -> Spec:
    """Run the job worker; without its runner it has no database and ends without waiting for tasks."""
    # Nobody listens to workers' events, and a worker that tells one repeats it for ever while Redis is
    # gone, deaf to every signal but KILL.
    silent = ["--without-heartbeat", "--without-gossip", "--without-mingle"]
    options = [f"--concurrency={JOB_PROCESSES}", "--loglevel=INFO", *silent]
    arguments = ["celery", "-A", "platform_core.jobs", "worker", *options]
    return _module("worker", arguments, env, places, orphan_signal=signal.SIGQUIT)


def beat(env: Mapping[str, str], places: Places) -> Spec:
    """Run the clock that wakes periodic jobs."""
    schedule = f"--schedule={places.var / 'beat-schedule'}"
    arguments = ["celery", "-A", "platform_core.jobs", "beat", schedule, "--pidfile=", "--loglevel=INFO"]
    return _module("beat", arguments, env, places)


def management_command(arguments: list[str], env: Mapping[str, str]) -> Spec:
    """Run `manage.py` on the terminal."""
    return on_terminal([sys.executable, "manage.py", *arguments], env, name=f"manage.py {arguments[0]}")


def demo_year(env: Mapping[str, str]) -> Spec:
    """Trade the demo's year on the terminal, yielding to whoever uses the site."""
    return on_terminal(["nice", sys.executable, "manage.py", "demo"], env, name="demo")


def on_terminal(argv: list[str], env: Mapping[str, str], name: str | None = None) -> Spec:
    """Run any program on the terminal; Ctrl-C reaches it as Ctrl-C."""
    return Spec(name=name or argv[0], argv=argv, env=env, cwd=CHECKOUT, stop_signal=signal.SIGINT)


def refuse_busy_port(port: int) -> None:
    """Raise RunnerError when something else listens on the port, or when this user may not."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            message = (
                f"Port {port} is reserved for root: choose one above 1023, for instance `make run PORT=8000`."
            )
            raise RunnerError(message) from error
        except OSError as error:
            message = (
                f"Port {port} is in use: stop what runs there, "
                f"or choose another with `make run PORT={port + 1}`."
            )
            raise RunnerError(message) from error


def listens(port: int) -> bool:
    """Whether the web server takes connections."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _pooled(env: Mapping[str, str]) -> dict[str, str]:
    """Let the web's threads share one pool of database connections per process (tenancy.md "Decided")."""
    return {"DB_POOL": str(BLOCKING_THREADS), **env}


def _module(
    name: str,
    arguments: list[str],
    env: Mapping[str, str],
    places: Places,
    orphan_signal: signal.Signals = signal.SIGTERM,
) -> Spec:
    argv = [sys.executable, "-m", *arguments]
    return Spec(
        name=name, argv=argv, env=env, cwd=CHECKOUT, log=places.log(name), orphan_signal=orphan_signal
    )
