"""Categories and brands over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.catalog import queries, serializers
from tenant_apps.catalog.commands import brands, categories
from tenant_apps.catalog.serializers import brand_json, category_json

CATEGORY_COLUMNS = Columns("external_id", "name", parent="parent__public_id")
BRAND_COLUMNS = Columns("external_id", "name")


class Categories(Endpoint):
    """All categories."""

    @extend_schema(parameters=CATEGORY_COLUMNS.parameters, responses=serializers.CategoryPage)
    def get(self, request: Request) -> Response:
        """List categories; archived ones are left out."""
        rows = queries.categories_visible_to(self.actor)
        return listed(request, rows, lambda found: map(category_json, found), columns=CATEGORY_COLUMNS)

    @extend_schema(
        parameters=[KEY], request=serializers.CategoryChange, responses={201: serializers.CategoryShape}
    )
    def post(self, request: Request) -> Response:
        """Create a category at the end of its level."""
        values = self.parsed(serializers.CategoryChange)
        return self.once(categories.create_category, category_json, status=201, values=values)


class OneCategory(Endpoint):
    """One category."""

    @extend_schema(responses=serializers.CategoryShape)
    def get(self, request: Request, public_id: str) -> Response:
        """Read a category."""
        found = queries.category_for(self.actor, public_id)
        return tagged(sparse(request, category_json(found)), found.version)

    @extend_schema(request=serializers.CategoryChange, responses=serializers.CategoryShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Rename or move it. Send `If-Match` so that nobody's change is lost."""
        changed = categories.change_category(
            actor=self.actor,
            category_id=public_id,
            version=self.expected_version(),
            changes=self.parsed(serializers.CategoryChange),
        )
        return tagged(category_json(changed), changed.version)


class CategoryByExternalId(Endpoint):
    """The category another system knows by its own id."""

    @extend_schema(
        request=serializers.CategoryChange,
        responses={200: serializers.CategoryShape, 201: serializers.CategoryShape},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Create it (201) or change what is given (200)."""
        values = {**self.parsed(serializers.CategoryChange), "external_id": external_id}
        return put_row(
            queries.categories_visible_to(self.actor),
            external_id,
            add=lambda: categories.create_category(
                actor=self.actor, operation_id=self.operation(), values=values
            ),
            change=lambda known: categories.change_category(
                actor=self.actor, category_id=known, version=self.expected_version(), changes=values
            ),
            shape=category_json,
        )


class CategoryArchive(Endpoint):
    """Archive a category."""

    @extend_schema(parameters=[KEY], request=serializers.ArchiveShape, responses=serializers.CategoryShape)
    def post(self, request: Request, public_id: str) -> Response:
        """Archive it; 409 says what it still holds, unless `confirmed`."""
        asked = self.parsed(serializers.ArchiveShape)
        return self.once(
            categories.archive_category, category_json, category_id=public_id, confirmed=asked["confirmed"]
        )


class Brands(Endpoint):
    """All brands."""

    @extend_schema(parameters=BRAND_COLUMNS.parameters, responses=serializers.BrandPage)
    def get(self, request: Request) -> Response:
        """List brands; archived ones are left out."""
        rows = queries.brands_visible_to(self.actor)
        return listed(request, rows, lambda found: map(brand_json, found), columns=BRAND_COLUMNS)

    @extend_schema(parameters=[KEY], request=serializers.BrandChange, responses={201: serializers.BrandShape})
    def post(self, request: Request) -> Response:
        """Create a brand."""
        values = self.parsed(serializers.BrandChange)
        return self.once(brands.create_brand, brand_json, status=201, values=values)


class OneBrand(Endpoint):
    """One brand."""

    @extend_schema(responses=serializers.BrandShape)
    def get(self, request: Request, public_id: str) -> Response:
        """Read a brand."""
        found = queries.brand_for(self.actor, public_id)
        return tagged(sparse(request, brand_json(found)), found.version)

    @extend_schema(request=serializers.BrandChange, responses=serializers.BrandShape)
    def patch(self, request: Request, public_id: str) -> Response:
        """Rename it. Send `If-Match` so that nobody's change is lost."""
        changed = brands.change_brand(
            actor=self.actor,
            brand_id=public_id,
            version=self.expected_version(),
            changes=self.parsed(serializers.BrandChange),
        )
        return tagged(brand_json(changed), changed.version)


class BrandByExternalId(Endpoint):
    """The brand another system knows by its own id."""

    @extend_schema(
        request=serializers.BrandChange,
        responses={200: serializers.BrandShape, 201: serializers.BrandShape},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Create it (201) or change what is given (200)."""
        values = {**self.parsed(serializers.BrandChange), "external_id": external_id}
        return put_row(
            queries.brands_visible_to(self.actor),
            external_id,
            add=lambda: brands.create_brand(actor=self.actor, operation_id=self.operation(), values=values),
            change=lambda known: brands.change_brand(
                actor=self.actor, brand_id=known, version=self.expected_version(), changes=values
            ),
            shape=brand_json,
        )


class BrandArchive(Endpoint):
    """Archive a brand."""

    @extend_schema(parameters=[KEY], request=serializers.ArchiveShape, responses=serializers.BrandShape)
    def post(self, request: Request, public_id: str) -> Response:
        """Archive it; 409 says how many products bear it, unless `confirmed`."""
        asked = self.parsed(serializers.ArchiveShape)
        return self.once(brands.archive_brand, brand_json, brand_id=public_id, confirmed=asked["confirmed"])
