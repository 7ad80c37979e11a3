"""Warehouses and carriers for tests: dull on purpose."""

from __future__ import annotations

from tenant_apps.logistics.models import Carrier, Warehouse


def make_warehouse(code: str = "W-1", **fields: object) -> Warehouse:
    """An own warehouse in Hangzhou without finance review."""
    place = {"country": "CN", "region1": "浙江省", "region2": "杭州市", "region3": "余杭区"}
    return Warehouse.objects.create(code=code, **{"name": f"Warehouse {code}", **place, **fields})


def make_carrier(code: str = "SF", **fields: object) -> Carrier:
    """A carrier."""
    return Carrier.objects.create(code=code, **{"name": f"Carrier {code}", **fields})
