"""Which supplier is this piece of work serving? Fails closed when nobody said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


class NoSupplier(RuntimeError):
    """Supplier data was touched without saying whose: a mistake of ours, never a fallback."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The plain, immutable facts a request or task needs to know of its supplier.

    `schema` and `shard` say where its rows live, `version` changes when its cache must be
    forgotten, `timezone` is an IANA name, `settings` what `tenants` keeps for all doors.
    """

    id: str
    schema: str
    shard: str
    slug: str
    name: str
    status: str
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    language: str = "en"
    version: int = 1
    host: str = ""
    extra: tuple[tuple[str, Any], ...] = ()


_serving: ContextVar[Serving | None] = ContextVar("serving", default=None)


def serving_or_none() -> Serving | None:
    """The supplier being served, or None in the control context."""
    return _serving.get()


def serving() -> Serving:
    """The supplier being served. Raises NoSupplier in the control context."""
    supplier = _serving.get()
    if supplier is None:
        raise NoSupplier("no supplier in this context")
    return supplier


@contextmanager
def serve(supplier: Serving | None) -> Iterator[None]:
    """Serve one supplier inside the block (None: the control context); restored after errors too."""
    token = _serving.set(supplier)
    try:
        yield
    finally:
        _serving.reset(token)
