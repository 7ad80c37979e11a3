"""The life of a document, written as a table that can be read, tested and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class StepRefused(DomainError):
    """The document's state does not allow the step; nothing changed."""

    code = "step_refused"
    status = 409
    message = noop("This is not possible while the document is “{state}”. Load it again to see what is.")


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed move: from any of `sources` to one of `targets`, for whom."""

    name: str
    sources: frozenset[str]
    targets: tuple[str, ...]
    permission: str


class Flow:
    """All moves of one kind of document. Nothing else decides what may follow what."""

    def __init__(self, *steps: Step) -> None:
        self.steps = {step.name: step for step in steps}

    def check(self, state: str, name: str) -> Step:
        """The step, when the state allows it. Raises StepRefused (409) otherwise."""
        step = self.steps[name]
        if state not in step.sources:
            raise StepRefused(state=state, step=name)
        return step

    def target(self, state: str, name: str, chosen: str | None = None) -> str:
        """The state after the step. `chosen` picks where a step has several targets."""
        step = self.check(state, name)
        target = chosen or step.targets[0]
        assert target in step.targets, f"{name} never leads to {target}"
        return target

    def open_to(self, state: str, grants: Iterable[str]) -> list[str]:
        """Names of the steps that the state allows and the grants permit: a page's buttons."""
        held = frozenset(grants)
        return [s.name for s in self if state in s.sources and s.permission in held]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())


def step(name: str, sources: Iterable[str], targets: str | tuple[str, ...], permission: str) -> Step:
    """Write one row of the table."""
    several = (targets,) if isinstance(targets, str) else targets
    return Step(name, frozenset(str(s) for s in sources), tuple(str(t) for t in several), str(permission))
