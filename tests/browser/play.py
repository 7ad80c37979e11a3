"""The two plays: whom and what the story is about, in English with euros and in Chinese with yuan."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from PIL import Image, ImageDraw

from platform_core.kernel.money import Currency, Money
from platform_core.web.formats import money_text
from platform_core.workbooks.columns import Column
from platform_core.workbooks.writing import Sheet, write_xlsx
from tenant_apps.catalog.rules.columns import columns as goods_columns
from tenant_apps.catalog.rules.goods import Precision
from tenant_apps.inventory.pages.stock import IMPORT_COLUMNS as STOCK
from tenant_apps.strategies.queries.freight_sheet import COLUMNS as FREIGHT
from tenant_apps.strategies.queries.goods_table import goods_columns as price_columns

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASSWORD, OWN_PASSWORD = "seven green bottles", "nine brown barrels"
# Code → (weight in kg, order multiple, wholesale, retail, price for the dealer, counted stock, ordered).
TRADE: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "W-550": ("0.6", "12", "0.92", "2", "1.35", "1000", "120"),
    "W-1500": ("1.6", "6", "2.1", "4", "2.8", "300", "30"),
    "T-500": ("0.5", "1", "2.4", "5", "3.2", "90", "10"),
}
# Comes in a pack of so many: the dealer orders this SKU by the pack.
PACKED, PACK, IN_PACK = "W-1500", "case", 6
# On stock, but in no strategy: no dealer sees it.
UNOFFERED = ("S-100", "0.2", "1", "3.1", "6", "50")


@dataclass(frozen=True)
class Play:
    """One language's cast and props. `goods` names product, category, brand, unit of each code."""

    language: str
    currency: str
    company: str
    owner: str
    language_name: str
    time_zone: str
    goods: Mapping[str, tuple[str, str, str, str]]
    warehouse: str
    carrier: str
    level: str
    strategy: str
    dealer: str
    dealer_person: str
    address: Mapping[str, str]
    country_label: str
    freight_area: Mapping[str, str]
    reasons: tuple[str, str]
    slug: str = ""

    @property
    def email(self) -> str:
        """The owner's."""
        return f"olga@{self.slug}.example"

    def money(self, amount: str) -> str:
        """As its pages write it."""
        with translation.override(self.language):
            return money_text(Money.parse(amount, Currency(self.currency)).minor, self.currency)

    def goods_workbook(self) -> bytes:
        """Four goods, as the template wants them."""
        stock = {code: facts[:4] for code, facts in TRADE.items()} | {UNOFFERED[0]: UNOFFERED[1:5]}
        rows = [
            {
                "product_name": self.goods[code][0], "category": self.goods[code][1],
                "brand": self.goods[code][2], "merchant_code": code, "unit": self.goods[code][3],
                "weight_kg": Decimal(weight), "multiple": Decimal(multiple), "minimum": Decimal(multiple),
                "wholesale_price": Decimal(wholesale), "retail_price": Decimal(retail),
                "pack_name": PACK if code == PACKED else None,
                "pack_units": Decimal(IN_PACK) if code == PACKED else None,
            }
            for code, (weight, multiple, wholesale, retail) in stock.items()
        ]  # fmt: skip
        return self._workbook(goods_columns(Precision(2, 0)), rows)

    def wrong_goods_workbook(self) -> bytes:
        """Text for a price in row 2, a code twice in rows 2 and 3, no name in row 4."""
        keys = ("product_name", "merchant_code", "unit", "wholesale_price", "retail_price")
        texts = [Column(one.key, one.en, one.zh) for one in goods_columns(Precision(2, 0)) if one.key in keys]
        rows = [
            dict(zip(keys, values, strict=True))
            for values in (
                ("One", "A-1", "box", "1", "cheap"),
                ("Two", "A-1", "box", "1", "2"),
                (None, "A-3", "box", "1", "2"),
            )
        ]
        return self._workbook(texts, rows)

    def stock_workbook(self) -> bytes:
        """What was counted."""
        counts = {code: facts[5] for code, facts in TRADE.items()} | {UNOFFERED[0]: UNOFFERED[5]}
        return self._workbook(
            STOCK, [{"merchant_code": code, "on_hand": Decimal(n)} for code, n in counts.items()]
        )

    def freight_workbook(self) -> bytes:
        """10 kg for 12.00, each further kg 0.50."""
        rate = {"first_kg": 10, "first_fee": 12, "range_1": 0, "unit_1": 1, "fee_1": Decimal("0.5")}
        cells = {key: Decimal(value) for key, value in rate.items()}
        return self._workbook(FREIGHT, [{**self.freight_area, **cells}])

    def price_workbook(self) -> bytes:
        """What the strategy's dealers pay."""
        rows = [
            {"merchant_code": code, "settlement_price": Decimal(facts[4])} for code, facts in TRADE.items()
        ]
        return self._workbook(price_columns(2), rows)

    def _workbook(self, columns: Sequence[Column], rows: list[dict[str, Any]]) -> bytes:
        out = io.BytesIO()
        write_xlsx(out, [Sheet("1", columns, rows)], locale=self.language)
        return out.getvalue()


