"""The demo's dealers, where they are, which level and goods strategy they have."""

from __future__ import annotations

from dataclasses import dataclass

PLACES = (
    ("浙江省", "杭州市", "西湖区", "文三路"),
    ("浙江省", "宁波市", "海曙区", "中山西路"),
    ("浙江省", "温州市", "鹿城区", "人民中路"),
    ("江苏省", "南京市", "玄武区", "珠江路"),
    ("江苏省", "苏州市", "姑苏区", "观前街"),
    ("江苏省", "无锡市", "梁溪区", "中山路"),
    ("上海", "上海市", "浦东新区", "世纪大道"),
    ("上海", "上海市", "静安区", "南京西路"),
    ("安徽省", "合肥市", "庐阳区", "长江中路"),
    ("江西省", "南昌市", "东湖区", "中山路"),
    ("福建省", "福州市", "鼓楼区", "五四路"),
    ("福建省", "厦门市", "思明区", "湖滨南路"),
    ("广东省", "广州市", "天河区", "天河路"),
    ("广东省", "深圳市", "南山区", "科技南路"),
    ("广东省", "佛山市", "禅城区", "祖庙路"),
    ("湖南省", "长沙市", "芙蓉区", "五一大道"),
    ("湖北省", "武汉市", "江汉区", "建设大道"),
    ("广西壮族自治区", "南宁市", "青秀区", "民族大道"),
    ("四川省", "成都市", "锦江区", "春熙路"),
    ("北京", "北京市", "朝阳区", "建国路"),
)

_NAMES = """
Corner Fresh Market|Lakeside Grocers|Morning Star Convenience|Old Town Provisions|Blue Door Deli
Riverside Superstore|Jade Garden Market|Campus Express|North Gate Foods|Family Basket
Sunrise Minimart|Golden Fields Grocery|Metro Snacks|Harmony Supermarket|Seven Bridges Store
Bamboo Lane Market|Red Lantern Foods|Station Plaza Mart|Silver Spoon Catering|Island Supplies
Good Neighbour Shops|Central Pantry|Plum Blossom Market|Westlake Hotels Supply|Fresh Corner Kiosks
Evergreen Grocers|Phoenix Canteens|Daily Needs Wholesale|Lotus Convenience|Harbour View Mart
Three Rivers Trading|Happy Home Stores|Peach Orchard Market|City Lights Vending|Mountain Spring Foods
Little Panda Kiosks|Crane Hill Grocery|Pearl Quay Provisions|Maple Street Market|Dragonfly Cafés
"""

PEOPLE = (
    "Chen Jing", "Wang Lei", "Li Na", "Zhang Wei", "Liu Yang", "Zhao Min", "Huang Bo", "Zhou Ting",
    "Wu Hao", "Xu Fang", "Sun Li", "Ma Chao", "Zhu Lin", "Hu Bin", "Guo Yan", "He Ping",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partner:
    """One dealer. `level` and `strategy` count from 0; `appetite` weighs how often it orders."""

    code: str
    name: str
    person: str
    login: str
    place: tuple[str, str, str, str]
    level: int
    strategy: int
    appetite: int

    @property
    def phone(self) -> str:
        """A mobile number in the reserved-looking 1990000xxxx range."""
        return f"1990000{int(self.code[1:]):04d}"


def dealers() -> list[Partner]:
    """Forty of them, in a fixed order; the first is the one whose login the welcome text tells."""
    names = [name for row in _NAMES.strip().splitlines() for name in row.split("|")]
    found = []
    for place, name in enumerate(names):
        where = PLACES[place % len(PLACES)]
        southern = where[0] in {"广东省", "福建省", "湖南省", "广西壮族自治区"}
        found.append(
            Partner(
                code=f"D{place + 1:03d}",
                name=name,
                person=PEOPLE[place % len(PEOPLE)],
                login="dora" if place == 0 else f"dealer{place + 1:02d}",
                place=where,
                level=(2, 1, 0, 0)[place % 4],
                strategy=3 if place % 7 == 3 else 2 if southern else place % 2,
                appetite=(9, 5, 3, 2)[place % 4],
            )
        )
    return found
