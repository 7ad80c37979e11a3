"""Where something is, as far as freight and the choice of a warehouse look at it."""

from __future__ import annotations

from typing import Protocol


class Place(Protocol):
    """The part of an address that tells how near it is."""

    @property
    def country(self) -> str:
        """Two letters, ISO 3166."""

    @property
    def region1(self) -> str:
        """Province or state."""

    @property
    def region2(self) -> str:
        """City."""

    @property
    def region3(self) -> str:
        """District."""
