"""Addresses of dealers in the API."""

from django.urls import URLPattern, path

from tenant_apps.dealers.api import dealers, groups, places

urlpatterns: list[URLPattern] = [
    path("dealers", dealers.DealerList.as_view(), name="api-dealers"),
    path(
        "dealers/by-external-id/<path:external_id>",
        dealers.DealerByExternalId.as_view(),
        name="api-dealer-by-external-id",
    ),
    path("dealers/<str:public_id>", dealers.DealerOne.as_view(), name="api-dealer"),
    *[
        path(
            f"dealers/<str:public_id>/{step}",
            dealers.DealerStep.as_view(),
            {"step": step},
            name=f"api-dealer-{step}",
        )
        for step in dealers.DEALER_STEPS
    ],
    path(
        "dealers/<str:public_id>/reset-password",
        dealers.DealerPassword.as_view(),
        name="api-dealer-reset-password",
    ),
    path("dealers/<str:public_id>/addresses", places.AddressList.as_view(), name="api-addresses"),
    path(
        "dealers/<str:public_id>/addresses/by-external-id/<path:external_id>",
        places.AddressByExternalId.as_view(),
        name="api-address-by-external-id",
    ),
    path("addresses/<str:public_id>", places.AddressOne.as_view(), name="api-address"),
    path("shops", places.ShopList.as_view(), name="api-shops"),
    path(
        "shops/by-external-id/<path:external_id>",
        places.ShopByExternalId.as_view(),
        name="api-shop-by-external-id",
    ),
    path("shops/<str:public_id>", places.ShopOne.as_view(), name="api-shop"),
    *[
        path(
            f"shops/<str:public_id>/{step}",
            places.ShopStep.as_view(),
            {"step": step},
            name=f"api-shop-{step}",
        )
        for step in places.SHOP_STEPS
    ],
    path("dealer-groups", groups.DealerGroups.as_view(), name="api-dealer-groups"),
    path(
        "dealer-groups/by-external-id/<path:external_id>",
        groups.DealerGroupByExternalId.as_view(),
        name="api-dealer-group-by-external-id",
    ),
    path("dealer-groups/<str:public_id>", groups.DealerGroupOne.as_view(), name="api-dealer-group"),
    path("levels", dealers.LevelList.as_view(), name="api-levels"),
    path(
        "levels/by-external-id/<path:external_id>",
        dealers.LevelByExternalId.as_view(),
        name="api-level-by-external-id",
    ),
    path("levels/<str:public_id>", dealers.LevelOne.as_view(), name="api-level"),
]
