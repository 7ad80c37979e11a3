"""One of every object that an address can name, in whichever supplier is served, marked by a canary."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.db.models import actor_columns
from platform_core.imports.models import Import
from platform_core.imports.states import ImportState
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.saved_views.commands import save_view
from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.commands.roles import create_role
from tenant_apps.access.models import Membership, Organisation
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.aftersales.commands import confirm_receipt
from tenant_apps.catalog.commands.imports import upload_goods
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer, DealerGroup, DealerLevel
from tenant_apps.fulfilment.commands import ship_stock_out
from tenant_apps.fulfilment.models import Shipment
from tenant_apps.inventory.models import Stock, StockOut
from tenant_apps.ledger.commands import TopUpFacts, create_top_up
from tenant_apps.logistics.models import Carrier, MemoRule, Warehouse
from tenant_apps.orders.commands.approvals import add_chain, change_chain, name_delegate
from tenant_apps.orders.commands.calendars import add_calendar
from tenant_apps.orders.commands.taking import take_order
from tenant_apps.orders.commands.talk import write_message
from tenant_apps.orders.models import (
    Substitute,
    SupplyBoard,
    SupplyCorrection,
    SupplyItem,
    SupplyShare,
)
from tenant_apps.strategies.commands.bundles import add_bundle
from tenant_apps.strategies.models import (
    DealerCode,
    FreightStrategy,
    GoodsStrategy,
    OrderingOrganisation,
    PriceRule,
)
from tests.cast import make_dealer, make_person
from tests.factories import catalog, dealers, inventory, orders, promotions, strategies
from tests.factories import stock_documents as documents

# Addresses' parameters named `public_id`: what they mean, by the longest prefix that fits.
PUBLIC_ID = {
    "/api/v1/addresses/": "address",
    "/api/v1/approval-chains/": "approval_chain",
    "/api/v1/approval-delegations/": "approval_delegation",
    "/api/v1/brands/": "brand",
    "/api/v1/bundles/": "bundle",
    "/api/v1/carriers/": "carrier",
    "/api/v1/categories/": "category",
    "/api/v1/dealer-groups/": "group",
    "/api/v1/dealers/": "dealer",
    "/api/v1/freight-strategies/": "freight_strategy",
    "/api/v1/goods-strategies/": "goods_strategy",
    "/api/v1/levels/": "level",
    "/api/v1/memo-rules/": "memo_rule",
    "/api/v1/ordering-calendars/": "calendar",
    "/api/v1/ordering-organisations/": "ordering_organisation",
    "/api/v1/orders/": "order",
    "/api/v1/price-rules/": "price_rule",
    "/api/v1/products/": "product",
    "/api/v1/promotions/": "promotion",
    "/api/v1/raw-orders/": "raw_order",
    "/api/v1/shops/": "shop",
    "/api/v1/skus/": "sku",
    "/api/v1/supply-boards/": "supply_board",
    "/api/v1/stock-outs/": "stock_out",
    "/api/v1/stock-takes/": "stock_take",
    "/api/v1/stock-transfers/": "stock_transfer",
    "/api/v1/top-ups/": "top_up",
    "/api/v1/warehouses/": "warehouse",
    "/catalog/brands/": "brand",
    "/catalog/categories/": "category",
    "/catalog/products/": "product",
    "/catalog/skus/": "sku",
    "/dealers/": "dealer",
    "/dealers/groups/": "group",
    "/dealers/levels/": "level",
    "/inventory/stock-outs/": "stock_out",
    "/inventory/stock-takes/": "stock_take",
    "/inventory/stock-transfers/": "stock_transfer",
    "/ledger/top-ups/": "top_up",
    "/logistics/carriers/": "carrier",
    "/logistics/memo-rules/": "memo_rule",
    "/logistics/warehouses/": "warehouse",
    "/orders/": "order",
    "/orders/raw/": "raw_order",
    "/orders/saved/": "raw_order",
    "/orders/supply/": "supply_board",
    "/orders/calendars/": "calendar",
    "/strategies/bundles/": "bundle",
    "/strategies/freight/": "freight_strategy",
    "/strategies/goods/": "goods_strategy",
    "/strategies/organisations/": "ordering_organisation",
    "/strategies/prices/": "price_rule",
    "/strategies/promotions/": "promotion",
}
BY_NAME = {
    "address_id": "address",
    "buyer_id": "buyer",
    "chain_id": "approval_chain",
    "delegation_id": "approval_delegation",
    "dealer_id": "dealer",
    "import_id": "import",
    "key_id": "key",
    "order_id": "order",
    "organisation_id": "organisation",
    "person_id": "person",
    "product_id": "product",
    "receipt_id": "receipt",
    "role_id": "role",
    "shipment_id": "shipment",
    "shop_id": "shop",
    "sku_id": "sku",
    "stock_id": "stock",
    "stock_out_id": "stock_out",
    "view_id": "saved_view",
    "warehouse_id": "warehouse",
}
# Parameters that choose, not name: a value that exists.
WORDS = {
    "path": "nowhere",
    "kind": "xlsx",
    "language": "en",
    "step": "cancel",
    "act": "end",
    "name": "cancel",
    "field": "price",
}
# Parameters that nobody can guess: a ticket, an upload, a picture. A made-up value must be unknown.
SECRETS = {"token", "upload_id", "file_id", "picture_id", "voucher_id", "uidb36", "key"}
# Another system's id: PUT makes it, so only reading can be foreign.
EXTERNAL = {"external_id", "client_ref"}


def kind_of(template: str, parameter: str) -> str | None:
    """What a parameter names, or None for one that nobody classified."""
    if parameter in BY_NAME:
        return BY_NAME[parameter]
    if parameter == "public_id":
        fitting = [prefix for prefix in PUBLIC_ID if template.startswith(prefix)]
        return PUBLIC_ID[max(fitting, key=len)] if fitting else None
    for group, word in ((WORDS, "word"), (SECRETS, "secret"), (EXTERNAL, "external")):
        if parameter in group:
            return word
    return None


def make_everything(canary: str) -> dict[str, str]:
    """One of each kind, its ids by kind. The canary stands in every name that a page could show."""
    code = canary[:8].upper()
    owner = actor_of_membership(Membership.objects.get(is_administrator=True, organisation__kind="supplier"))
    dealer = make_dealer(f"D-{code}", f"Dealer {canary}")
    user = make_person(dealer.organisation, f"u{code.lower()}", administrator=True)
    dora = actor_of_membership(Membership.objects.get(user=user))
    trade = orders.trade(dealer, code=code, goods=1)
    wanted = trade.wanted({f"{code}-1": 2}, memo=f"Memo {canary}", client_ref=f"Ref {canary}")
    order = orders.place(dora, wanted)
    orders.review(dora, order)
    shipment = _shipped(owner, stock_out := StockOut.objects.get(source_id=order.pk), canary)
    receipt = confirm_receipt(actor=dora, operation_id=uuid.uuid4(), shipment_id=shipment.public_id)
    waiting = orders.place(dora, trade.wanted({f"{code}-1": 1}, memo=f"Memo {canary}"))
    write_message(actor=dora, operation_id=uuid.uuid4(), order_id=waiting.public_id, text=f"Message {canary}")
    sku = _coded(trade, canary)
    return {
        "address": dealers.make_address(dealer, label=f"Address {canary}").public_id,
        "bundle": add_bundle(actor=dora, values=_bundle(canary, code)).public_id,
        "approval_chain": _chain(owner, canary),
        "approval_delegation": _delegation(owner, canary, code),
        "brand": catalog.brand(f"Brand {canary}").public_id,
        **_by_group(owner, trade, code, canary),
        "buyer": user.public_id,
        "carrier": trade.carrier.public_id,
        "category": catalog.category(f"Category {canary}").public_id,
        "dealer": dealer.public_id,
        **_strategies(trade, code, canary),
        "import": _import(owner, canary),
        "level": DealerLevel.objects.create(name=f"Level {code}", position=99).public_id,
        "memo_rule": _memo_rule(trade.carrier, canary),
        "order": waiting.public_id,
        "organisation": dealer.organisation.public_id,
        "person": user.public_id,
        "product": sku.product.public_id,
        "receipt": receipt.public_id,
        "shipment": shipment.public_id,
        "shop": trade.shop.public_id,
        "sku": sku.public_id,
        "stock": str(Stock.objects.get(sku=sku).pk),
        "stock_out": stock_out.public_id,
        **_stock_documents(owner, trade.warehouse, canary),
        "price_rule": PriceRule.objects.create(
            level=dealer.level, sku=trade.skus[0], fixed=8, external_id=f"Rule {canary}"
        ).public_id,
        "warehouse": trade.warehouse.public_id,
        "external": f"EXT-{code}",
        "secret": uuid.uuid4().hex,
        **_of_doras(dora, trade, canary, code),
    }


def _of_doras(dora: Actor, trade: orders.Trade, canary: str, code: str) -> dict[str, str]:
    """What the dealer's own person makes beside orders."""
    facts = TopUpFacts(amount="10.00", note=f"Note {canary}")
    return {
        "key": create_key(actor=dora, name=f"Key {canary}", permissions=["orders.read"]).key.public_id,
        "raw_order": _waiting_raw(dora, trade, canary, code),
        "role": create_role(actor=dora, name=f"Role {canary}", permissions=["orders.read"]).public_id,
        "saved_view": save_view(actor=dora, page="orders:list", name=f"View {canary}", query="").public_id,
        "top_up": create_top_up(actor=dora, operation_id=uuid.uuid4(), facts=facts).public_id,
    }


