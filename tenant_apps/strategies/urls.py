"""Addresses of strategies pages."""

from django.urls import URLPattern, path

from tenant_apps.strategies.pages import assigning, dealers, freight, goods, imports, portal

app_name = "strategies"
urlpatterns: list[URLPattern] = [
    path("my-goods", portal.my_goods, name="my_goods"),
    path("my-goods/export", portal.my_goods_export, name="my_goods_export"),
    path("freight", freight.freight_list, name="freight_list"),
    path("freight/calculator", freight.calculator, name="calculator"),
    path("freight/template", imports.freight_template, name="freight_template"),
    path("freight/import", imports.freight_import, name="freight_import"),
    path(
        "freight/import/<str:warehouse_id>/<str:file_id>",
        imports.freight_import_preview,
        name="freight_preview",
    ),
    path("freight/<str:public_id>", freight.freight_detail, name="freight"),
    path("freight/<str:public_id>/export", freight.freight_export, name="freight_export"),
    path("freight/<str:public_id>/delete", freight.freight_delete, name="freight_delete"),
    path("dealers/assign", assigning.assign_panel, name="assign_panel"),
    path("dealers/assign/many", assigning.assign_many, name="assign_many"),
    path("dealers/<str:dealer_id>", dealers.dealer_goods, name="dealer_goods"),
    path("dealers/<str:dealer_id>/panel", dealers.dealer_panel, name="dealer_panel"),
    path("dealers/<str:dealer_id>/export", dealers.dealer_goods_export, name="dealer_goods_export"),
    path("dealers/<str:dealer_id>/strategy", dealers.dealer_strategy, name="dealer_strategy"),
    path("dealers/<str:dealer_id>/add", dealers.own_add, name="own_add"),
    path("dealers/<str:dealer_id>/bulk", dealers.own_bulk, name="own_bulk"),
    path("dealers/<str:dealer_id>/<str:sku_id>/price", dealers.own_price, name="own_price"),
    path("dealers/<str:dealer_id>/<str:sku_id>/return/<str:field>", dealers.own_return, name="own_return"),
    path("goods", goods.strategy_list, name="list"),
    path("goods/new", goods.strategy_new, name="new"),
    path("goods/template", imports.goods_template, name="template"),
    path("goods/<str:public_id>", goods.strategy_detail, name="detail"),
    path("goods/<str:public_id>/rename", goods.strategy_rename, name="rename"),
    path("goods/<str:public_id>/export", goods.strategy_export, name="export"),
    path("goods/<str:public_id>/import", imports.goods_import, name="import"),
    path("goods/<str:public_id>/import/<str:file_id>", imports.goods_import_preview, name="import_preview"),
    path("goods/<str:public_id>/items/add", goods.item_add, name="item_add"),
    path("goods/<str:public_id>/items/bulk", goods.item_bulk, name="item_bulk"),
    path("goods/<str:public_id>/items/<str:sku_id>/price", goods.item_price, name="item_price"),
    path("goods/<str:public_id>/reset", goods.strategy_reset, name="reset"),
    path("goods/<str:public_id>/delete", goods.strategy_delete, name="delete"),
    path("goods/<str:public_id>/dealers", goods.used_by, name="used_by"),
    path("goods/<str:public_id>/dealers/assign", goods.assign_dealer, name="assign_dealer"),
]
