"""Addresses of logistics in the API."""

from django.urls import URLPattern, path

from tenant_apps.logistics import api

urlpatterns: list[URLPattern] = [
    path("warehouses", api.WarehouseList.as_view(), name="api-warehouses"),
    path(
        "warehouses/by-external-id/<path:external_id>",
        api.WarehouseByExternalId.as_view(),
        name="api-warehouse-by-external-id",
    ),
    path("warehouses/<str:public_id>", api.WarehouseOne.as_view(), name="api-warehouse"),
    *[
        path(
            f"warehouses/<str:public_id>/{step}",
            api.WarehouseStep.as_view(),
            {"step": step},
            name=f"api-warehouse-{step}",
        )
        for step in api.WAREHOUSE_STEPS
    ],
    path(
        "warehouses/<str:public_id>/apply-conditions",
        api.WarehouseConditions.as_view(),
        name="api-warehouse-apply-conditions",
    ),
    path("carriers", api.CarrierList.as_view(), name="api-carriers"),
    path(
        "carriers/by-external-id/<path:external_id>",
        api.CarrierByExternalId.as_view(),
        name="api-carrier-by-external-id",
    ),
    path("carriers/<str:public_id>", api.CarrierOne.as_view(), name="api-carrier"),
    *[
        path(
            f"carriers/<str:public_id>/{step}",
            api.CarrierStep.as_view(),
            {"step": step},
            name=f"api-carrier-{step}",
        )
        for step in api.CARRIER_STEPS
    ],
    path("memo-rules", api.MemoRuleList.as_view(), name="api-memo-rules"),
    path("memo-rules/<str:public_id>", api.MemoRuleOne.as_view(), name="api-memo-rule"),
]
