"""The demo supplier's goods: 60 products in 5 specs each, beverages and household."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of goods: its shelf, how it looks, its specs as (words, kg, cost, per case)."""

    category: str
    shape: str
    unit: str
    specs: tuple[tuple[str, str, str, int], ...]


_BOTTLE = (
    ("330 ml", "0.35", "0.78", 24),
    ("500 ml", "0.53", "1.05", 24),
    ("750 ml", "0.79", "1.62", 12),
    ("1 L", "1.05", "2.10", 12),
    ("1.5 L", "1.56", "2.85", 12),
)
_CAN = (
    ("200 ml", "0.22", "0.95", 24),
    ("330 ml", "0.36", "1.35", 24),
    ("330 ml zero", "0.36", "1.38", 24),
    ("500 ml", "0.53", "1.92", 24),
    ("6 × 330 ml", "2.15", "7.60", 4),
)
_CARTON = (
    ("200 ml", "0.21", "1.45", 24),
    ("250 ml", "0.27", "1.70", 24),
    ("500 ml", "0.53", "3.10", 12),
    ("1 L", "1.06", "5.60", 12),
    ("2 L", "2.10", "10.40", 6),
)
_BAG = (
    ("100 g", "0.12", "6.20", 20),
    ("250 g", "0.28", "13.50", 20),
    ("500 g", "0.55", "25.80", 10),
    ("1 kg", "1.08", "48.00", 10),
    ("40 sachets", "0.15", "9.90", 24),
)
_ROLL = (
    ("6 rolls", "0.72", "6.90", 12),
    ("10 rolls", "1.20", "10.80", 8),
    ("12 rolls", "1.42", "12.60", 8),
    ("24 rolls", "2.85", "24.20", 4),
    ("10 rolls soft", "1.25", "12.90", 8),
)
_JUG = (
    ("500 g", "0.55", "4.30", 12),
    ("1 kg", "1.06", "7.80", 12),
    ("2 kg", "2.10", "14.20", 6),
    ("3 kg", "3.15", "19.90", 4),
    ("5 kg", "5.20", "31.50", 2),
)

LINES = {
    "water": Line("Beverages/Water", "bottle", "bottle", _BOTTLE),
    "tea": Line("Beverages/Tea", "bottle", "bottle", _BOTTLE),
    "juice": Line("Beverages/Juice", "carton", "carton", _CARTON),
    "soda": Line("Beverages/Soft drinks", "can", "can", _CAN),
    "milk": Line("Beverages/Milk", "carton", "carton", _CARTON),
    "coffee": Line("Beverages/Coffee", "bag", "bag", _BAG),
    "paper": Line("Household/Paper", "roll", "pack", _ROLL),
    "laundry": Line("Household/Laundry", "jug", "bottle", _JUG),
    "kitchen": Line("Household/Kitchen", "jug", "bottle", _JUG),
    "bath": Line("Household/Bath", "jug", "bottle", _JUG),
}

