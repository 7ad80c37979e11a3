"""What a refusal says, short enough to compare."""

from __future__ import annotations

from platform_core.kernel.errors import Invalid


def problems_of(error: Invalid) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.problems]
