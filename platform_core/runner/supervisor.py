"""Starts children one after the other, watches them, and stops all of them in reverse order."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Self

from platform_core.runner.errors import RunnerError, StopRequested
from platform_core.runner.process import Child, Spec, start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType, TracebackType

TICK_S = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """A `with` block: leaving it, for whatever reason, stops every child, the youngest first.

    A stop signal only sets a flag, so that no child can slip away between its birth and its
    entry in the list; every wait looks at the flag.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Take `say`, which prints a line for the person at the terminal."""
        self.say = say
        self._children: list[Child] = []
        self._is_stopping = False

    def __enter__(self) -> Self:
        """Take over the stop signals."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_stop_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all children, the youngest first."""
        while self._children:
            child = self._children.pop()
            self.say(f"Stopping {child.spec.name}")
            child.stop()

    def start(self, spec: Spec) -> Child:
        """Start a child that is to run until the end."""
        self._refuse_when_stopping()
        child = start(spec)
        self._children.append(child)
        return child

    def restart(self, name: str) -> None:
        """Stop the child of that name and start it again, keeping its place in the order."""
        for place, child in enumerate(self._children):
            if child.spec.name == name:
                child.stop()
                self._children[place] = start(child.spec)

    def run(self, spec: Spec) -> int:
        """Run a program to its end and give its exit code; the others are watched meanwhile."""
        return self._finish(spec).process.returncode

    def step(self, spec: Spec) -> None:
        """Run a program that must succeed; RunnerError with the end of its log otherwise."""
        child = self._finish(spec)
        if child.exit_code != 0:
            raise RunnerError(child.obituary())

    def wait_until(self, is_ready: Callable[[], bool], what: str, seconds_max: int) -> None:
        """Wait until `is_ready`; RunnerError when a child dies or the time is over."""
        deadline = time.monotonic() + seconds_max
        while not is_ready():
            if time.monotonic() > deadline:
                message = f"{what} did not answer within {seconds_max} seconds: look into the log folder."
                raise RunnerError(message)
            self.pause(TICK_S)

    def pause(self, seconds: float, but_not: Collection[str] = ()) -> None:
        """Sleep; StopRequested when a signal came, RunnerError when a child (`but_not` these) died."""
        time.sleep(seconds)
        self._refuse_when_stopping()
        for child in self._children:
            if child.exit_code is not None and child.spec.name not in but_not:
                raise RunnerError(child.obituary())

    def dead(self) -> list[Child]:
        """Give the children that have ended by themselves."""
        return [child for child in self._children if child.exit_code is not None]

    def _finish(self, spec: Spec) -> Child:
        child = self.start(spec)
        try:
            while child.exit_code is None:
                self.pause(TICK_S / 2, but_not=[spec.name])
        finally:
            child.stop()
            self._children.remove(child)
        return child

    def _refuse_when_stopping(self) -> None:
        if self._is_stopping:
            raise StopRequested

    def _on_stop_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
