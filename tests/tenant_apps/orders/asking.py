"""What pages and programs send to order: the pad's form, the API's JSON."""

from __future__ import annotations

import json

from tenant_apps.catalog.models import Sku
from tests.factories.orders import ADDRESS

API = "/api/v1/orders"


def quantities(trade, **by_code):
    skus = {sku.merchant_code: sku.public_id for sku in Sku.objects.all()}
    return {f"quantity-{skus[code.replace('_', '-')]}": str(q) for code, q in by_code.items()}


def typed(trade, lines, **fields):
    return {"shop": trade.shop.code, "address": "new", **ADDRESS.columns(), **lines, **fields}


def body(lines=None, **fields):
    lines = lines if lines is not None else [{"merchant_code": "A-1", "quantity": "2"}]
    return {"lines": lines, "address": ADDRESS.columns(), **fields}


def send(client, method, path, data=None, **headers):
    call = getattr(client, method)
    return call(path, json.dumps(data or {}), content_type="application/json", headers=headers)