def voucher() -> bytes:
    """A drawn payment slip."""
    picture = Image.new("RGB", (900, 600), "#f4f1e8")
    pen = ImageDraw.Draw(picture)
    for place in range(8):
        pen.line((80, 120 + 50 * place, 820, 120 + 50 * place), fill="#8a8574", width=2)
    pen.text((90, 60), "PAYMENT SLIP  500.00", fill="#20304a")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


ENGLISH = Play(
    language="en",
    currency="EUR",
    company="Northgate Drinks",
    owner="Olga Owner",
    language_name="English",
    time_zone="Europe/Amsterdam",
    goods={
        "W-550": ("Spring water 550 ml", "Drinks/Water", "Clearbrook", "bottle"),
        "W-1500": ("Spring water 1.5 l", "Drinks/Water", "Clearbrook", "bottle"),
        "T-500": ("Green tea 500 ml", "Drinks/Tea", "Leafwell", "bottle"),
        "S-100": ("Hand soap 100 g", "Household", "Pura", "piece"),
    },
    warehouse="Main warehouse",
    carrier="Quick Parcel",
    level="Silver",
    strategy="Standard prices",
    dealer="Corner Shop Utrecht",
    dealer_person="Dora de Vries",
    address={
        "consignee": "Dora de Vries", "phone": "+31 30 123 4567", "region2": "Utrecht",
        "postcode": "3511 AA", "line1": "Oudegracht 12",
    },
    country_label="Netherlands",
    freight_area={"country": "NL"},
    reasons=("Own truck was going there", "Two dented cases"),
)  # fmt: skip
CHINESE = Play(
    language="zh-hans",
    currency="CNY",
    company="北门饮料商行",
    owner="欧乐佳",
    language_name="简体中文",
    time_zone="Asia/Shanghai",
    goods={
        "W-550": ("天然泉水 550ml", "饮料/饮用水", "清溪", "瓶"),
        "W-1500": ("天然泉水 1.5L", "饮料/饮用水", "清溪", "瓶"),
        "T-500": ("绿茶 500ml", "饮料/茶", "叶好", "瓶"),
        "S-100": ("香皂 100g", "日化", "纯净", "块"),
    },
    warehouse="主仓库",
    carrier="顺达快递",
    level="银牌",
    strategy="标准价",
    dealer="西湖便利店",
    dealer_person="朵拉",
    address={
        "consignee": "朵拉", "phone": "13800138000", "region1": "浙江省", "region2": "杭州市",
        "region3": "西湖区", "line1": "文三路 1 号",
    },
    country_label="中国",
    freight_area={"country": "CN", "region1": "浙江省"},
    reasons=("顺路送货", "两箱有压痕"),
)  # fmt: skip
