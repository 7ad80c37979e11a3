"""Which supplier answers for a host: process memory, then Redis, and SQL only to fill Redis.

A host nobody has is therefore answered without SQL (design.md §3 "Tenancy").
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import asdict
from typing import Any

import redis
import structlog

from platform_core.kernel.context import Serving
from platform_core.redis_client import redis_client
from tenants import queries

log = structlog.get_logger(__name__)
KEY = "dd:hosts"
COMPLETE = "ALL"  # a field that says: everything is in here; no host, because hosts are written small
HIT_SECONDS, MISS_SECONDS, KEPT_MAX = 10, 5, 50_000

_memory: OrderedDict[str, tuple[float, Serving | None]] = OrderedDict()


def bare(host: str) -> str:
    """The host without port, in lower case."""
    return host.rsplit(":", 1)[0].lower().rstrip(".")


def find(host: str) -> Serving | None:
    """The supplier of a bare host, or None. Sees a change within 10 seconds."""
    now = time.monotonic()
    kept = _memory.get(host)
    if kept and kept[0] > now:
        return kept[1]
    supplier = _look_up(host)
    _memory[host] = (now + (HIT_SECONDS if supplier else MISS_SECONDS), supplier)
    while len(_memory) > KEPT_MAX:
        _memory.popitem(last=False)
    return supplier


def publish(supplier_id: str) -> None:
    """Tell everybody of a supplier's hosts after they or its state changed."""
    hosts: dict[Any, Any] = {host: _pack(s) for host, s in queries.hosts(supplier_id)}
    forget()
    try:
        if hosts:
            redis_client().hset(KEY, mapping=hosts)
    except redis.RedisError:
        log.warning("hosts_not_published", supplier=supplier_id)


def reload_all() -> int:
    """Fill Redis from the domain table: at the start, and when Redis lost its memory; how many.

    Raises redis.RedisError. A host published while the table was read makes it read again:
    otherwise the older picture would overwrite the newer one.
    """
    client: Any = redis_client()
    return int(client.transaction(_fill, KEY, value_from_callable=True))


def _fill(pipeline: Any) -> int:
    mapping = {host: _pack(s) for host, s in queries.hosts()}
    mapping[COMPLETE] = "1"
    pipeline.multi()
    pipeline.delete(KEY)
    pipeline.hset(KEY, mapping=mapping)
    return len(mapping) - 1


def forget() -> None:
    """Empty this process's memory."""
    _memory.clear()


def _look_up(host: str) -> Serving | None:
    try:
        packed, complete = redis_client().hmget(KEY, [host, COMPLETE])
        if packed is None and complete is None:
            reload_all()
            packed = redis_client().hget(KEY, host)
    except redis.RedisError:
        log.warning("hosts_from_sql")
        return queries.serving_by_host(host)
    return Serving(**{**json.loads(packed), "extra": ()}) if packed else None


def _pack(supplier: Serving) -> str:
    return json.dumps(asdict(supplier))
