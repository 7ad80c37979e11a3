"""A whole instance from the first line printed to the last process gone."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platform_core.runner import programs
from platform_core.runner.assets import build_assets, has_assets, npm
from platform_core.runner.database import ensure_database
from platform_core.runner.environment import (
    chosen_port,
    instance_variables,
    read_env_file,
    superuser_url,
    with_process_variables,
    write_env_file,
)
from platform_core.runner.errors import StopRequested
from platform_core.runner.messages import compile_messages
from platform_core.runner.orphans import end_orphans
from platform_core.runner.places import CHECKOUT, Places, is_running, only_runner, open_places, remove_places
from platform_core.runner.postgres import start_postgres
from platform_core.runner.redis_server import start_redis
from platform_core.runner.reload import SourceWatch
from platform_core.runner.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from platform_core.runner.process import Child

WEB_START_S_MAX = 60
LOOK_S = 0.2
RELOAD_LOOK_S = 1.0
SIGNAL_EXIT_BASE = 128


@dataclass(frozen=True)
class Running:
    """Databases that answer, and the variables with which a program finds them."""

    places: Places
    supervisor: Supervisor
    env: dict[str, str]


def say(line: str) -> None:
    """Print a line for the person at the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def whisper(line: str) -> None:
    """Print a line beside the output of somebody else's command, whose standard output stays its own."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def run_instance(var: Path, *, is_dev: bool) -> None:
    """Start everything and stay until a stop signal; RunnerError when a part can't start or dies."""
    port = chosen_port()
    started = time.monotonic()
    places = open_places(var)
    try:
        with _held(places, say) as supervisor:
            programs.refuse_busy_port(port)
            running = _start_databases(supervisor, places, port=port, mode="dev")
            _prepare(running, is_dev=is_dev)
            _start_programs(running, port)
            _welcome(places, port, seconds=round(time.monotonic() - started))
            _trade_demo_year(running)
            if is_dev:
                _stay_and_reload(supervisor)
            _stay(supervisor)
    except StopRequested:
        say(f"Stopped. The data stays in {var}.")


def run_with_services(command: list[str], var: Path | None, *, is_fast: bool) -> int:
    """Run a command beside its own PostgreSQL and Redis; give its exit code (128 + number for a signal).

    Without `var` everything stands in a new folder that is removed at the end.
    """
    port = chosen_port()
    places = open_places(var or Path(tempfile.mkdtemp(prefix="dealerdesk-")))
    try:
        with _held(places, whisper) as supervisor:
            running = _start_databases(supervisor, places, port=port, mode="test", is_fast=is_fast)
            _compile_messages(supervisor)
            env = {**running.env, "SUPERUSER_DATABASE_URL": superuser_url(places)}
            return _shell_code(supervisor.run(programs.on_terminal(command, env)))
    except StopRequested:
        return SIGNAL_EXIT_BASE + signal.SIGINT
    finally:
        if var is None:
            remove_places(places)


def run_management_command(arguments: list[str], var: Path) -> int:
    """Run `manage.py` in the running instance, or beside its databases if none runs; give the exit code."""
    if is_running(var):
        env = {**os.environ, **read_env_file(var / "env")}
        os.chdir(CHECKOUT)
        os.execve(sys.executable, [sys.executable, "manage.py", *arguments], env)  # noqa: S606 - no shell is wanted
    places = open_places(var)
    try:
        with _held(places, whisper) as supervisor:
            running = _start_databases(supervisor, places, port=chosen_port(), mode="dev")
            return _shell_code(supervisor.run(programs.management_command(arguments, running.env)))
    except StopRequested:
        return SIGNAL_EXIT_BASE + signal.SIGINT


def build_everything(var: Path) -> None:
    """Compile translations and build the assets, without starting anything."""
    places = open_places(var)
    try:
        with Supervisor(say) as supervisor:
            _compile_messages(supervisor)
            _build_assets(supervisor, with_process_variables({}, places), places)
    except StopRequested:
        say("Stopped.")


