"""The runner with real processes: a small checkout of its own, real PostgreSQL, Redis, granian and Celery."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from platform_core.runner.environment import read_env_file
from platform_core.runner.process import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
START_S_MAX = 90
EXIT_CODE = 7
# What the runner needs of a checkout, as small as it can be and still real.
FAKE_FILES = {
    "platform_core/__init__.py": "",
    "platform_core/wsgi.py": (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'hello dealer']\n"
    ),
    "platform_core/jobs/__init__.py": (
        "import os\n"
        "from celery import Celery\n"
        "app = Celery('fake', broker=os.environ['REDIS_URL'].replace('unix:', 'redis+socket:'))\n"
    ),
    "manage.py": (
        "import os, sys\n"
        "if sys.argv[1] == 'prepare':\n"
        "    open(os.path.join(os.environ['DEALERDESK_VAR'], 'welcome.txt'), 'w').write('Welcome, dealer\\n')\n"
        "    sys.exit(int(os.environ.get('FAKE_PREPARE_CODE', '0')))\n"
        "print('managed', sys.argv[1:], os.environ['BASE_HOST'])\n"
    ),
}


@dataclass(frozen=True)
class Checkout:
    """A small checkout, and how to run the runner in it."""

    root: Path
    port: int

    @property
    def var(self) -> Path:
        """Its data folder."""
        return self.root / "var"

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the runner."""
        strange = ("DEALERDESK_", "CONTROL_", "OWNER_", "SHARD_", "REDIS_", "DJANGO_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        return subprocess.Popen(
            [sys.executable, "-m", "platform_core.runner", *arguments],
            cwd=self.root,
            env={**env, "PORT": str(self.port), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def call(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Run the runner to its end; give exit code and output."""
        process = self.start(*arguments, **variables)
        output, _ = process.communicate(timeout=START_S_MAX)
        return process.returncode, output

    def start_and_wait(self) -> tuple[subprocess.Popen[str], list[str]]:
        """Start everything and wait for the line that says it is ready; give what was printed."""
        process = self.start("run")
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("Ready after"):
                return process, lines
        pytest.fail("the runner ended: " + "\n".join(lines))

    def processes(self) -> list[psutil.Process]:
        """Every living process of this checkout."""
        return [process for process in psutil.process_iter() if _belongs_to(process, self.root)]

    def wait_for_silence(self) -> None:
        """Wait until no process of this checkout lives."""
        deadline = time.monotonic() + START_S_MAX
        while alive := self.processes():
            assert time.monotonic() < deadline, alive
            time.sleep(0.1)


def _belongs_to(process: psutil.Process, root: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        folder = process.cwd()
        if folder == str(root) or folder.startswith(f"{root}/"):
            return True
        return process.environ().get(MARKER, "").startswith(str(root))
    except (psutil.Error, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    # Not below pytest's folder: that is private to its user, and its long name would hide the usual socket folder.
    root = Path("/tmp") / f"dd-{os.getpid()}-{time.monotonic_ns():x}"
    shutil.copytree(
        REPOSITORY / "platform_core/runner",
        root / "platform_core/runner",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name, content in FAKE_FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    small = Checkout(root, _free_port())
    yield small
    for process in small.processes():
        process.kill()
    shutil.rmtree(root)


def _get(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        return bytes(answer.read())


def _count_processes(checkout: Checkout, word: str) -> int:
    return sum(word in _command_line(process) for process in checkout.processes())


def _command_line(process: psutil.Process) -> str:
    """Nothing of one that ended since it was found: children come and go while the others are asked."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.mark.slow
def test_everything_starts_is_found_by_a_second_shell_and_stops_without_a_process_left(
    checkout: Checkout,
) -> None:
    runner, lines = checkout.start_and_wait()
    answer = _get(checkout.port)
    beats, workers = _count_processes(checkout, " beat "), _count_processes(checkout, " worker ")
    managed = checkout.call("manage", "--", "something", "--loud")
    second = checkout.call("run")

    runner.send_signal(signal.SIGTERM)
    rest, _ = runner.communicate(timeout=START_S_MAX)

    assert "Welcome, dealer" in lines
    assert answer == b"hello dealer"
    assert (beats, workers > 0) == (1, True)
    assert managed == (0, f"managed ['something', '--loud'] localhost:{checkout.port}\n")
    assert second == (
        1,
        (
            f"Dealerdesk already runs on {checkout.var} (process {runner.pid}): "
            "stop it first, or use a second checkout with another PORT=.\n"
        ),
    )
    traded = f"managed ['demo'] localhost:{checkout.port}"
    assert [line for line in rest.splitlines() if line != traded] == [
        "Stopping beat",
        "Stopping worker",
        "Stopping web",
        "Stopping redis",
        "Stopping postgres",
        f"Stopped. The data stays in {checkout.var}.",
    ]
    assert runner.returncode == 0
    assert checkout.processes() == []
    assert not (checkout.var / "pg" / "postmaster.pid").exists()


@pytest.mark.slow
def test_a_killed_runner_takes_its_children_along_and_the_next_start_finds_the_data(
    checkout: Checkout,
) -> None:
    runner, _ = checkout.start_and_wait()
    owner = read_env_file(checkout.var / "env")["OWNER_CONTROL_DATABASE_URL"]
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE public.kept AS SELECT 42 AS answer")
    runner.kill()
    runner.communicate()
    checkout.wait_for_silence()

    runner, _ = checkout.start_and_wait()
    with psycopg.connect(owner) as connection:
        kept = connection.execute("SELECT answer FROM public.kept").fetchone()
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=START_S_MAX)

    assert kept == (42,)
    assert runner.returncode == 0
    assert checkout.processes() == []


@pytest.mark.slow
def test_orphans_and_a_pid_file_naming_a_stranger_do_not_stop_the_next_start(checkout: Checkout) -> None:
    runner, _ = checkout.start_and_wait()
    family = psutil.Process(runner.pid).children()
    # A frozen child cannot obey the kernel's signal: it is what the next start has to find.
    (beat,) = [process for process in family if " beat " in _command_line(process)]
    beat.suspend()
    # Stopping is not done when the signal is sent: an unfrozen beat would die of the runner's death.
    while beat.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)
    (server,) = [process for process in family if process.name() == "postgres"]
    server.kill()
    runner.kill()
    runner.communicate()
    (checkout.var / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{checkout.var / 'pg'}\n")

    runner, lines = checkout.start_and_wait()
    runner.send_signal(signal.SIGTERM)
    runner.communicate(timeout=START_S_MAX)

    assert any(line.startswith("Ended ") for line in lines)
    assert not beat.is_running()
    assert runner.returncode == 0
    assert checkout.processes() == []


@pytest.mark.slow
def test_a_dying_child_is_named_with_its_log_and_stops_all(checkout: Checkout) -> None:
    runner, _ = checkout.start_and_wait()
    (beat,) = [process for process in checkout.processes() if " beat " in _command_line(process)]

    beat.kill()
    output, _ = runner.communicate(timeout=START_S_MAX)

    assert f"beat was killed by signal 9. The end of {checkout.var}/log/beat.log:" in output
    assert "Traceback" not in output
    assert runner.returncode == 1
    assert checkout.processes() == []


def test_a_failing_preparation_is_said_in_a_sentence_and_stops_all(checkout: Checkout) -> None:
    code, output = checkout.call("run", FAKE_PREPARE_CODE="3")

    assert "manage.py prepare ended with exit code 3." in output.splitlines()
    assert code == 1
    assert checkout.processes() == []


def test_a_busy_port_is_refused_before_anything_is_created(checkout: Checkout) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", checkout.port))
        holder.listen()

        code, output = checkout.call("run")

    assert (code, output) == (
        1,
        (
            f"Port {checkout.port} is in use: stop what runs there, or choose another "
            f"with `make run PORT={checkout.port + 1}`.\n"
        ),
    )
    assert not (checkout.var / "pg").exists()


def test_services_give_the_exit_code_of_the_command_and_leave_nothing(checkout: Checkout) -> None:
    script = f"import os; print(os.environ['DEALERDESK_VAR'], os.environ['DEALERDESK_ENV']); raise SystemExit({EXIT_CODE})"

    code, output = checkout.call("services", "--fast", "--", sys.executable, "-c", script)

    (line,) = [line for line in output.splitlines() if line.endswith(" test")]
    folder = Path(line.removesuffix(" test"))
    assert code == EXIT_CODE
    assert not folder.exists()
    assert Checkout(folder, checkout.port).processes() == []
    assert not checkout.var.exists()


def test_roles_can_do_what_they_are_for_and_nothing_else(checkout: Checkout) -> None:
    script = checkout.root / "roles.py"
    script.write_text(ROLES_SCRIPT)

    code, output = checkout.call("services", "--fast", "--", sys.executable, "roles.py")

    assert code == 0, output


# Runs beside the databases: psql's questions, asked as each role.
ROLES_SCRIPT = """
import gettext
import os
import psycopg

def as_role(name, statement):
    with psycopg.connect(os.environ[name], autocommit=True) as connection:
        try:
            cursor = connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return "refused"
        return cursor.fetchone() if cursor.description else "done"

app, owner = "CONTROL_DATABASE_URL", "OWNER_CONTROL_DATABASE_URL"
expected = [
    (owner, "CREATE TABLE public.one (id bigserial, name text)", "done"),
    (owner, "CREATE SCHEMA two", "done"),
    (app, "INSERT INTO public.one (name) VALUES ('first')", "done"),
    (app, "SELECT name FROM public.one", ("first",)),
    (app, "CREATE TABLE public.three (id int)", "refused"),
    (app, "CREATE TABLE ext.three (id int)", "refused"),
    (app, "CREATE SCHEMA three", "refused"),
    (app, "TRUNCATE public.one", "refused"),
    (app, "CREATE TEMP TABLE three (id int)", "refused"),
    (app, "SELECT ext.similarity('abc', 'abc')::int", (1,)),
    (app, "SELECT cardinality(ext.show_trgm('康师傅')) > 0", (True,)),
    (owner, "CREATE ROLE four", "refused"),
    (app, "SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname LIKE 'dd_%'", (False,)),
    (app, "SHOW synchronous_commit", ("on",)),
    (app, "SHOW max_connections", ("300",)),
    (app, "SHOW listen_addresses", ("",)),
    (app, "SHOW server_encoding", ("UTF8",)),
    (app, "SELECT datctype FROM pg_database WHERE datname = current_database()", ("C.UTF-8",)),
]
for role, statement, answer in expected:
    assert as_role(role, statement) == answer, (role, statement, as_role(role, statement))
"""
