"""Addresses of strategies in the API."""

from django.urls import URLPattern, path, re_path

from tenant_apps.strategies.api import (
    bundles,
    freight,
    goods,
    offers,
    own_codes,
    prices,
    promotions,
    publication,
)

urlpatterns: list[URLPattern] = [
    path("offers", offers.Offers.as_view(), name="api-offers"),
    path("offers/<str:sku_id>/favorite", offers.Favorite.as_view(), name="api-favorite"),
    path("goods-strategies", goods.GoodsStrategies.as_view(), name="api-goods-strategies"),
    path(
        "goods-strategies/by-external-id/<path:external_id>",
        goods.GoodsStrategyByExternalId.as_view(),
        name="api-goods-strategy-by-external-id",
    ),
    path(
        "goods-strategies/<str:public_id>",
        goods.GoodsStrategyDetail.as_view(),
        name="api-goods-strategy",
    ),
    path(
        "goods-strategies/<str:public_id>/items",
        goods.GoodsStrategyItems.as_view(),
        name="api-goods-strategy-items",
    ),
    path(
        "goods-strategies/<str:public_id>/dealers",
        goods.GoodsStrategyDealers.as_view(),
        name="api-goods-strategy-dealers",
    ),
    path(
        "goods-strategies/<str:public_id>/reset",
        goods.GoodsStrategyReset.as_view(),
        name="api-goods-strategy-reset",
    ),
    path("dealers/<str:public_id>/strategy", goods.DealerStrategy.as_view(), name="api-dealer-strategy"),
    path("dealers/<str:public_id>/items", goods.DealerItems.as_view(), name="api-dealer-items"),
    path(
        "dealers/<str:public_id>/items/<str:sku_id>",
        goods.DealerItemDetail.as_view(),
        name="api-dealer-item",
    ),
    path("bundles", bundles.Bundles.as_view(), name="api-bundles"),
    path(
        "bundles/by-external-id/<path:external_id>",
        bundles.BundleByExternalId.as_view(),
        name="api-bundle-by-external-id",
    ),
    path("bundles/<str:public_id>", bundles.BundleOne.as_view(), name="api-bundle"),
    path("promotions", promotions.PromotionList.as_view(), name="api-promotions"),
    path(
        "promotions/by-external-id/<path:external_id>",
        promotions.PromotionByExternalId.as_view(),
        name="api-promotion-by-external-id",
    ),
    path("promotions/<str:public_id>", promotions.PromotionOne.as_view(), name="api-promotion"),
    re_path(
        r"^promotions/(?P<public_id>[^/]+)/(?P<step>end|enable|disable)$",
        promotions.PromotionStep.as_view(),
        name="api-promotion-step",
    ),
    path("dealers/<str:public_id>/codes", own_codes.DealerCodes.as_view(), name="api-dealer-codes"),
    path("price-rules", prices.PriceRules.as_view(), name="api-price-rules"),
    path(
        "price-rules/by-external-id/<path:external_id>",
        prices.PriceRuleByExternalId.as_view(),
        name="api-price-rule-by-external-id",
    ),
    path("price-rules/<str:public_id>", prices.PriceRuleDetail.as_view(), name="api-price-rule"),
    path("skus/<str:public_id>/publication", publication.SkuPublication.as_view(), name="api-publication"),
    path(
        "dealers/<str:public_id>/ordering-organisations",
        publication.DealerOrganisations.as_view(),
        name="api-dealer-organisations",
    ),
    path(
        "ordering-organisations",
        publication.OrderingOrganisations.as_view(),
        name="api-ordering-organisations",
    ),
    path(
        "ordering-organisations/by-external-id/<path:external_id>",
        publication.OrderingOrganisationByExternalId.as_view(),
        name="api-ordering-organisation-by-external-id",
    ),
    path(
        "ordering-organisations/<str:public_id>",
        publication.OrderingOrganisationOne.as_view(),
        name="api-ordering-organisation",
    ),
    *[
        path(
            f"ordering-organisations/<str:public_id>/{step}",
            publication.OrderingOrganisationStep.as_view(),
            {"step": step},
            name=f"api-ordering-organisation-{step}",
        )
        for step in publication.STEPS
    ],
    path("freight-strategies", freight.FreightStrategies.as_view(), name="api-freight-strategies"),
    path(
        "freight-strategies/<str:public_id>",
        freight.FreightStrategyDetail.as_view(),
        name="api-freight-strategy",
    ),
    path("freight-quote", freight.FreightQuotes.as_view(), name="api-freight-quote"),
]
