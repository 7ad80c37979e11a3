"""Addresses of catalog in the API."""

from django.urls import path

from tenant_apps.catalog.api import goods, tree

urlpatterns = [
    path("products", goods.Products.as_view(), name="api-products"),
    path(
        "products/by-external-id/<path:external_id>",
        goods.ProductByExternalId.as_view(),
        name="api-product-by-external-id",
    ),
    path("products/<str:public_id>", goods.OneProduct.as_view(), name="api-product"),
    path(
        "products/<str:public_id>/enable",
        goods.ProductSwitch.as_view(),
        {"enabled": True},
        name="api-product-enable",
    ),
    path(
        "products/<str:public_id>/disable",
        goods.ProductSwitch.as_view(),
        {"enabled": False},
        name="api-product-disable",
    ),
    path("skus", goods.Skus.as_view(), name="api-skus"),
    path("skus/bulk", goods.SkuBulk.as_view(), name="api-skus-bulk"),
    path(
        "skus/by-external-id/<path:external_id>",
        goods.SkuByExternalId.as_view(),
        name="api-sku-by-external-id",
    ),
    path("skus/<str:public_id>", goods.OneSku.as_view(), name="api-sku"),
    path("skus/<str:public_id>/enable", goods.SkuSwitch.as_view(), {"enabled": True}, name="api-sku-enable"),
    path(
        "skus/<str:public_id>/disable", goods.SkuSwitch.as_view(), {"enabled": False}, name="api-sku-disable"
    ),
    path("categories", tree.Categories.as_view(), name="api-categories"),
    path(
        "categories/by-external-id/<path:external_id>",
        tree.CategoryByExternalId.as_view(),
        name="api-category-by-external-id",
    ),
    path("categories/<str:public_id>", tree.OneCategory.as_view(), name="api-category"),
    path("categories/<str:public_id>/archive", tree.CategoryArchive.as_view(), name="api-category-archive"),
    path("brands", tree.Brands.as_view(), name="api-brands"),
    path(
        "brands/by-external-id/<path:external_id>",
        tree.BrandByExternalId.as_view(),
        name="api-brand-by-external-id",
    ),
    path("brands/<str:public_id>", tree.OneBrand.as_view(), name="api-brand"),
    path("brands/<str:public_id>/archive", tree.BrandArchive.as_view(), name="api-brand-archive"),
]
