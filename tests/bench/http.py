"""Orders and catalogue over HTTP: 2 web workers against a bare DRF view, interleaved round by round."""

from __future__ import annotations

import json
import statistics
from dataclasses import replace

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants import hosts
from tenants.schemas.connect import owner_connection
from tests.bench.figures import Figure, percentile
from tests.bench.servers import Ask, Round, as_json, drive, serving_at
from tests.bench.shop import ADDRESS, Shop, shop

ROUNDS = 4
# Every thread of both workers has a connection of its own, which prepares its statements when it first
# meets them: once in ten minutes, so not what an order costs.
WARMING_CLIENTS, WARMING_EACH = 8, 40
ROW = {
    "code": "P1",
    "name": "Spring water",
    "unit": "bottle",
    "price": "1.30",
    "stock": "12",
    "weight": "0.55",
}


def orders() -> list[Figure]:
    """Place and review a 5-line order over REST, by 1 and by 16 clients; the baseline inserts one row."""
    there = shop()
    _bare_table()
    figures = []
    with (
        _ours() as ours,
        serving_at(
            "tests.bench.bare.app:application", DJANGO_SETTINGS_MODULE="tests.bench.bare.settings"
        ) as bare,
    ):
        for clients, each in ((1, 60), (16, 8)):
            asks = _placing(there)
            figures.append(
                _compared(
                    f"order_http_{clients}", there, ours, bare, clients, each, asks, _inserting, "orders/s"
                )
            )
    said = f"{_statements(there)} statements, "
    return [replace(figure, note=said + figure.note) for figure in figures]


def catalogue() -> list[Figure]:
    """50 SKUs with the dealer's price and stock out of 10,000; the baseline lists 50 rows."""
    there = shop()
    _bare_table()
    figures = []
    with (
        _ours() as ours,
        serving_at(
            "tests.bench.bare.app:application", DJANGO_SETTINGS_MODULE="tests.bench.bare.settings"
        ) as bare,
    ):
        for clients, each in ((1, 150), (16, 20)):
            asks = _listing(there)
            figures.append(
                _compared(
                    f"catalogue_http_{clients}",
                    there,
                    ours,
                    bare,
                    clients,
                    each,
                    asks,
                    _reading,
                    "requests/s",
                )
            )
    return figures


BENCHES = {"order_http": orders, "catalogue_http": catalogue}


def _ours():
    hosts.reload_all()
    return serving_at("platform_core.wsgi:application", DJANGO_SETTINGS_MODULE="platform_core.settings.base")


def _compared(name, there, ours, bare, clients, each, asks, baseline, unit) -> Figure:
    """Interleaved rounds after a warm-up of both; medians of the rounds."""
    host = there.supplier.host
    drive(ours, host, WARMING_CLIENTS, asks, WARMING_EACH)
    drive(bare, "localhost", WARMING_CLIENTS, baseline, WARMING_EACH)
    mine: list[Round] = []
    theirs: list[Round] = []
    for _ in range(ROUNDS):
        mine.append(drive(ours, host, clients, asks, each))
        theirs.append(drive(bare, "localhost", clients, baseline, each))
    errors = [error for one in [*mine, *theirs] for error in one.errors]
    if errors:
        raise SystemExit(f"{name}: {len(errors)} requests failed, the first: {errors[0]}")
    count = clients * each
    rate, base_rate = (statistics.median(count / one.seconds for one in rounds) for rounds in (mine, theirs))
    cpu, base_cpu = (
        statistics.median(one.cpu_seconds * 1000 / count for one in rounds) for rounds in (mine, theirs)
    )
    times = [t for one in mine for t in one.times_ms]
    return Figure(
        name,
        round(rate, 1),
        round(base_rate, 1),
        round(rate / base_rate, 3),
        unit,
        count * ROUNDS,
        round(percentile(times, 0.5), 1),
        round(percentile(times, 0.95), 1),
        round(percentile(times, 0.99), 1),
        round(cpu, 2),
        round(base_cpu, 2),
        f"cpu {cpu / base_cpu:.1f} × the baseline's",
    )


def _placing(there: Shop):
    headers = {"Authorization": f"Bearer {there.dealer_key}"}
    address = {**ADDRESS.columns()}

    def asks(client: int, number: int) -> list[Ask]:
        start = (client * 997 + number * 5) % len(there.skus)
        lines = [
            {"sku": there.skus[(start + place) % len(there.skus)], "quantity": "1"} for place in range(5)
        ]
        body = as_json({"lines": lines, "address": address})
        review = lambda answer: f"/api/v1/orders/{json.loads(answer)['id']}/review"  # noqa: E731
        return [("POST", "/api/v1/orders", body, headers), ("POST", review, b"{}", headers)]  # type: ignore[list-item]

    return asks


def _statements(there: Shop) -> int:
    """How many statements one order takes, who asks included, without BEGIN and COMMIT."""
    client = Client(HTTP_HOST=there.supplier.host)
    body = b""
    with CaptureQueriesContext(connections[there.supplier.shard]) as seen:
        for _, path, data, headers in _placing(there)(0, 0):
            target = path(body) if callable(path) else path
            body = client.post(target, data, content_type="application/json", headers=headers).content
    return len([query for query in seen.captured_queries if query["sql"] not in {"BEGIN", "COMMIT"}])


def _listing(there: Shop):
    headers = {"Authorization": f"Bearer {there.dealer_key}"}
    return lambda client, number: [("GET", "/api/v1/offers?limit=50", None, headers)]


def _inserting(client: int, number: int) -> list[Ask]:
    return [("POST", "/rows", as_json(ROW), {})]


def _reading(client: int, number: int) -> list[Ask]:
    return [("GET", "/rows", None, {})]


def _bare_table() -> None:
    """The baseline's one table, 10,000 rows, in a schema of its own."""
    with owner_connection("default") as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS bare; GRANT USAGE ON SCHEMA bare TO dd_app")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare.bare_row (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
            " code varchar(60), name varchar(160), unit varchar(20), price numeric(18,6),"
            " stock numeric(18,3), weight numeric(12,3))"
        )
        connection.execute("CREATE INDEX IF NOT EXISTS bare_code ON bare.bare_row (code)")
        if not connection.execute("SELECT 1 FROM bare.bare_row LIMIT 1").fetchone():
            connection.execute(
                "INSERT INTO bare.bare_row (code, name, unit, price, stock, weight) SELECT 'P' || g,"
                " 'Spring water ' || g, 'bottle', 1.3, 12, 0.55 FROM generate_series(1, 10000) g; ANALYZE bare.bare_row"
            )
