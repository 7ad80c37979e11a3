"""500 orders in one bulk review through the API's door: ms in all, and statements per order."""

from __future__ import annotations

import statistics
from dataclasses import replace
from time import perf_counter

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platform_core.kernel.context import serve
from platform_core.kernel.ids import new_uuid
from tenant_apps.orders.commands.place import place_order
from tenants import hosts
from tests.bench.figures import Figure
from tests.bench.servers import as_json
from tests.bench.shop import Shop, shop

ORDERS = 500
ROUNDS = 3


def bulk_review() -> list[Figure]:
    """`POST /orders/review` with 500 ids of 5-line orders of one dealer: one wallet, shared stock rows."""
    there = shop()
    hosts.reload_all()
    times, counts = [], set()
    for place in range(ROUNDS + 1):
        ids = _waiting(there, ORDERS if place else 1)
        connection = connections[there.supplier.shard]
        # The log keeps the last 9,000 statements and placing the orders filled it: what is counted begins anew.
        connection.queries_log.clear()
        start = perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = _asked(there, ids)
        spent = (perf_counter() - start) * 1000
        refused = [row for row in answer["results"] if row["status"] != 200]
        if refused:
            raise SystemExit(f"bulk_review_500: {len(refused)} refused, the first: {refused[0]}")
        if place:
            times.append(spent)
            asked = [q for q in seen.captured_queries if q["sql"] not in {"BEGIN", "COMMIT"}]
            counts.add(round(len(asked) / ORDERS, 1))
    middle = statistics.median(times)
    note = f"{'/'.join(map(str, sorted(counts)))} statements and {middle / ORDERS:.1f} ms an order"
    return [
        Figure(
            "bulk_review_500",
            round(middle),
            n=ROUNDS,
            p50_ms=round(middle),
            p95_ms=round(max(times)),
            note=note,
        )
    ]


def _waiting(there: Shop, count: int) -> list[str]:
    with serve(there.supplier):
        # A nickname each: one batch has at most five orders of one.
        asked = [replace(there.wanted(5, 5 * n), nickname=f"Buyer {n}") for n in range(count)]
        orders = [
            place_order(actor=there.dora, operation_id=new_uuid(), wanted=one, source="api") for one in asked
        ]
        return [order.public_id for order in orders]


def _asked(there: Shop, ids: list[str]) -> dict:
    client = Client(HTTP_HOST=there.supplier.host)
    answer = client.post(
        "/api/v1/orders/review",
        as_json({"ids": ids}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {there.dealer_key}"},
    )
    return answer.json()


BENCHES = {"bulk_review_500": bulk_review}
