"""Products and SKUs over REST."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns, switch
from platform_core.api.errors import pointers
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from platform_core.kernel.errors import FieldProblem, Invalid
from platform_core.kernel.words import finished, noop
from tenant_apps.catalog import queries, serializers
from tenant_apps.catalog.commands import products, skus
from tenant_apps.catalog.queries import GoodsFilter
from tenant_apps.catalog.serializers import product_json, sku_json

FILTERS = [
    OpenApiParameter(
        "q", description="Words in code, barcode, name, spec or brand; pinyin and initials too."
    ),
    OpenApiParameter("category", description="Id of a category; everything below it counts."),
    OpenApiParameter("brand", description="Id of a brand."),
    OpenApiParameter("origin", description="Exactly this origin."),
    OpenApiParameter("enabled", bool),
    OpenApiParameter("price_min", description="Least retail price."),
    OpenApiParameter("price_max", description="Highest retail price."),
]
PRODUCT_COLUMNS = Columns("external_id", "code")
SKU_COLUMNS = Columns("external_id", "merchant_code", "barcode", product="product__public_id")
_AMOUNT = noop("Write an amount such as 12.50.")


class Products(Endpoint):
    """All products."""

    @extend_schema(parameters=FILTERS + PRODUCT_COLUMNS.parameters, responses=serializers.ProductPage)
    def get(self, request: Request) -> Response:
        """List products."""
        rows = queries.products_found(self.actor, wanted(request.query_params), queries.tree())
        return listed(request, rows, lambda found: map(product_json, found), columns=PRODUCT_COLUMNS)

    @extend_schema(
        parameters=[KEY], request=serializers.ProductNew, responses={201: serializers.ProductShape}
    )
    def post(self, request: Request) -> Response:
        """Create a product, with its SKUs if wanted, all or nothing."""
        values = dict(self.parsed(serializers.ProductNew))
        nested = values.pop("skus", [])
        return self.once(products.create_product, product_json, status=201, values=values, skus=nested)


class OneProduct(Endpoint):
    """One product."""

    @extend_schema(responses=serializers.ProductShape)
    def get(self, request: Request, public_id: str) -> Response:
        """Read a product."""
        found = queries.product_for(self.actor, public_id)
        return tagged(sparse(request, product_json(found)), found.version)

    @extend_schema(request=serializers.ProductChange, responses=serializers.ProductShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is given. Send `If-Match` so that nobody's change is lost."""
        changed = products.change_product(
            actor=self.actor,
            product_id=public_id,
            version=self.expected_version(),
            changes=self.parsed(serializers.ProductChange),
        )
        return tagged(product_json(changed), changed.version)


