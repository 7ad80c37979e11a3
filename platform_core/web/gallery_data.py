"""What the gallery shows: made-up trade of a beverage wholesaler, enough of it to fill a page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from platform_core.kernel.money import Currency, Money
from platform_core.web.list_columns import ListColumn, ListColumns
from platform_core.web.navigation import Account, Brand, NavGroup, NavItem
from platform_core.web.tones import STATE_TONES

AT: Final = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)
TOTAL: Final = Money(12_345_650, Currency.CNY)
LOSS: Final = Money(-31_840, Currency.CNY)
ALL_STATES: Final = sorted(STATE_TONES)
COLUMNS: Final = ListColumns(
    ListColumn("number", "Number 单号", sort="number", fixed=True),
    ListColumn("dealer", "Dealer 分销商", sort="dealer"),
    ListColumn("state", "State 状态", sort="state"),
    ListColumn("placed", "Placed 下单", sort="placed_at"),
    ListColumn("lines", "Lines 行", numeric=True),
    ListColumn("weight", "Weight 重量", numeric=True),
    ListColumn("freight", "Freight 运费", sort="freight", numeric=True, shown=False),
    ListColumn("goods", "Goods 货款", sort="goods", numeric=True, priced=True),
    order="-number",
)

_DEALERS: Final = (
    "Hongyun Trading 鸿运商贸",
    "Lakeside Market",
    "Jinlong Supermarket 金龙超市",
    "Corner & Co.",
    "北方百货批发部",
    "Sunrise Convenience",
    "Xinxin Beverage 新鑫饮品",
    "Harbor Provisions Ltd",
    "<b>Hostile</b> & Sons",
    "Mei's Teahouse 梅香茶楼",
)
_STATES: Final = (
    "pending_review",
    "pending_finance",
    "approved",
    "partly_shipped",
    "shipped",
    "completed",
    "cancelled",
)
_GOODS: Final = (
    ("Spring water 550 ml 矿泉水", "24 × 550 ml", "18.5", "13.2"),
    ("Jasmine tea 500 ml 茉莉花茶", "15 × 500 ml", "32.4", "7.9"),
    ("Oolong tea, no sugar 无糖乌龙茶", "15 × 500 ml", "41", "7.9"),
    ("Orange juice 1 l 橙汁", "12 × 1 l", "68.25", "12.6"),
    ("Cola 330 ml 可乐", "24 × 330 ml", "39.9", "8.6"),
    ("Oat milk 1 l 燕麦奶", "6 × 1 l", "54", "6.5"),
    ("Dish soap, lemon 洗洁精柠檬", "12 × 500 g", "57.6", "6.6"),
    ("Laundry liquid 3 kg 洗衣液", "4 × 3 kg", "88.8", "12.5"),
    ("Tissue, 3 ply 抽纸", "24 packs", "45.125", "4.2"),
    ("Bin bags 垃圾袋", "50 rolls", "62.333333", "5.75"),
    ("Toothpaste, mint 薄荷牙膏", "48 × 120 g", "211.2", "6.4"),
    ("Soy sauce 酱油", "12 × 500 ml", "73.2", "9.6"),
)

ORDERS: Final[list[Mapping[str, Any]]] = [
    {
        "id": f"ord_{n:04}",
        "number": f"SO-20261121-{n:04}",
        "dealer": _DEALERS[n % len(_DEALERS)],
        "state": _STATES[n * 5 % len(_STATES)],
        "lines": n * 7 % 40 + 1,
        "weight": Decimal(n * 137 % 900) / 4,
        "goods": Money(n * 7919 % 900_000 + 4_500, Currency.CNY),
        "freight": Money(n * 311 % 9_000, Currency.CNY),
        "placed_at": AT - dt.timedelta(hours=n * 7),
    }
    for n in range(1, 148)
]
SKUS: Final[list[dict[str, str]]] = [
    {
        "sku": f"sku_{n:02}",
        "code": f"BV-{1000 + n * 7}",
        "name": _GOODS[n % len(_GOODS)][0],
        "spec": _GOODS[n % len(_GOODS)][1],
        "unit": "case",
        "price": _GOODS[n % len(_GOODS)][2],
        "price_text": _GOODS[n % len(_GOODS)][2],
        "weight_text": _GOODS[n % len(_GOODS)][3],
        "available_bound": str(n * 53 % 600 + 12),
        "available_text": str(n * 53 % 600 + 12),
        "multiple": "6" if n % 4 == 1 else "",
        "minimum": "12" if n % 4 == 1 else "",
    }
    for n in range(1, 31)
]
TABS: Final = [
    {"label": "All 全部", "url": "?", "active": True, "count": 1482},
    {"label": "To review 待审核", "url": "?state=pending_review", "active": False, "count": 12},
    {"label": "Finance review 待财审", "url": "?state=pending_finance", "active": False, "count": 3},
    {"label": "Shipped 已发货", "url": "?state=shipped", "active": False, "count": None},
]
STEPS: Final = [
    {"label": "Upload 上传", "state": "done"},
    {"label": "Check 检查", "state": "current", "hint": "3 errors"},
    {"label": "Confirm 确认", "state": "todo"},
]
FIRST_STEPS: Final = [
    {"label": "Import goods 导入货品", "state": "done", "hint": "312 SKUs"},
    {"label": "Warehouse and stock 仓库与库存", "state": "done", "hint": "Shanghai"},
    {"label": "Freight 运费", "state": "failed", "hint": "Two regions are not covered"},
    {
        "label": "First dealer 首个分销商",
        "state": "current",
        "url": "#",
        "hint": "Name, level, goods strategy",
    },
    {"label": "First order 首张订单", "state": "todo"},
]
HISTORY: Final = [
    {"at": AT - dt.timedelta(hours=5), "who": "Dora Chen", "label": "Placed 下单", "tone": "info"},
    {
        "at": AT - dt.timedelta(hours=4),
        "who": "Sam Okoro",
        "label": "Reviewed 审核",
        "tone": "review",
        "on_behalf_of": "Dora Chen",
    },
    {
        "at": AT - dt.timedelta(hours=2),
        "who": "Olga Ivanova",
        "label": "Freight adjusted 调整运费",
        "tone": "warn",
        "reason": "Pallet instead of parcels; agreed by phone. 改用托盘，已电话确认。",
        "changes": [
            {
                "label": "Freight 运费",
                "before": Money(32_050, Currency.CNY),
                "after": Money(18_000, Currency.CNY),
            },
            {
                "label": "Total 合计",
                "before": Money(1_266_615, Currency.CNY),
                "after": Money(1_252_565, Currency.CNY),
            },
        ],
    },
    {"at": AT, "who": "Olga Ivanova", "label": "Approved 财审通过", "tone": "good"},
]
IMPORT_ERRORS: Final = [
    {
        "row": 4,
        "column": "C · Price 价格",
        "value": "twelve",
        "message": "Write a number, for example 12.50. 请填写数字，例如 12.50。",
    },
    {
        "row": 17,
        "column": "A · Code 编码",
        "value": "BV-1007",
        "message": "The code stands in row 9 already. 编码与第 9 行重复。",
    },
    {
        "row": 212,
        "column": "F · Weight 重量",
        "value": "-3",
        "message": "The weight may not be negative. 重量不能为负。",
    },
]


def icon_names() -> list[str]:
    """All icons of the sprite."""
    listed: list[str] = json.loads((Path(__file__).parent / "assets/icons.json").read_text(encoding="utf-8"))
    return listed


def frame(*, portal: bool) -> dict[str, Any]:
    """What stands around the page: navigation, brand, account, balance."""
    return {
        "navigation": _portal_navigation() if portal else _console_navigation(),
        "brand": Brand("Yangtze Beverages 长江饮品", home_url="?"),
        "account": Account(
            "Olga Ivanova",
            "Owner 所有者",
            [NavItem("Profile 个人资料", "#", "user-cog"), NavItem("Keys 密钥", "#", "key-round")],
            "#",
        ),
        "balance": "¥12,480.00",
    }


def _console_navigation() -> list[NavGroup]:
    return [
        NavGroup("", [NavItem("Overview 概览", "#", "layout-dashboard")]),
        NavGroup(
            "Sales 销售",
            [
                NavItem("Orders 订单", "?", "clipboard-list", active=True, count=12),
                NavItem("Stock-outs 出库单", "#", "package-check"),
                NavItem("Receipts 收货", "#", "truck"),
            ],
        ),
        NavGroup(
            "Goods 货品",
            [
                NavItem("Products 货品", "#", "package"),
                NavItem("Stock 库存", "#", "warehouse"),
                NavItem("Strategies 策略", "#", "tags"),
            ],
        ),
        NavGroup(
            "Dealers 分销商",
            [
                NavItem("Dealers 分销商", "#", "store"),
                NavItem("Top-ups 充值", "#", "banknote", count=2),
                NavItem("Wallets 钱包", "#", "wallet"),
            ],
        ),
        NavGroup(
            "Set-up 设置",
            [NavItem("Staff and roles 员工与角色", "#", "users"), NavItem("Settings 设置", "#", "settings")],
        ),
    ]


def _portal_navigation() -> list[NavGroup]:
    items = [
        NavItem("Order 订货", "?layout=portal", "shopping-cart", active=True),
        NavItem("Orders 订单", "#", "clipboard-list", count=3),
        NavItem("Account 账户", "#", "wallet"),
        NavItem("Receipts 收货", "#", "package-check"),
        NavItem("Staff 员工", "#", "users"),
        NavItem("Addresses 地址", "#", "map-pin"),
    ]
    return [NavGroup("", items)]


def views(state: str) -> dict[str, Any]:
    """Two saved views, as `platform_core.saved_views` gives them to a list."""
    acts = dict.fromkeys(("rename", "replace", "default", "undefault", "delete"), "#")
    named = (("To review 待审核", "state=pending_review", True), ("Heavy 重货", "sort=-weight", False))
    rows = [
        {
            "public_id": f"viw_{number}",
            "name": name,
            "url": f"?{query}",
            "is_default": is_default,
            "is_shown": query == state,
            "acts": acts,
        }
        for number, (name, query, is_default) in enumerate(named)
    ]
    return {
        "rows": rows,
        "has_default": True,
        "state": state,
        "path": "#",
        "save_url": "#",
        "all_url": "?view=all",
    }
