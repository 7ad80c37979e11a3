"""How much of a stranger's file we are ready to open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper bounds. Bytes, unless the name says rows, columns, cells, characters or a ratio.

    `cells_max` binds rows × columns of the used rectangle, which a reader holds in memory: two
    cells in opposite corners of a sheet would cost 17,179,869,184.
    """

    file_max: int = 20 * 1024 * 1024
    unpacked_max: int = 50 * 1024 * 1024
    ratio_max: int = 100
    members_max: int = 1_000
    rows_max: int = 50_000
    columns_max: int = 200
    cells_max: int = 2_500_000
    characters_max: int = 100_000_000
    errors_max: int = 500
