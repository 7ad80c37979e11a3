"""Orders in bulk: a file of 1,000 orders, a pasted list of 1,000 rows, an order of 200 lines over REST."""

from __future__ import annotations

import time
from dataclasses import replace

from django.core.files.base import ContentFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platform_core.identity.models import User
from platform_core.imports import commands, working
from platform_core.imports.models import Import
from platform_core.kernel.context import serve
from platform_core.kernel.ids import new_uuid
from tenant_apps.dealers.models import Shop as DealerShop
from tenant_apps.logistics.models import Carrier
from tenant_apps.orders.commands.taking import take_order, upload_orders
from tenant_apps.orders.models import RawOrder
from tenant_apps.orders.queries.quotes import chosen_rows
from tenant_apps.orders.queries.taking import IMPORT, orders_preview
from tests.bench.figures import Figure, of_times, percentile, timed
from tests.bench.http import _ours
from tests.bench.money import UNCOUNTED
from tests.bench.servers import as_json, drive
from tests.bench.shop import ADDRESS, Shop, shop

ORDERS, LINES = 1_000, 5
PASTED, PASTES = 1_000, 10
SUBMITTED, SUBMITS = 200, 30
HEADINGS = (
    *("number", "shop", "carrier", "region1", "region2", "region3", "line1", "consignee", "mobile"),
    *("code", "quantity"),
)


def import_orders() -> list[Figure]:
    """5,000 rows to 1,000 raw orders and as many sales orders, by the worker that does it in real life."""
    there = shop()
    with serve(there.supplier):
        start = time.perf_counter()
        file = ContentFile(_table(there), name="orders.csv")
        preview = orders_preview(there.dora, file.file, "orders.csv", locale="en")
        checked = time.perf_counter() - start
        if not preview.table.is_clean:
            raise SystemExit(f"import_orders_5000: {preview.table.errors[0]}")
        row = upload_orders(actor=there.dora, kind=IMPORT, file=file, table=preview.table)
        commands.confirm(actor=there.dora, import_id=row.public_id)
        start = time.perf_counter()
        while Import.objects.get(pk=row.pk).state == "running":
            working.work(row.public_id)
        stored = time.perf_counter() - start
        placed = RawOrder.objects.filter(batch=row.public_id, state="submitted").count()
        if placed != ORDERS:
            raise SystemExit(f"import_orders_5000: {placed} of {ORDERS} orders were submitted")
        counts = {lines: _statements(there, lines) for lines in (1, 50)}
    said = (
        f"checked in {checked * 1000:.0f} ms; {counts[1]} statements an order of 1 line, {counts[50]} of 50"
    )
    each = round(stored * 1000 / ORDERS, 2)
    return [Figure("import_orders_5000", each, unit="ms/order", n=ORDERS, note=said)]


def _table(there: Shop) -> bytes:
    """1,000 orders of 5 lines each, as a file of 5,000 rows."""
    house = DealerShop.objects.filter(dealer=there.dealer).order_by("id").first()
    carrier = Carrier.objects.get(is_default=True).code
    place = (ADDRESS.region1, ADDRESS.region2, ADDRESS.region3, ADDRESS.line1, ADDRESS.consignee)
    mark = new_uuid().hex[:8]
    rows = [HEADINGS]
    for order in range(ORDERS):
        for line in range(LINES):
            code = f"P{(order * LINES + line) % len(there.skus):05d}-1"
            rows.append((f"{mark}-{order}", house.code, carrier, *place, ADDRESS.phone, code, "1"))
    return "\n".join(",".join(row) for row in rows).encode()


def _statements(there: Shop, lines: int) -> int:
    with CaptureQueriesContext(connections["default"]) as asked:
        take_order(actor=there.dora, operation_id=new_uuid(), wanted=there.wanted(lines))
    return len([q for q in asked.captured_queries if not q["sql"].upper().startswith(UNCOUNTED)])


def paste() -> list[Figure]:
    """Validate 1,000 pasted rows of code and quantity and show them on the pad, page and all."""
    there = shop()
    lines = "\n".join(f"P{n:05d}-1\t1" for n in range(PASTED))
    client = Client(HTTP_HOST=there.supplier.host)
    with serve(there.supplier):
        dora = User.objects.filter(login="dora")
        dora.update(must_change_password=False)
        client.force_login(dora.get())

    def sent() -> None:
        answer = client.post("/orders/pad/paste", {"lines": lines})
        if answer.status_code != 200:
            raise SystemExit(f"paste_1000: {answer.status_code}")

    sent()
    start = time.process_time()
    times = timed(sent, PASTES)
    # Wall times suffer from whatever else runs on the machine, computing time does not.
    cpu = (time.process_time() - start) * 1000 / PASTES
    with serve(there.supplier):
        names = {f"P{n:05d}-1" for n in range(PASTED)}
        checked = timed(lambda: chosen_rows(there.dora, there.dealer, names), PASTES)
    said = f"must: p95 < 1,000 ms; of it {percentile(checked, 0.5):.0f} ms to validate, the rest to show"
    return [replace(of_times("paste_1000", times, note=said), cpu_ms=round(cpu, 1))]


def submit() -> list[Figure]:
    """Place an order of 200 lines over REST, by one client."""
    there = shop()
    headers = {"Authorization": f"Bearer {there.dealer_key}"}
    chosen = [{"sku": sku, "quantity": "1"} for sku in there.skus[:SUBMITTED]]
    body = as_json({"lines": chosen, "address": ADDRESS.columns()})
    asks = lambda _client, _number: [("POST", "/api/v1/orders", body, headers)]  # noqa: E731
    with _ours() as ours:
        drive(ours, there.supplier.host, 4, asks, 5)
        done = drive(ours, there.supplier.host, 1, asks, SUBMITS)
    if done.errors:
        raise SystemExit(f"submit_200: {done.errors[0]}")
    return [of_times("submit_200", done.times_ms, note="must: p95 < 500 ms")]


BENCHES = {"import_orders_5000": import_orders, "paste_1000": paste, "submit_200": submit}
