"""Document numbers: prefix, date in the supplier's time zone, a running part (decisions.md §5).

Drawn from a sequence: unique, not gap-free, never waiting for another transaction.
"""

from __future__ import annotations

from platform_core.db.fast import looked_up
from platform_core.kernel import clock
from platform_core.kernel.context import serving


def draw(prefix: str) -> str:
    """One number, for example `SO261121-1001`."""
    return draw_many(prefix, 1)[0]


def draw_many(prefix: str, count: int) -> list[str]:
    """Several numbers with one statement."""
    drawn = looked_up("SELECT nextval('document_number') FROM generate_series(1, %s)", [count])
    return [_number(prefix, running) for (running,) in drawn]


def draw_with_ids(prefix: str, count: int) -> tuple[str, list[int]]:
    """One number, and as many row ids, with one statement: for rows that refer to each other."""
    ((number, *ids),) = looked_up("SELECT nextval('document_number')" + ", nextval('row_id')" * count, [])
    return _number(prefix, number), ids


def _number(prefix: str, running: int) -> str:
    return f"{prefix}{clock.today(serving().timezone):%y%m%d}-{running}"
