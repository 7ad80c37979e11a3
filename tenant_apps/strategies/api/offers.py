"""A dealer's goods over the API: one page of plain dicts in a handful of statements."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import switch
from platform_core.api.paging import FOREIGN_CURSOR, packed, page_limit, refuse_feed, sparse, unpacked, wrong
from platform_core.api.schema import NO_FEED
from platform_core.api.views import Endpoint
from platform_core.kernel.quantity import QUANTITY_MAX, plain
from platform_core.kernel.words import noop
from tenant_apps.strategies import queries
from tenant_apps.strategies.commands.favorites import set_favorite
from tenant_apps.strategies.permissions import StrategyPermission
from tenant_apps.strategies.price_words import steps_of
from tenant_apps.strategies.pricing import PriceAnswer
from tenant_apps.strategies.serializers import OffersShape

_TEXTS: Final = ("code", "name", "spec", "barcode", "origin", "unit")
_DECIMALS: Final = ("price", "multiple", "minimum", "weight_kg", "tax_rate")
_ROW_ID_MAX: Final = 2**63 - 1
_PARAMETERS: Final = [
    OpenApiParameter("dealer", description="Whose goods (dlr_…); needed with a key of the supplier."),
    OpenApiParameter("q", description="Words of code, barcode or name; pinyin and initials too."),
    OpenApiParameter("category", description="cat_…, with everything below it."),
    OpenApiParameter("brand", description="brd_…"),
    OpenApiParameter("origin", description="Exactly this origin."),
    OpenApiParameter("sku", description="One SKU: sku_…"),
    OpenApiParameter("favorite", bool, description="`true`: only the dealer's favorites."),
    OpenApiParameter("sort", description="name, code or price; - before it descends."),
    OpenApiParameter("price_from", description="At this price or above it."),
    OpenApiParameter("price_to", description="At this price or below it."),
    OpenApiParameter("explain", bool, description="`true`: each offer says where its price comes from."),
    OpenApiParameter(
        "quantity", description="With `explain`: for so many base units; else the smallest order."
    ),
    NO_FEED,
]


class Offers(Endpoint):
    """`GET /offers`."""

    @extend_schema(parameters=_PARAMETERS, responses=OffersShape)
    def get(self, request: Request) -> Response:
        """What a dealer may order, at its price, with its share of the stock."""
        refuse_feed(request)
        explain, quantity = _explain(request), _quantity(request)
        goods = queries.offered_skus(self.actor, self._dealer(request), _wanted(request), explain=explain)
        limit = page_limit(request)
        rows = goods.after(_mark(request), limit + 1)
        shown = goods.shown.show
        items = [_rendered(row, shown) for row in rows[:limit]]
        if explain:
            for item, row in zip(items, rows, strict=False):
                answer = row["answer"] if quantity is None else row["answer"].terms.at(quantity)
                item["explanation"] = _explained(answer, for_supplier=goods.for_supplier)
        if "fields" in request.query_params:
            items = [sparse(request, item) for item in items]
        more = packed(rows[limit - 1]["mark"]) if len(rows) > limit else None
        return Response({"items": items, "next": more})

    def _dealer(self, request: Request) -> str | None:
        """None for the actor's own dealer, or the one that the supplier's people name."""
        if self.actor.dealer_id is not None:
            self.actor.require(StrategyPermission.READ_OFFER)
            return None
        self.actor.require(StrategyPermission.READ)
        named = request.query_params.get("dealer", "")
        if not named:
            raise wrong("dealer", noop("Say whose goods: ?dealer=dlr_…"))
        return named


class Favorite(Endpoint):
    """`/offers/{sku}/favorite`."""

    @extend_schema(operation_id="put_favorite", request=None, responses={204: None})
    def put(self, request: Request, sku_id: str) -> Response:
        """Give a SKU of the caller's own goods a star: all people of the dealer see it first."""
        set_favorite(actor=self.actor, sku_id=sku_id, is_favorite=True)
        return Response(status=204)

    @extend_schema(operation_id="delete_favorite", responses={204: None})
    def delete(self, request: Request, sku_id: str) -> Response:
        """Take the star away; without one nothing changes."""
        set_favorite(actor=self.actor, sku_id=sku_id, is_favorite=False)
        return Response(status=204)


def _rendered(row: dict[str, Any], show: str) -> dict[str, Any]:
    """One offer; no serializer, because a page of 50 would cost more than its statements."""
    item: dict[str, Any] = {"id": row["sku"]}
    for name in _TEXTS:
        item[name] = row[name]
    for name in _DECIMALS:
        item[name] = plain(row[name])
    stock = row["stock"]
    item["stock"] = plain(stock) if show == queries.EXACT and stock is not None else None
    item["in_stock"] = None if stock is None else stock > 0
    item["orderable"], item["favorite"] = row["orderable"], row["favorite"]
    item["tiers"] = [
        {"from_quantity": plain(tier.from_quantity), "price": plain(tier.price)} for tier in row["tiers"]
    ]
    item["packs"] = [
        {"name": one.name, "units": plain(one.units), "price": plain(one.price)} for one in row["pack_prices"]
    ]
    return item


def _explained(answer: PriceAnswer, *, for_supplier: bool) -> list[dict[str, str]]:
    return [
        {
            "code": step.code,
            "verdict": step.verdict,
            "price": plain(step.price),
            "title": step.title,
            "message": f"{step.detail}. {step}" if step.detail else str(step),
            **({"rule": step.rule} if step.rule else {}),
        }
        for step in steps_of(answer, for_supplier=for_supplier)
    ]


def _explain(request: Request) -> bool:
    asked = request.query_params.get("explain", "")
    return bool(asked) and switch("explain", {"1": "true", "0": "false"}.get(asked, asked))


def _quantity(request: Request) -> Decimal | None:
    """The quantity that prices are explained for. Raises Invalid for what cannot be ordered."""
    text = request.query_params.get("quantity", "")
    if not text:
        return None
    if not _explain(request):
        raise wrong("quantity", noop("It tells how prices come about: add explain=true."))
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite() or not 0 < quantity <= QUANTITY_MAX:
        raise wrong("quantity", noop("Write a number above 0."))
    return quantity


def _wanted(request: Request) -> queries.GoodsFilter:
    asked = request.query_params
    for name in queries.PRICE_BAND:
        if asked.get(name) and getattr(queries.GoodsFilter.of(asked), name) is None:
            raise wrong(name, noop("Write a number."))
    wanted = queries.GoodsFilter.of(asked, "q", "category", "brand", "origin", "sku", "sort")
    favorite = asked.get("favorite", "")
    return replace(wanted, favorite="yes" if favorite and switch("favorite", favorite) else "")


def _mark(request: Request) -> tuple[str, int] | None:
    cursor = request.query_params.get("cursor")
    if not cursor:
        return None
    try:
        value, row_id = unpacked(cursor, 2)
        is_price = request.query_params.get("sort", "").removeprefix("-") == "price"
        mark = str(Decimal(value) if is_price else value), int(row_id)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise wrong("cursor", FOREIGN_CURSOR) from error
    if "\0" in mark[0] or not 0 <= mark[1] <= _ROW_ID_MAX:
        raise wrong("cursor", FOREIGN_CURSOR)
    return mark