# Brand, kind, English name, Chinese short name (found by its pinyin), price factor in percent.
_PRODUCTS = """
Clearbrook|water|Natural spring water|清泉天然水|100
Clearbrook|water|Sparkling water|清泉气泡水|125
Clearbrook|tea|Jasmine green tea|清泉茉莉绿茶|130
Clearbrook|tea|Oolong tea, no sugar|清泉无糖乌龙|135
Clearbrook|juice|Orange juice|清泉橙汁|120
Highpine|water|Mineral water|高松矿泉水|140
Highpine|water|Purified water|高松纯净水|80
Highpine|tea|Black tea with lemon|高松柠檬红茶|120
Highpine|soda|Ginger ale|高松姜汁汽水|105
Highpine|soda|Tonic water|高松汤力水|115
Sunny Grove|juice|Apple juice|阳光苹果汁|110
Sunny Grove|juice|Peach nectar|阳光水蜜桃汁|118
Sunny Grove|juice|Grape juice|阳光葡萄汁|125
Sunny Grove|juice|Mixed vegetables|阳光复合蔬菜汁|130
Sunny Grove|soda|Orange soda|阳光橙味汽水|95
Red Panda|soda|Cola|红熊猫可乐|100
Red Panda|soda|Lemon soda|红熊猫柠檬汽水|98
Red Panda|soda|Lychee soda|红熊猫荔枝汽水|102
Red Panda|soda|Energy drink|红熊猫能量饮料|180
Red Panda|tea|Milk tea|红熊猫奶茶|160
White Meadow|milk|Whole milk|白草原纯牛奶|100
White Meadow|milk|Low fat milk|白草原低脂牛奶|102
White Meadow|milk|Oat drink|白草原燕麦饮|140
White Meadow|milk|Soy milk|白草原豆奶|85
White Meadow|milk|Drinking yoghurt|白草原酸奶饮品|130
Night Train|coffee|House blend, ground|夜车拼配咖啡粉|100
Night Train|coffee|Dark roast beans|夜车深烘咖啡豆|125
Night Train|coffee|Yunnan single origin|夜车云南单品|150
Night Train|coffee|Decaf, ground|夜车低因咖啡粉|135
Night Train|coffee|Instant coffee|夜车速溶咖啡|70
Old Teahouse|coffee|Longjing leaf tea|老茶馆龙井|190
Old Teahouse|coffee|Tieguanyin leaf tea|老茶馆铁观音|170
Old Teahouse|coffee|Pu'er leaf tea|老茶馆普洱|160
Old Teahouse|tea|Chrysanthemum tea|老茶馆菊花茶|115
Old Teahouse|tea|Barley tea|老茶馆大麦茶|110
Cottonwood|paper|Toilet paper, 3 ply|木棉三层卷纸|100
Cottonwood|paper|Toilet paper, 4 ply|木棉四层卷纸|118
Cottonwood|paper|Kitchen roll|木棉厨房纸|125
Cottonwood|paper|Facial tissue|木棉抽纸|90
Cottonwood|paper|Paper napkins|木棉餐巾纸|75
Soft Cloud|paper|Bamboo toilet paper|柔云竹浆卷纸|130
Soft Cloud|paper|Wet wipes|柔云湿巾|140
Soft Cloud|paper|Pocket tissue|柔云手帕纸|85
Soft Cloud|bath|Shower gel|柔云沐浴露|160
Soft Cloud|bath|Hand soap|柔云洗手液|110
Brightside|laundry|Laundry liquid|亮净洗衣液|100
Brightside|laundry|Colour laundry liquid|亮净护色洗衣液|112
Brightside|laundry|Fabric softener|亮净柔顺剂|95
Brightside|laundry|Stain remover|亮净去渍剂|135
Brightside|laundry|Wool wash|亮净羊毛洗涤剂|130
Greenleaf|kitchen|Dish soap, lemon|绿叶柠檬洗洁精|85
Greenleaf|kitchen|Dish soap, sensitive|绿叶温和洗洁精|92
Greenleaf|kitchen|Degreaser|绿叶油污净|120
Greenleaf|kitchen|Floor cleaner|绿叶地板清洁剂|105
Greenleaf|kitchen|Glass cleaner|绿叶玻璃清洁剂|98
Harbour|bath|Shampoo, daily|海港日常洗发水|170
Harbour|bath|Shampoo, repair|海港修护洗发水|195
Harbour|bath|Conditioner|海港护发素|180
Harbour|bath|Bath salt|海港浴盐|140
Harbour|bath|Toilet cleaner|海港洁厕剂|75
"""


@dataclass(frozen=True, slots=True)
class Good:
    """One product of the demo."""

    code: str
    brand: str
    line: Line
    name: str
    chinese: str
    factor: Decimal


def products() -> list[Good]:
    """All products, in a fixed order."""
    found = []
    for place, row in enumerate(_PRODUCTS.strip().splitlines(), 1):
        brand, kind, name, chinese, percent = row.split("|")
        found.append(Good(f"P{place:03d}", brand, LINES[kind], name, chinese, Decimal(percent) / 100))
    return found


def rows() -> Iterator[dict[str, Any]]:
    """The goods workbook's rows: one per SKU, the product's columns on each."""
    for product in products():
        for place, (spec, kg, cost, case) in enumerate(product.line.specs, 1):
            wholesale = (Decimal(cost) * product.factor).quantize(CENT)
            yield {
                "product_code": product.code,
                "product_name": f"{product.brand} {product.name}",
                "short_name": product.chinese,
                "category": product.line.category,
                "brand": product.brand,
                "merchant_code": f"{product.code}-{place:02d}",
                "barcode": f"69{int(product.code[1:]):04d}{place:02d}00{place}",
                "spec": spec,
                "unit": product.line.unit,
                "pack_name": "case",
                "pack_units": Decimal(case),
                "weight_kg": Decimal(kg),
                "wholesale_price": wholesale,
                "retail_price": (wholesale * Decimal("1.65")).quantize(Decimal("0.1")),
                "tax_rate": Decimal(13),
                "multiple": Decimal(case if product.line.shape in {"bottle", "can"} else 1),
                "minimum": Decimal(case if product.line.shape in {"bottle", "can"} else 0),
                "enabled": True,
            }
