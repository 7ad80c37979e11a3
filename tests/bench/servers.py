"""Starts web servers for the HTTP benches, drives them, and reads what CPU they used."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from tests.bench.figures import ROOT

WORKERS = 2
Ask = tuple[str, str, bytes | None, dict[str, str]]


@dataclass
class Server:
    """A running web server of 2 workers."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """CPU time of the server's processes so far, from /proc."""
        root = psutil.Process(self.process.pid)
        return sum(_cpu(one) for one in [root, *root.children(recursive=True)])


@dataclass
class Round:
    """What one round of requests came to."""

    seconds: float
    cpu_seconds: float
    times_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def serving_at(application: str, **env: str) -> Iterator[Server]:
    """Granian with 2 workers on a free port of the loopback; stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        "4",
        "--blocking-threads-idle-timeout",
        "600",
        "--log-level",
        "error",
        application,
    ]
    process = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, "DB_POOL": "4", "LOG_LEVEL": "WARNING", **env}
    )
    try:
        _wait(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def drive(server: Server, host: str, clients: int, asks: Callable[[int, int], list[Ask]], each: int) -> Round:
    """`clients` threads send `each` chains of requests; a chain's time is one measurement.

    `asks(client, number)` gives the first request; a callable in place of a path gets the last body.
    """
    result = Round(0, 0)
    lock = threading.Lock()

    def work(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for number in range(each):
            start = time.perf_counter()
            body: bytes = b""
            for method, path, data, headers in asks(client, number):
                target = path(body) if callable(path) else path
                connection.request(
                    method, target, data, {"Host": host, "Content-Type": "application/json", **headers}
                )
                answer = connection.getresponse()
                body = answer.read()
                if answer.status >= 400:
                    with lock:
                        result.errors.append(f"{answer.status} {body[:300]!r}")
            with lock:
                result.times_ms.append((time.perf_counter() - start) * 1000)
        connection.close()

    before = server.cpu_seconds() + postgres_cpu_seconds()
    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - start
    result.cpu_seconds = server.cpu_seconds() + postgres_cpu_seconds() - before
    return result


def postgres_cpu_seconds() -> float:
    """CPU time of the whole cluster, backends that ended included (they are the postmaster's children)."""
    for process in psutil.process_iter(["name", "cmdline"]):
        command = process.info["cmdline"] or []
        if process.info["name"] == "postgres" and "-D" in command and _ours(command):
            times = process.cpu_times()
            ended = times.children_user + times.children_system
            return ended + sum(_cpu(one) for one in [process, *process.children(recursive=True)])
    raise SystemExit("the cluster of this run was not found among the processes")


def _ours(command: list[str]) -> bool:
    return os.environ.get("DEALERDESK_VAR", "") in " ".join(command)


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(900):
        if process.poll() is not None:
            raise SystemExit("the web server did not start")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health", headers={"Host": "localhost"})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web server did not answer")


def as_json(value: object) -> bytes:
    """A request's body."""
    return json.dumps(value).encode()
