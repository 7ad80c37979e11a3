"""Cache keys that carry the supplier: one supplier's key is never another's."""

from __future__ import annotations

from platform_core.kernel.context import serving_or_none


def make_key(key: str, key_prefix: str, version: int) -> str:
    """`dd:<supplier or control>:<supplier's version>:<key>` (Django's KEY_FUNCTION)."""
    supplier = serving_or_none()
    owner = f"{supplier.id}:{supplier.version}" if supplier else "control:0"
    return f"dd:{owner}:{version}:{key_prefix}{key}"
