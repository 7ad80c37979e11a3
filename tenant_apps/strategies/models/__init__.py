"""The tables of strategies, by what they decide."""

from tenant_apps.strategies.models.bundles import Bundle, BundleItem
from tenant_apps.strategies.models.favorites import Favorite
from tenant_apps.strategies.models.freight import FreightRow, FreightStrategy
from tenant_apps.strategies.models.goods import Assignment, DealerItem, GoodsStrategy, StrategyItem
from tenant_apps.strategies.models.own_codes import DealerCode
from tenant_apps.strategies.models.prices import PriceRule
from tenant_apps.strategies.models.promotions import (
    CouponUse,
    Promotion,
    PromotionAudience,
    PromotionKind,
    PromotionScope,
)
from tenant_apps.strategies.models.publication import (
    DealerOrganisation,
    OrderingOrganisation,
    PublicationTarget,
    SkuPublication,
)

__all__ = [
    "Assignment",
    "Bundle",
    "BundleItem",
    "CouponUse",
    "DealerCode",
    "DealerItem",
    "DealerOrganisation",
    "Favorite",
    "FreightRow",
    "FreightStrategy",
    "GoodsStrategy",
    "OrderingOrganisation",
    "PriceRule",
    "Promotion",
    "PromotionAudience",
    "PromotionKind",
    "PromotionScope",
    "PublicationTarget",
    "SkuPublication",
    "StrategyItem",
]
