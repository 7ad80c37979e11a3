"""The real stack for the browser: web server and job worker as their own processes, beside the run's databases."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis

ROOT = Path(__file__).resolve().parents[2]
START_S_MAX = 120
STOP_S_MAX = 30
TAIL_LINES = 60


@dataclass(frozen=True)
class Program:
    """A started program and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


@dataclass(frozen=True)
class Stack:
    """What runs, where it answers, and the environment in which it finds its databases."""

    port: int
    env: dict[str, str]
    programs: tuple[Program, ...]

    @property
    def site(self) -> str:
        """The address of the public site."""
        return f"http://localhost:{self.port}"

    def home(self, slug: str) -> str:
        """The address of a supplier's host."""
        return f"http://{slug}.localhost:{self.port}"

    def manage(self, *words: str) -> str:
        """Run `manage.py`; what it printed. An exit code other than 0 fails the test with it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Start both, wait until both answer, stop both at the end."""
    port = free_port()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "platform_core.settings.base",
        "DEBUG": "1",
        "BASE_HOST": f"localhost:{port}",
        "POOL_SIZE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    _forget_waiting_tasks(env["REDIS_URL"])
    served = [
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--no-ws", "platform_core.wsgi:application",
    ]  # fmt: skip
    worked = ["celery", "-A", "platform_core.jobs", "worker", "--concurrency=1", "--loglevel=INFO"]
    with ExitStack() as end:
        web = _start("web", served, {**env, "DB_POOL": "4"}, folder, end)
        worker = _start("worker", worked, env, folder, end)
        _wait(web, lambda: _answers(port))
        _wait(worker, lambda: " ready." in worker.log.read_text(errors="replace"))
        yield Stack(port, env, (web, worker))


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _forget_waiting_tasks(url: str) -> None:
    """Earlier tests woke tasks for rows that were rolled back since."""
    with redis.Redis.from_url(url) as client:
        client.delete("celery")


def _start(name: str, words: list[str], env: dict[str, str], folder: Path, end: ExitStack) -> Program:
    log = folder / f"{name}.log"
    out = end.enter_context(log.open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=env,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    end.callback(_stop, process)
    return Program(name, process, log)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_S_MAX)
    # The session is its own: whoever of it is left, the workers of the pool too, ends here.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(program: Program, is_ready) -> None:
    end = time.monotonic() + START_S_MAX
    while not is_ready():
        assert program.process.poll() is None, f"{program.name} ended:\n{program.tail()}"
        assert time.monotonic() < end, f"{program.name} did not start:\n{program.tail()}"
        time.sleep(0.2)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": urlsplit(f"http://localhost:{port}").netloc})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
