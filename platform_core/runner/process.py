"""One child process: how it is started, how it is stopped, and what its log said last."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from platform_core.runner.errors import RunnerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from platform_core.runner.places import Account

# Every child carries this variable with the data folder: so the next start finds what a kill -9 left.
MARKER = "DEALERDESK_RUNNER_OF"
LOG_BYTES_MAX = 10_000_000
TAIL_LINES = 15
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Spec:
    """How to run one program.

    `stop_signal` asks it to end in good order, `orphan_signal` is what the kernel sends it when
    the runner itself is killed; `grace_s` seconds later it is killed. Without `log` it writes to
    the terminal.
    """

    name: str
    argv: list[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    grace_s: int = 15


@dataclass(eq=False)
class Child:
    """A started program."""

    spec: Spec
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def exit_code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll()

    def stop(self) -> None:
        """End it and whatever it left in its process group; returns when all are gone."""
        if self.exit_code is None:
            self.process.send_signal(self.spec.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.spec.grace_s)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def obituary(self) -> str:
        """Say that it ended by itself, with the last lines of its log."""
        code = self.exit_code
        how = (
            f"was killed by signal {-code}"
            if code is not None and code < 0
            else f"ended with exit code {code}"
        )
        if self.spec.log is None:
            return f"{self.spec.name} {how}."
        return f"{self.spec.name} {how}. The end of {self.spec.log}:\n{tail(self.spec.log)}"


def start(spec: Spec) -> Child:
    """Start the program in a session of its own; RunnerError when it cannot be started."""
    try:
        with _open_log(spec.log) if spec.log else nullcontext() as log:
            process = subprocess.Popen(  # noqa: S603 - the programs are ours, or the person's own command
                spec.argv,
                cwd=spec.cwd,
                env=dict(spec.env),
                stdin=subprocess.DEVNULL if spec.log else None,
                stdout=log,
                stderr=subprocess.STDOUT if spec.log else None,
                start_new_session=True,
                user=spec.account.uid if spec.account else None,
                group=spec.account.gid if spec.account else None,
                extra_groups=[] if spec.account else None,
                preexec_fn=_die_with_runner(spec.orphan_signal),  # noqa: PLW1509 - safe: the runner has one thread
            )
    except (OSError, subprocess.SubprocessError) as error:
        message = (
            f"Cannot start {spec.name} ({spec.argv[0]}): {error}. Remove .venv and run `make run` again."
        )
        raise RunnerError(message) from error
    return Child(spec, process)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Give the last `lines` lines of a log, indented."""
    with suppress(OSError), log.open("rb") as handle:
        handle.seek(max(0, log.stat().st_size - 8_000))
        text = handle.read().decode(errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
    return "    (no log)"


def _open_log(log: Path) -> IO[bytes]:
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.1"))
    return log.open("ab")


def _die_with_runner(orphan_signal: signal.Signals) -> Callable[[], None]:
    """Ask the kernel, inside the new child, for `orphan_signal` when the runner dies."""
    runner = os.getpid()

    def ask() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(orphan_signal))
        # The runner may have died before the kernel was asked; then nobody would tell this child.
        if os.getppid() != runner:
            os._exit(1)

    return ask
