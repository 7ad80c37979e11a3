"""A draft as the order pad and the API show it, and the rows a pad is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from platform_core.kernel.actor import Actor
from platform_core.kernel.amounts import TaxMode
from platform_core.kernel.money import Currency, Money
from platform_core.kernel.quantity import next_orderable, plain, share
from tenant_apps.access import queries as access
from tenant_apps.catalog import queries as catalog
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory import queries as inventory
from tenant_apps.ledger.errors import InsufficientBalance
from tenant_apps.logistics import queries as logistics
from tenant_apps.orders.queries.dividing import part_facts
from tenant_apps.orders.queries.drafts import Draft, DraftLine
from tenant_apps.orders.queries.supply import Short
from tenant_apps.strategies.queries import Offer, pack_prices, tiers_of
from tenant_apps.strategies.queries.goods_filter import GoodsFilter
from tenant_apps.strategies.queries.goods_list import EXACT, NEVER, OfferedSkus, offered_skus
from tenant_apps.strategies.queries.overlay import offers_named
from tenant_apps.strategies.queries.promotions import badges

PadRow = dict[str, Any]


def quote_of(draft: Draft) -> dict[str, Any]:
    """Totals, weight and freight of a draft as plain values; amounts are decimal strings."""
    amounts = draft.amounts
    assert amounts is not None
    short = amounts.total - draft.available
    return {
        "currency": draft.currency.value,
        "goods": str(amounts.goods.amount),
        "discount": str(draft.discount.amount),
        "promotions": _promotions(draft),
        "gifts": [_gift(line) for line in draft.gifts],
        "notes": [str(note) for note in draft.notes],
        "short": [_short(one) for one in draft.shorts],
        "freight": str(amounts.freight.amount),
        "freight_known": draft.freight_known,
        "fee": str(amounts.fee.amount),
        "tax": str(amounts.tax.amount),
        "tax_included": draft.mode is TaxMode.INCLUSIVE,
        "total": str(amounts.total.amount),
        "weight_kg": plain(draft.weight_kg),
        "quantity": plain(sum((line.quantity for line in draft.lines), Decimal(0))),
        "available": str(draft.available.amount),
        "shortfall": str(short.amount) if short.minor > 0 else "0",
        "warehouse": draft.warehouse.public_id if draft.warehouse else None,
        "parts": [part_facts(part) for part in draft.parts],
        "carrier": draft.carrier.public_id if draft.carrier else None,
    }


def _promotions(draft: Draft) -> list[dict[str, str]]:
    """What each promotion takes off the whole order, in the order of its lines."""
    found: dict[str, dict[str, str]] = {}
    sums: dict[str, Money] = {}
    for line in draft.stored_lines:
        for fact in line.promotions:
            amount = Money.parse(fact["amount"], draft.currency)
            sums[fact["id"]] = sums.get(fact["id"], Money.zero(draft.currency)) + amount
            found[fact["id"]] = {**fact, "amount": str(sums[fact["id"]].amount)}
    return list(found.values())


def _short(one: Short) -> dict[str, str]:
    return {
        "sku": one.sku.public_id,
        "merchant_code": one.sku.merchant_code,
        "demanded": plain(one.demanded),
        "granted": plain(one.granted),
        "note": str(one.note),
    }


def _gift(line: DraftLine) -> dict[str, str]:
    return {
        "sku": line.sku.public_id,
        "merchant_code": line.sku.merchant_code,
        "name": catalog.display_name(line.sku),
        "quantity": plain(line.quantity),
        "unit": line.sku.unit,
        "promotion": line.promotions[0]["id"],
    }


def add_badges(dealer: Dealer, rows: Sequence[PadRow], currency: str, running: Collection[str]) -> list[str]:
    """Say on rows of the pad which promotions run on them; returns what runs on all goods.

    One statement, none where nothing runs.
    """
    if not rows or not set(running) - {"coupon"}:
        return []
    ids = [row["sku_id"] for row in rows]
    found, everywhere = badges(dealer=dealer, sku_ids=ids, currency=Currency(currency))
    for row in rows:
        row["badges"] = found[row["sku_id"]]
    return everywhere


def shortfall_sentence(quote: Mapping[str, Any]) -> str:
    """What to say when the balance is not enough; empty when it is."""
    if quote["shortfall"] == "0":
        return ""
    return str(
        InsufficientBalance(
            missing=quote["shortfall"], available=quote["available"], currency=quote["currency"]
        )
    )


def pad_goods(actor: Actor, dealer: Dealer, wanted: GoodsFilter) -> OfferedSkus:
    """What a dealer may order, for the paginator: only orderable goods, whoever fills the pad."""
    return offered_skus(actor, dealer, wanted)


def pad_rows(page: Sequence[Mapping[str, Any]], shown: str, *, is_bound: bool = True) -> list[PadRow]:
    """A page of the goods list as rows of the pad, with pictures; no statement.

    `is_bound`: more than the stock is refused at once, so the pad's script may say so.
    """
    return [_row(row, shown, is_bound=is_bound) for row in page if row["orderable"]]


def chosen_rows(actor: Actor, dealer: Dealer, names: Collection[str]) -> dict[str, PadRow]:
    """Rows of the pad for given SKUs, by the name they were asked by; what is not offered is missing.

    Five statements, however many there are.
    """
    return rows_offered(actor, dealer, offers_named(dealer_id=dealer.pk, names=names))


def rows_offered(actor: Actor, dealer: Dealer, offered: Mapping[str, tuple[Sku, Offer]]) -> dict[str, PadRow]:
    """Rows of the pad for SKUs whose offers are known, by the same names; four statements."""
    catalog.add_packs(sku for sku, _offer in offered.values())
    ids = {sku.pk for sku, _offer in offered.values()}
    settings = access.settings()
    houses = logistics.warehouses_visible_to(actor).filter(enabled=True).values_list("pk", flat=True)
    best: dict[int, Decimal] = dict.fromkeys(ids, Decimal(0))
    free = inventory.available(warehouse_ids=list(houses), sku_ids=ids)
    only = {sku.pk: offer.display_warehouse_id for sku, offer in offered.values()}
    for (house, sku_id), quantity in free.items():
        if only[sku_id] not in {None, house}:
            continue
        visible = share(quantity, dealer.level.stock_percent, settings.quantity_precision)
        best[sku_id] = max(best[sku_id], visible)
    shown = EXACT if actor.dealer_id is None else settings.show_stock
    found: dict[str, PadRow] = {}
    for name, (sku, offer) in offered.items():
        if offer.orderable:
            stock = None if shown == NEVER else best[sku.pk]
            is_bound = settings.check_stock_at_submit
            first = next_orderable(Decimal(0), settings.quantity_precision, sku.minimum, sku.multiple)
            found[name] = _row(_facts(sku, offer, first, stock), shown, is_bound=is_bound)
    return found


def _facts(sku: Sku, offer: Offer, first: Decimal, stock: Decimal | None) -> dict[str, Any]:
    packs = [(pack.name, pack.units) for pack in sku.packs.all()]
    return {
        "id": sku.pk,
        "sku": sku.public_id,
        "code": sku.merchant_code,
        "own_code": offer.own_code,
        "own_name": offer.own_name,
        "name": sku.product.name,
        "spec": sku.spec,
        "unit": sku.unit,
        "picture_key": sku.picture_key,
        "multiple": sku.multiple,
        "minimum": sku.minimum,
        "weight_kg": sku.weight_kg,
        "price": offer.price_at(first),
        "tiers": tiers_of(offer.terms, first) if offer.terms else (),
        "pack_prices": pack_prices(packs, lambda quantity: offer.price_at(max(quantity, first))),
        "stock": stock,
    }


def _row(facts: Mapping[str, Any], shown: str, *, is_bound: bool) -> PadRow:
    """What a row shows and what its script computes with; the latter as plain decimal strings."""
    stock = facts["stock"]
    is_exact = shown == EXACT and stock is not None
    return {
        "sku": facts["sku"],
        "sku_id": facts["id"],
        "code": facts["code"],
        "own_code": facts.get("own_code", ""),
        "own_name": facts.get("own_name", ""),
        "name": facts["name"],
        "spec": facts["spec"],
        "unit": facts["unit"],
        "price": facts["price"],
        "price_text": plain(facts["price"]),
        "tiers": facts["tiers"],
        "tiers_text": " ".join(f"{plain(t.from_quantity)}:{plain(t.price)}" for t in facts["tiers"]),
        "weight_text": plain(facts["weight_kg"]),
        "stock": stock,
        "available_text": plain(stock) if is_exact else "",
        "available_bound": plain(stock) if is_exact and is_bound else "",
        "stock_word": "" if is_exact or stock is None else "in" if stock > 0 else "out",
        "multiple": plain(facts["multiple"]),
        "minimum": plain(facts["minimum"]) if facts["minimum"] else "",
        "packs": [{"name": pack.name, "units": plain(pack.units)} for pack in facts["pack_prices"]],
        "pack_prices": facts["pack_prices"],
        "pack": "",
        "picture_url": catalog.picture_url(facts["picture_key"]),
        "quantity": "",
        "error": "",
        "badges": [],
        "favorite": facts.get("favorite", False),
        "star_url": "",
    }
