"""What caused a movement of stock or money, opaque to the app that books it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a higher app: its kind ("order"), its row id and its number for people."""

    kind: str
    id: int
    number: str = ""
