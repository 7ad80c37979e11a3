"""Addresses of catalog pages."""

from django.urls import path

from tenant_apps.catalog.pages import goods, imports, products, skus, tree

app_name = "catalog"
urlpatterns = [
    path("", goods.goods, name="list"),
    path("export", goods.export, name="export"),
    path("switch", goods.switch_many, name="switch"),
    path("products/new", products.create, name="product_new"),
    path("products/<str:public_id>", products.details, name="product"),
    path("products/<str:public_id>/skus", products.skus, name="product_skus"),
    path("products/<str:public_id>/pictures", products.product_pictures, name="product_pictures"),
    path("products/<str:public_id>/log", products.log, name="product_log"),
    path("products/<str:public_id>/edit", products.change, name="product_edit"),
    path("products/<str:public_id>/enable", products.switch, {"enabled": True}, name="product_enable"),
    path("products/<str:public_id>/disable", products.switch, {"enabled": False}, name="product_disable"),
    path("products/<str:public_id>/skus/new", skus.create, name="sku_new"),
    path(
        "products/<str:public_id>/pictures/<str:picture_id>", products.change_picture, name="picture_change"
    ),
    path("skus/<str:public_id>", skus.show, name="sku"),
    path("skus/<str:public_id>/edit", skus.change, name="sku_edit"),
    path("skus/<str:public_id>/enable", skus.switch, {"enabled": True}, name="sku_enable"),
    path("skus/<str:public_id>/disable", skus.switch, {"enabled": False}, name="sku_disable"),
    path("pictures/<str:token>", products.picture, {"thumbnail": False}, name="picture"),
    path("thumbnails/<str:token>", products.picture, {"thumbnail": True}, name="thumbnail"),
    path("categories", tree.categories, name="categories"),
    path("categories/<str:public_id>", tree.category, name="category"),
    path("categories/<str:public_id>/act", tree.act_on_category, name="category_act"),
    path("brands", tree.brands, name="brands"),
    path("brands/<str:public_id>", tree.brand, name="brand"),
    path("brands/<str:public_id>/archive", tree.archive_brand, name="brand_archive"),
    path("import", imports.upload, name="import"),
    path("import/template-<str:language>.xlsx", imports.template, name="import_template"),
    path("import/<str:upload_id>", imports.preview, name="import_preview"),
]
