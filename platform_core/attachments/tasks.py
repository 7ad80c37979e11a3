"""Doors of the clock: files that no row names are removed, once a day for each supplier."""

from __future__ import annotations

from datetime import timedelta

from platform_core.attachments import store
from platform_core.jobs import base
from platform_core.kernel import clock

FORGET = "platform_core.attachments.tasks.forget_unnamed"
# Far longer than any upload takes: what is younger may belong to a transaction that is still open.
KEPT_UNNAMED = timedelta(days=1)
DAY_SECONDS, TICK_SECONDS = 24 * 3600, 600


@base.supplier_task(name=FORGET)
def forget_unnamed() -> int:
    """Remove the supplier's files that no row has named for a day; how many."""
    return store.forget_unnamed(clock.now() - KEPT_UNNAMED)


@base.control_task(name="platform_core.attachments.tasks.wake_in_turn")
def wake_in_turn() -> int:
    """Every ten minutes: wake the suppliers whose turn it is; how many."""
    return base.wake_in_turn(FORGET, period_seconds=DAY_SECONDS, tick_seconds=TICK_SECONDS)