class ProductByExternalId(Endpoint):
    """The product another system knows by its own id."""

    @extend_schema(
        request=serializers.ProductChange,
        responses={200: serializers.ProductShape, 201: serializers.ProductShape},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Create it (201) or change what is given (200)."""
        values = {**self.parsed(serializers.ProductChange), "external_id": external_id}
        return put_row(
            queries.products_visible_to(self.actor),
            external_id,
            add=lambda: products.create_product(
                actor=self.actor, operation_id=self.operation(), values=values
            ),
            change=lambda known: products.change_product(
                actor=self.actor, product_id=known, version=self.expected_version(), changes=values
            ),
            shape=product_json,
        )


class ProductSwitch(Endpoint):
    """Enable or disable a product."""

    @extend_schema(parameters=[KEY], request=None, responses=serializers.ProductShape)
    def post(self, request: Request, public_id: str, enabled: bool) -> Response:  # noqa: FBT001 - from the URL
        """Switch the product and all its SKUs."""
        return self.once(products.set_product_enabled, product_json, product_id=public_id, enabled=enabled)


class Skus(Endpoint):
    """All SKUs."""

    @extend_schema(parameters=FILTERS + SKU_COLUMNS.parameters, responses=serializers.SkuPage)
    def get(self, request: Request) -> Response:
        """List SKUs."""
        rows = queries.skus_found(self.actor, wanted(request.query_params), queries.tree())
        return listed(request, rows, lambda found: map(sku_json, found), columns=SKU_COLUMNS)

    @extend_schema(parameters=[KEY], request=serializers.SkuNew, responses={201: serializers.SkuShape})
    def post(self, request: Request) -> Response:
        """Add a SKU to the product named by `product`."""
        values = dict(self.parsed(serializers.SkuNew))
        product = values.pop("product", "")
        return self.once(skus.create_sku, sku_json, status=201, product_id=product, values=values)


class OneSku(Endpoint):
    """One SKU."""

    @extend_schema(responses=serializers.SkuShape)
    def get(self, request: Request, public_id: str) -> Response:
        """Read a SKU."""
        found = queries.sku_for(self.actor, public_id)
        return tagged(sparse(request, sku_json(found)), found.version)

    @extend_schema(request=serializers.SkuChange, responses=serializers.SkuShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is given. Send `If-Match` so that nobody's change is lost."""
        changed = skus.change_sku(
            actor=self.actor,
            sku_id=public_id,
            version=self.expected_version(),
            changes=self.parsed(serializers.SkuChange),
        )
        return tagged(sku_json(changed), changed.version)


class SkuByExternalId(Endpoint):
    """The SKU another system knows by its own id."""

    @extend_schema(
        request=serializers.SkuNew, responses={200: serializers.SkuShape, 201: serializers.SkuShape}
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Create it (201; needs `product`) or change what is given (200)."""
        found, created = skus.put_sku(
            actor=self.actor,
            operation_id=self.operation(),
            external_id=external_id,
            values=self.parsed(serializers.SkuNew),
            version=self.expected_version(),
        )
        return tagged(sku_json(found), found.version, 201 if created else 200)


class SkuSwitch(Endpoint):
    """Enable or disable a SKU."""

    @extend_schema(parameters=[KEY], request=None, responses=serializers.SkuShape)
    def post(self, request: Request, public_id: str, enabled: bool) -> Response:  # noqa: FBT001 - from the URL
        """Switch one SKU."""
        return self.once(skus.set_sku_enabled, sku_json, sku_id=public_id, enabled=enabled)


class SkuBulk(Endpoint):
    """Many SKUs at once."""

    @extend_schema(
        parameters=[KEY], request=serializers.SkuNew(many=True), responses={207: serializers.SkuBulkResult}
    )
    def post(self, request: Request) -> Response:
        """Create or change up to 1,000 SKUs by merchant code: a result for each, in order."""

        def one(item: Any, operation_id: UUID) -> dict[str, Any]:
            shape = serializers.SkuNew(data=item)
            if not shape.is_valid():
                raise Invalid(problems=_problems(shape.errors))
            found, _ = skus.put_sku_by_code(
                actor=self.actor, operation_id=operation_id, values=shape.validated_data
            )
            return sku_json(found)

        items = request.data
        if not isinstance(items, list):
            raise Invalid(problems=[FieldProblem("", "not_a_list", noop("Send a list of SKUs."))])
        return self.bulk(items, one)


def wanted(given: Mapping[str, Any]) -> GoodsFilter:
    """The filter in a URL. Raises Invalid at the wrong parameter."""
    return GoodsFilter(
        text=given.get("q", "")[:200],
        category=given.get("category", ""),
        brand=given.get("brand", ""),
        origin=given.get("origin", ""),
        enabled=switch("enabled", given["enabled"]) if given.get("enabled") else None,
        price_min=_amount("price_min", given.get("price_min", "")),
        price_max=_amount("price_max", given.get("price_max", "")),
    )


def _amount(name: str, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Invalid(problems=[FieldProblem(f"/{name}", "invalid", _AMOUNT)])
    return amount


def _problems(errors: Any) -> list[FieldProblem]:
    """DRF's errors of one item as field problems, for the result of its row."""
    return [FieldProblem(e["pointer"], e["code"], finished(e["message"])) for e in pointers(errors)]
