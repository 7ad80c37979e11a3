"""Reviewing: how many statements, and how many a second on one wallet."""

from __future__ import annotations

import threading
import time

from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from platform_core.kernel.context import serve
from platform_core.kernel.ids import new_uuid
from tenant_apps.orders.commands.place import place_order
from tenant_apps.orders.commands.review import review_order
from tests.bench.figures import Figure
from tests.bench.shop import shop

UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")
CLIENTS, EACH = 12, 25


def statements() -> list[Figure]:
    """Statements of one review for 1, 10 and 200 lines."""
    there = shop()
    figures = []
    for lines in (1, 10, 200):
        with serve(there.supplier):
            order = place_order(
                actor=there.dora, operation_id=new_uuid(), wanted=there.wanted(lines), source="api"
            )
            with CaptureQueriesContext(connections["default"]) as asked:
                review_order(actor=there.dora, operation_id=new_uuid(), order_id=order.public_id)
        counted = [q for q in asked.captured_queries if not q["sql"].upper().startswith(UNCOUNTED)]
        figures.append(
            Figure(
                f"order_review_statements_{lines}",
                len(counted),
                unit="statements",
                note="must: the same, ≤ 25",
            )
        )
    return figures


def review_hot() -> list[Figure]:
    """12 clients review orders of one dealer; the baseline: as many bare UPDATEs of one row."""
    there = shop()
    orders = []
    with serve(there.supplier):
        for number in range(CLIENTS * EACH):
            wanted = there.wanted(3, start=number * 3)
            orders.append(place_order(actor=there.dora, operation_id=new_uuid(), wanted=wanted, source="api"))
    deadlocks: list[str] = []

    def review(client: int) -> None:
        for order in orders[client::CLIENTS]:
            with serve(there.supplier):
                try:
                    review_order(actor=there.dora, operation_id=new_uuid(), order_id=order.public_id)
                except OperationalError as error:
                    deadlocks.append(str(error))
        connections["default"].close()

    def update(client: int) -> None:
        for _ in range(EACH):
            with serve(there.supplier), connections["default"].cursor() as cursor:
                cursor.execute("UPDATE dealers_dealer SET remark = remark WHERE id = %s", [there.dealer.pk])
        connections["default"].close()

    ours, bare = _per_second(review), _per_second(update)
    note = f"{len(deadlocks)} deadlocks; must: 0"
    return [Figure("review_hot", ours, bare, round(ours / bare, 3), "reviews/s", CLIENTS * EACH, note=note)]


def _per_second(work) -> float:
    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(CLIENTS * EACH / (time.perf_counter() - start), 1)


BENCHES = {"order_review_statements": statements, "review_hot": review_hot}
