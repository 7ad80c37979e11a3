"""What higher apps need of dealers, inside their transaction."""

from __future__ import annotations

from platform_core.kernel.seeding import SeedFacts


def seed(facts: SeedFacts) -> None:
    """Lay the first rows of a new supplier."""