def _memo_rule(carrier: Carrier, canary: str) -> str:
    row = MemoRule(target="memo", keyword=f"Word {canary}", carrier=carrier, position=99)
    row.save()
    return row.public_id


def _by_group(owner: Actor, trade: orders.Trade, code: str, canary: str) -> dict[str, str]:
    """A group without calendar and dealers, and what other groups have."""
    group = DealerGroup.objects.create(name=f"Group {code}")
    return {
        "group": group.public_id,
        "calendar": _calendar(owner, code),
        "supply_board": _board(owner, trade, code, canary),
    }


def _board(owner: Actor, trade: orders.Trade, code: str, canary: str) -> str:
    """A published and corrected supply board of a group without dealers, with a share of the dealer."""
    group = DealerGroup.objects.create(name=f"Supply {code}")
    day = clock.now().date() + timedelta(days=2)
    board = SupplyBoard.objects.create(group=group, day=day, state="published", note=f"Note {canary}")
    item = SupplyItem.objects.create(board=board, sku=trade.skus[0], total=9)
    SupplyShare.objects.create(item=item, dealer=trade.dealer, quantity=4)
    columns = actor_columns(owner)
    SupplyCorrection.objects.create(board=board, reason=f"Reason {canary}", changes=[], **columns)
    return board.public_id


