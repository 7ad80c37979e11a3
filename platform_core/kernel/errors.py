"""The ways the platform says no. A door maps `status`, `code` and `facts`; nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from platform_core.kernel.words import Sentence, noop


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong value: where it stands, its code and the sentence that tells what to do.

    `pointer` is a JSON pointer into the request (`/lines/3/quantity`); a page shows the
    sentence at the field of the same path.
    """

    pointer: str
    code: str
    message: Sentence
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)

    def below(self, place: str) -> FieldProblem:
        """The same problem where `place` is the part of a larger request (`/lines/3`)."""
        return replace(self, pointer=f"{place}{self.pointer}")


class DomainError(Exception):
    """A refusal that a person can act on. Subclasses name it; `facts` fill the sentence.

    Sources: RFC 9457 (problem details), `design.md` §3 "Errors".
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[Sentence] = noop("This is not possible.")

    def __init__(self, *, problems: Sequence[FieldProblem] = (), **facts: Any) -> None:
        self.facts = facts
        self.problems = tuple(problems)
        super().__init__(self.code)

    def __str__(self) -> str:
        return self.message.with_facts(self.facts)


class NotPermitted(DomainError):
    """The actor lacks a permission that the act needs."""

    code = "not_permitted"
    status = 403
    message = noop("You do not have the permission {permission}. Ask your administrator for it.")


class NotFound(DomainError):
    """The thing does not exist, or not for this actor: the two are never told apart."""

    code = "not_found"
    status = 404
    message = noop("There is no such {noun}.")


class Invalid(DomainError):
    """The input breaks a rule; `problems` names each field."""

    code = "invalid"
    status = 422
    message = noop("Some entries need a correction.")


class Conflict(DomainError):
    """Somebody else changed the record since it was read (`version`, RFC 9110 §13.1.1)."""

    code = "version_conflict"
    status = 412
    message = noop("This record was changed meanwhile. Load it again, then repeat your change.")
