"""Public ids: a prefix that names the kind, and a UUIDv7 that sorts by time."""

from __future__ import annotations

import uuid

import uuid_utils

from platform_core.kernel import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def new_uuid() -> uuid.UUID:
    """A UUIDv7 (RFC 9562 §5.7) of the caller's clock, so that staged years sort rightly."""
    staged = clock.staged()
    if staged is None:
        return uuid.UUID(bytes=uuid_utils.uuid7().bytes)
    nanoseconds = int(staged.timestamp() * 1000) * 1_000_000
    return uuid.UUID(bytes=uuid_utils.uuid7(nanoseconds=nanoseconds).bytes)


def encode(prefix: str, value: uuid.UUID) -> str:
    """`ord_` and 26 characters of Crockford base 32, lower case: sorts as the UUID does."""
    number = value.int
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def new_id(prefix: str) -> str:
    """A fresh public id of a kind, for example `new_id("ord")`."""
    return encode(prefix, new_uuid())


class PublicId:
    """A default for a model's public id: picklable, comparable, so that migrations stay stable."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __call__(self) -> str:
        """A fresh id."""
        return new_id(self.prefix)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicId) and other.prefix == self.prefix

    def __hash__(self) -> int:
        return hash(self.prefix)

    def deconstruct(self) -> tuple[str, tuple[str], dict[str, str]]:
        """How a migration writes this default."""
        return "platform_core.kernel.ids.PublicId", (self.prefix,), {}
