"""Sets the demo supplier up as its owner would: goods, warehouses, freight, strategies, dealers, people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile

from platform_core.idempotency.keys import operation_id
from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.workbooks.columns import Column
from platform_core.workbooks.writing import Sheet, write_xlsx
from public_site.demo import goods
from public_site.demo.drawing import picture
from public_site.demo.people import Partner, dealers
from tenant_apps.access.commands.people import AccessFacts, PersonFacts, ScopeFacts, create_person, set_access
from tenant_apps.access.commands.roles import create_role
from tenant_apps.access.models import Membership, Role
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.access.queries import settings as supplier_settings
from tenant_apps.catalog.commands.imports import import_goods, upload_goods
from tenant_apps.catalog.commands.pictures import add_pictures
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.catalog.rules import columns as goods_columns
from tenant_apps.catalog.rules.goods import Precision
from tenant_apps.dealers.commands import add_address, change_level, create_dealer
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts
from tenant_apps.logistics.commands import add_carrier, add_warehouse, make_default_carrier
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.strategies.commands.dealers import assign_strategy, put_own_items
from tenant_apps.strategies.commands.freight import import_freight_table, upload_freight_table
from tenant_apps.strategies.commands.goods import create_strategy, put_items
from tenant_apps.strategies.models import Assignment, GoodsStrategy
from tenant_apps.strategies.queries.freight_sheet import COLUMNS as FREIGHT_COLUMNS
from tenant_apps.strategies.rules import ItemChange

STRATEGIES = (("East", 118), ("North", 122), ("South", 120), ("Chain stores", 112))
SHARES = (Decimal(80), Decimal(90), Decimal(100))
_PROVINCES = {
    "HZ": ("浙江省 江苏省 上海 安徽省 江西省", "福建省 北京 湖北省 四川省 湖南省 广东省"),
    "GZ": ("广东省 福建省 湖南省 广西壮族自治区", "江西省 湖北省 四川省 浙江省"),
}
_WAREHOUSES: tuple[dict[str, Any], ...] = (
    {
        "code": "HZ", "name": "Hangzhou main warehouse", "region1": "浙江省", "region2": "杭州市",
        "region3": "余杭区", "line1": "良渚街道 88 号", "finance_review": True,
        "conditions": [{"kind": "freight_zero"}],
    },
    {
        "code": "GZ", "name": "Guangzhou south warehouse", "region1": "广东省", "region2": "广州市",
        "region3": "白云区", "line1": "物流大道 6 号",
    },
)  # fmt: skip
_CARRIERS: tuple[dict[str, Any], ...] = (
    {"code": "SF", "name": "SF Express"},
    {"code": "ZTO", "name": "ZTO Freight"},
    {"code": "OWN", "name": "Own truck, free", "free_shipping": True},
)
# The one every supplier begins with has no freight table: orders would wait for their freight.
_USUAL_CARRIER = "SF"
_ROLE = "Finance and dispatch"
Tell = Callable[[str], object]


def operation(name: str) -> UUID:
    """The operation id of one act of the demo: the same act again has no second effect."""
    return operation_id("demo", name)


def actor_named(name: str) -> Actor:
    """A person of the demo by e-mail or login, with what it may."""
    found = Membership.objects.filter(user__email=name) or Membership.objects.filter(user__login=name)
    return actor_of_membership(found.get())


def set_stage(owner: Actor, password: str, start: datetime, tell: Tell) -> None:
    """Everything that stands before the first order, as of `start`. Each part is skipped once it stands."""
    with clock.at(start):
        if not Sku.objects.exists():
            tell("Importing 300 SKUs")
            _import_goods(owner)
        tell("Drawing pictures")
        _draw(owner)
        if not Warehouse.objects.filter(code="GZ").exists():
            tell("Two warehouses with their freight")
            _lay_logistics(owner)
        if GoodsStrategy.objects.count() < len(STRATEGIES):
            tell("Four goods strategies")
            _price(owner)
        tell("Forty dealers")
        _welcome_dealers(owner, password)
        _hire(owner, password)


def _import_goods(owner: Actor) -> None:
    settings = supplier_settings()
    precision = Precision(price=settings.unit_price_precision, quantity=settings.quantity_precision)
    file = _workbook(goods_columns.columns(precision), goods.rows(), "goods.xlsx")
    upload = upload_goods(actor=owner, file=file)
    import_goods(actor=owner, operation_id=operation("goods"), upload_id=upload.public_id)


def _workbook(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]], name: str) -> ContentFile[bytes]:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("Demo", tuple(columns), rows)])
    return ContentFile(out.getvalue(), name=name)


def _draw(owner: Actor) -> None:
    bare = set(Sku.objects.filter(picture_key="").values_list("product__code", flat=True))
    ids = dict(Product.objects.values_list("code", "public_id"))
    for product in goods.products():
        if product.code in bare:
            file = ContentFile(picture(product), name=f"{product.code}.png")
            add_pictures(
                actor=owner,
                operation_id=operation(f"picture-{product.code}"),
                product_id=ids[product.code],
                files=[file],
            )


def _lay_logistics(owner: Actor) -> None:
    for carrier in _CARRIERS:
        if not Carrier.objects.filter(code=carrier["code"]).exists():
            row = add_carrier(actor=owner, values=carrier)
            if row.code == _USUAL_CARRIER:
                make_default_carrier(actor=owner, carrier_id=row.public_id)
    for values in _WAREHOUSES:
        if Warehouse.objects.filter(code=values["code"]).exists():
            continue
        house = add_warehouse(
            actor=owner, values={"country": "CN", "consignee": "Depot", "phone": "19900000000", **values}
        )
        file = _workbook(FREIGHT_COLUMNS, _freight(values["code"]), "freight.xlsx")
        upload = upload_freight_table(actor=owner, warehouse_id=house.public_id, file=file)
        import_freight_table(actor=owner, warehouse_id=house.public_id, file_id=upload.public_id)


def _freight(warehouse: str) -> list[dict[str, Any]]:
    """Two carriers, near and far provinces; weight in two ranges."""
    near, far = (part.split() for part in _PROVINCES[warehouse])
    rows = []
    for code, fast in (("SF", 2), ("ZTO", 1)):
        for place, factor in [*((p, 1) for p in near), *((p, 2) for p in far)]:
            rows.append(
                {
                    "region1": place,
                    "carrier": code,
                    "first_kg": Decimal(5),
                    "first_fee": Decimal(6 * fast * factor),
                    "range_1": Decimal(50),
                    "unit_1": Decimal(1),
                    "fee_1": Decimal("0.6") * fast * factor,
                    "range_2": Decimal(0),
                    "unit_2": Decimal(1),
                    "fee_2": Decimal("0.4") * fast * factor,
                }
            )
    return rows


def _price(owner: Actor) -> None:
    """Settlement prices over wholesale; chain stores lack coffee, the north lacks milk."""
    skus = list(Sku.objects.select_related("product__category").order_by("pk"))
    without = {"Chain stores": "Coffee", "North": "Milk"}
    for name, percent in STRATEGIES:
        if GoodsStrategy.objects.filter(name=name).exists():
            continue
        strategy = create_strategy(actor=owner, name=name)
        items = [
            ItemChange(sku.merchant_code, price=(sku.wholesale_price * percent / 100).quantize(goods.CENT))
            for sku in skus
            if sku.product.category is None or sku.product.category.name != without.get(name)
        ]
        put_items(actor=owner, strategy_id=strategy.public_id, items=items)


def _welcome_dealers(owner: Actor, password: str) -> None:
    """Dealers without a strategy are made or made whole; the others are left as their people have them."""
    standing = set(Assignment.objects.values_list("dealer__code", flat=True))
    missing = [partner for partner in dealers() if partner.code not in standing]
    if not missing:
        return
    levels = list(DealerLevel.objects.order_by("position"))
    for level, share in zip(levels, SHARES, strict=False):
        if level.stock_percent != share:
            change_level(actor=owner, level_id=level.public_id, changes={"stock_percent": share})
    strategies = {s.name: s.public_id for s in GoodsStrategy.objects.all()}
    hashed = make_password(password)
    for partner in missing:
        dealer = _welcome(owner, partner, levels[partner.level].public_id, password)
        # The demo's logins work at once, without the change that issued passwords ask for.
        User.objects.filter(login=partner.login).update(password=hashed, must_change_password=False)
        strategy = strategies[STRATEGIES[partner.strategy][0]]
        assign_strategy(actor=owner, dealer_id=dealer.public_id, strategy_id=strategy)
    first = Dealer.objects.get(code="D001")
    put_own_items(
        actor=owner,
        dealer_id=first.public_id,
        items=[ItemChange("P001-02", price=Decimal("1.15")), ItemChange("P016-02", enabled=False)],
    )


def _welcome(owner: Actor, partner: Partner, level: str, password: str) -> Dealer:
    """One dealer with an address, whether or not a run that broke off had begun it."""
    facts = DealerFacts(
        code=partner.code,
        name=partner.name,
        level=level,
        contact=partner.person,
        phone=partner.phone,
        email=f"{partner.login}@dealers.example",
        service_fee=Decimal("0.50") if partner.level == 0 else Decimal(0),
        invoice_title=partner.name,
    )
    administrator = AdministratorFacts(
        name=partner.person, login=partner.login, email=facts.email, password=password
    )
    dealer = create_dealer(
        actor=owner,
        operation_id=operation(f"dealer-{partner.code}"),
        dealer=facts,
        administrator=administrator,
    )
    province, city, district, street = partner.place
    address = {
        "label": "Store", "country": "CN", "region1": province, "region2": city, "region3": district,
        "line1": f"{street} {int(partner.code[1:]) * 7} 号", "consignee": partner.person,
        "phone": partner.phone, "is_default": True,
    }  # fmt: skip
    if not DealerAddress.objects.filter(dealer=dealer).exists():
        add_address(actor=owner, dealer_id=dealer.public_id, values=address)
    return dealer


def _hire(owner: Actor, password: str) -> None:
    """Sam, who checks money and warehouse papers but manages nobody."""
    if Role.objects.filter(name=_ROLE).exists():
        return
    rights = [
        "orders.read", "orders.finance_review", "orders.reject_finance", "ledger.read",
        "ledger.review_top_up", "dealers.read", "inventory.read", "inventory.read_stock_outs",
        "fulfilment.read", "fulfilment.ship", "logistics.read", "catalog.read", "aftersales.read",
    ]  # fmt: skip
    known = User.objects.filter(login="sam").first()
    if known is None:
        facts = PersonFacts("Sam Staff", login="sam", email="sam@demo.example")
        known = create_person(actor=owner, facts=facts).person.user
    role = create_role(actor=owner, name=_ROLE, permissions=rights)
    everything = ScopeFacts(everything=True)
    set_access(
        actor=owner,
        person_id=known.public_id,
        access=AccessFacts(roles=[role.public_id], scopes={"warehouse": everything, "dealer": everything}),
    )
    User.objects.filter(login="sam").update(password=make_password(password), must_change_password=False)
