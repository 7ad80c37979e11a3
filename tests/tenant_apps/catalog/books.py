"""Workbooks for tests, made as a person would: from the template's headings."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.catalog.rules import columns as sheet
from tenant_apps.catalog.rules.goods import Precision

PRECISION = Precision(price=2, quantity=0)


def row(code: str, **values: Any) -> dict[str, Any]:
    """A row with all that new goods need."""
    return {
        "merchant_code": code, "product_name": f"Goods {code}", "unit": "bottle",
        "wholesale_price": Decimal("1.5"), "retail_price": Decimal(2), **values,
    }  # fmt: skip


def book(*rows: dict[str, Any], locale: str = "en", only: set[str] | None = None) -> SimpleUploadedFile:
    """A workbook with these rows; `only` leaves other columns out."""
    columns = [c for c in sheet.columns(PRECISION) if only is None or c.key in only]
    out = io.BytesIO()
    write_xlsx(out, [Sheet("Goods", columns, rows)], locale=locale)
    return SimpleUploadedFile("goods.xlsx", out.getvalue())