def _calendar(owner: Actor, code: str) -> str:
    """A calendar of a group with one dealer that has not ordered: it binds nobody else."""
    group = DealerGroup.objects.create(name=f"Round {code}")
    called = make_dealer(f"CALL-{code}", f"Called {code}")
    Dealer.objects.filter(pk=called.pk).update(group=group)
    values = {"group": group.public_id, "weekdays": [2], "external_id": f"CAL-{code}"}
    return add_calendar(actor=owner, values=values).public_id


def _bundle(canary: str, code: str) -> dict[str, object]:
    return {"code": f"SET-{code}", "name": f"Bundle {canary}", "items": [(f"{code}-1", Decimal(2))]}


def _strategies(trade: orders.Trade, code: str, canary: str) -> dict[str, str]:
    """What the dealer gets at which price, and what sending costs."""
    return {
        "freight_strategy": FreightStrategy.objects.get(warehouse=trade.warehouse).public_id,
        "goods_strategy": GoodsStrategy.objects.get(name=f"Strategy {code}").public_id,
        "ordering_organisation": OrderingOrganisation.objects.create(
            code=f"OO-{code}", name=f"Organisation {canary}"
        ).public_id,
        "promotion": promotions.promotion(name=f"Promotion {canary}", dealers=[trade.dealer]).public_id,
    }


def _coded(trade: orders.Trade, canary: str) -> Sku:
    """The dealer's SKU, which it calls by a code of its own, and a substitute for it."""
    sku = trade.skus[0]
    (other,) = strategies.skus(1, f"S{sku.merchant_code}")
    Substitute.objects.create(sku=sku, substitute=other, position=1)
    DealerCode.objects.create(dealer=trade.dealer, sku=sku, code=f"Own{canary}", name=f"Name {canary}")
    return sku


def _chain(owner: Actor, canary: str) -> str:
    """Switched off, so that no order of another test waits for it."""
    values = {"name": f"Chain {canary}", "levels": [{"name": "One", "people": [owner.id]}]}
    row = add_chain(actor=owner, values=values)
    return change_chain(actor=owner, chain_id=row.public_id, changes={"enabled": False}).public_id


def _delegation(owner: Actor, canary: str, code: str) -> str:
    supplier = Organisation.objects.get(kind="supplier")
    stand_in = make_person(supplier, f"s{code.lower()}", permissions=["orders.finance_review"])
    stand_in.name = f"Delegate {canary}"
    stand_in.save()
    day = clock.today("Asia/Shanghai")
    row = name_delegate(actor=owner, delegate_id=stand_in.public_id, first_day=day, last_day=day)
    return row.public_id


def _shipped(owner: Actor, stock_out: StockOut, canary: str) -> Shipment:
    return ship_stock_out(
        actor=owner,
        operation_id=uuid.uuid4(),
        stock_out_id=stock_out.public_id,
        tracking_number=f"Track {canary}",
    )


def _stock_documents(owner: Actor, place: Warehouse, canary: str) -> dict[str, str]:
    """A stock take, and a transfer to another warehouse."""
    code, there = canary[:8].upper(), inventory.warehouse(f"{canary[:8].upper()}-2")
    return {
        "stock_take": documents.take(owner, place, note=f"Note {canary}").public_id,
        "stock_transfer": documents.transfer(owner, place, there, **{f"{code}_1": "1"}).public_id,
    }


def _waiting_raw(dora: Actor, trade: orders.Trade, canary: str, code: str) -> str:
    """A raw order that waits with a mark."""
    wanted = trade.wanted({f"NOT-{canary}": 1}, memo=f"Memo {canary}", client_ref=f"EXT-{code}")
    return take_order(actor=dora, operation_id=uuid.uuid4(), wanted=wanted).public_id


def _import(owner: Actor, canary: str) -> str:
    """A workbook of goods that failed."""
    file = SimpleUploadedFile(f"{canary}.csv", b"Merchant code\n")
    row = upload_goods(actor=owner, file=file)
    Import.objects.filter(pk=row.pk).update(state=ImportState.FAILED, confirmed_at=clock.now())
    return row.public_id
