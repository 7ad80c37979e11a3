"""The goods workbook: its columns in both languages, the same for template, import and export."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from platform_core.kernel.words import noop
from platform_core.workbooks.columns import Column, Kind
from tenant_apps.catalog.rules.goods import TEXT_LENGTHS, Precision

KEY = "merchant_code"
PRODUCT_KEYS = ("product_name", "short_name", "category", "brand", "origin", "remark")
SKU_TEXTS = ("barcode", "spec", "unit")
SKU_NUMBERS = ("weight_kg", "wholesale_price", "retail_price", "tax_rate", "multiple", "minimum")
PATH_LENGTH = 300
NAME_LENGTH = 80
ROWS_MAX = 20_000

NOTES = (
    noop("One row for each SKU. Rows are matched by merchant code: known codes are updated, others are new."),
    noop("A column that is missing, and a blank number or name, leaves what is stored as it is."),
    noop("A blank short name, category, brand, origin, barcode, spec or remark is emptied."),
    noop("Product columns stand on the first row of a product; further rows may leave them blank."),
)


def columns(precision: Precision) -> tuple[Column, ...]:
    """All columns. Those marked required are needed for new goods; an update needs the merchant code only."""
    texts = TEXT_LENGTHS
    return (
        Column("product_code", "Product code", "货品编码", max_length=texts["code"],
               help=noop("Several SKUs with one code are one product. Blank: the merchant code."),
               aliases=("商品编码",)),
        Column("product_name", "Product name", "货品名称", required=True, max_length=texts["name"],
               aliases=("商品名称",)),
        Column("short_name", "Short name", "货品简称", max_length=texts["short_name"]),
        Column("category", "Category", "分类", max_length=PATH_LENGTH,
               help=noop("Levels separated by “/”, such as Drinks/Water. Missing ones are created."),
               aliases=("货品分类",)),
        Column("brand", "Brand", "品牌", max_length=NAME_LENGTH, help=noop("Missing ones are created.")),
        Column("origin", "Origin", "产地", max_length=texts["origin"]),
        Column(KEY, "Merchant code", "商家编码", required=True, unique=True,
               max_length=texts["merchant_code"], help=noop("Never changes; other systems match on it.")),
        Column("barcode", "Barcode", "条码", max_length=texts["barcode"], aliases=("条形码",)),
        Column("spec", "Spec", "规格", max_length=texts["spec"], aliases=("规格名称",)),
        Column("unit", "Unit", "单位", required=True, max_length=texts["unit"],
               help=noop("The base unit that prices and stock are counted in.")),
        Column("pack_name", "Pack name", "包装名称", max_length=texts["unit"],
               help=noop("A named pack, such as case. It is added or changed; other packs stay.")),
        _number("pack_units", "Units per pack", "包装数量", precision.quantity),
        _number("weight_kg", "Weight (kg)", "重量(kg)", 3, aliases=("重量", "Weight")),
        _number("wholesale_price", "Wholesale price", "批发价", precision.price, required=True,
                help=noop("What the goods cost you; dealers never see it.")),
        _number("retail_price", "Retail price", "零售价", precision.price, required=True,
                help=noop("A reference for dealers.")),
        _number("tax_rate", "Tax %", "税率%", 3, maximum=Decimal(100), aliases=("税率", "Tax")),
        _number("multiple", "Order multiple", "订货倍数", precision.quantity),
        _number("minimum", "Order minimum", "起订量", precision.quantity),
        Column("enabled", "Enabled", "启用", Kind.BOOLEAN, help=noop("Blank: yes for new goods.")),
        Column("remark", "Remark", "备注", max_length=texts["remark"]),
    )  # fmt: skip


def readable(precision: Precision) -> tuple[Column, ...]:
    """The columns as a file must have them: only the code, so that a price list alone can be imported."""
    return tuple(replace(column, required=column.key == KEY) for column in columns(precision))


def examples(*, chinese: bool) -> list[dict[str, Any]]:
    """Two rows for the template's second sheet."""
    words = (
        ("农夫山泉饮用水", "饮料/饮用水", "农夫山泉", "瓶", "箱", "常温保存")
        if chinese
        else ("Spring water", "Drinks/Water", "Clearbrook", "bottle", "case", "Keep cool")
    )
    name, category, brand, unit, pack, remark = words
    first = {
        "product_code": "W-100", "product_name": name, "category": category, "brand": brand,
        "merchant_code": "W-100-550", "barcode": "6900000000017", "spec": "550 ml", "unit": unit,
        "pack_name": pack, "pack_units": Decimal(24), "weight_kg": Decimal("0.57"),
        "wholesale_price": Decimal("0.92"), "retail_price": Decimal(2), "tax_rate": Decimal(13),
        "multiple": Decimal(24), "minimum": Decimal(24), "enabled": True, "remark": remark,
    }  # fmt: skip
    second = {
        **first, "merchant_code": "W-100-1500", "barcode": "6900000000024", "spec": "1.5 L",
        "pack_units": Decimal(12), "weight_kg": Decimal("1.54"), "wholesale_price": Decimal("2.1"),
        "retail_price": Decimal(4), "multiple": Decimal(12), "minimum": Decimal(12),
    }  # fmt: skip
    return [first, second]


def _number(key: str, en: str, zh: str, places: int, **more: Any) -> Column:
    return Column(key, en, zh, Kind.DECIMAL, places=places, minimum=Decimal(0), **more)