def forget(var: Path) -> None:
    """Remove all data of this instance, also what stands outside `var`; RunnerError while it runs."""
    if not var.exists():
        return
    places = open_places(var)
    with only_runner(places):
        end_orphans(places)
        remove_places(places)


@contextmanager
def _held(places: Places, tell: Callable[[str], None]) -> Iterator[Supervisor]:
    """Own the data folder: no second runner, nothing left of a killed one, everything stopped at the end."""
    with only_runner(places), Supervisor(tell) as supervisor:
        ended = end_orphans(places)
        if ended:
            tell(f"Ended {ended} processes that a killed run had left behind")
        yield supervisor


def _start_databases(
    supervisor: Supervisor, places: Places, *, port: int, mode: str, is_fast: bool = False
) -> Running:
    supervisor.say(f"Starting PostgreSQL and Redis, data in {places.var}")
    start_postgres(supervisor, places, is_fast=is_fast)
    ensure_database(places)
    start_redis(supervisor, places)
    variables = instance_variables(places, port=port, mode=mode, is_debug=mode == "dev")
    write_env_file(variables, places.env_file)
    return Running(places, supervisor, with_process_variables(variables, places))


def _prepare(running: Running, *, is_dev: bool) -> None:
    """Bring translations, assets, schemas and the demo supplier up to date."""
    _compile_messages(running.supervisor)
    _build_assets(running.supervisor, running.env, running.places)
    if is_dev and has_assets():
        running.supervisor.start(npm(["run", "watch"], env=running.env, log=running.places.log("assets")))
    say("Preparing the schemas and the demo supplier")
    running.supervisor.step(programs.management_command(["prepare"], running.env))


def _start_programs(running: Running, port: int) -> None:
    say("Starting web, worker and beat")
    running.supervisor.start(programs.web(port, running.env, running.places))
    running.supervisor.start(programs.worker(running.env, running.places))
    running.supervisor.start(programs.beat(running.env, running.places))
    running.supervisor.wait_until(lambda: programs.listens(port), "The web server", WEB_START_S_MAX)


def _welcome(places: Places, port: int, seconds: int) -> None:
    """Print the addresses and logins that `manage.py prepare` wrote, or at least the address."""
    text = places.var / "welcome.txt"
    say("")
    say(text.read_text().rstrip() if text.exists() else f"http://localhost:{port}")
    say("")
    say(f"Ready after {seconds} s. Logs are in {places.var / 'log'}. Ctrl-C stops everything.")


def _trade_demo_year(running: Running) -> None:
    """Let the demo supplier's year happen while the site is in use already; nothing when it has happened."""
    if running.supervisor.run(programs.demo_year(running.env)):
        say("The demo's year was not finished; `make demo` goes on with it.")


def _stay(supervisor: Supervisor) -> None:
    """Watch the children until a stop signal."""
    while True:
        supervisor.pause(LOOK_S)


def _stay_and_reload(supervisor: Supervisor) -> None:
    """Restart the programs when code has changed; one that dies of a mistake waits for the next change."""
    watch = SourceWatch(CHECKOUT)
    mourned: set[Child] = set()
    while True:
        supervisor.pause(RELOAD_LOOK_S, but_not=programs.NAMES)
        for child in set(supervisor.dead()) - mourned:
            mourned.add(child)
            say(f"{child.obituary()}\nMend it: it is started again when a file has changed.")
        if watch.has_changed():
            say("Code has changed: restarting web, worker and beat")
            _compile_messages(supervisor)
            for name in programs.NAMES:
                supervisor.restart(name)


def _compile_messages(supervisor: Supervisor) -> None:
    compiled = compile_messages(CHECKOUT)
    if compiled:
        supervisor.say(f"Compiled {len(compiled)} translation files")


def _build_assets(supervisor: Supervisor, env: dict[str, str], places: Places) -> None:
    if has_assets():
        build_assets(supervisor, env, places.log("assets"))


def _shell_code(code: int) -> int:
    """Give the exit code a shell would give: a signal counts as 128 plus its number."""
    return code if code >= 0 else SIGNAL_EXIT_BASE - code
