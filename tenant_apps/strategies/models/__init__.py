"""The tables of strategies, by what they decide."""

from tenant_apps.strategies.models.freight import FreightRow, FreightStrategy
from tenant_apps.strategies.models.goods import Assignment, DealerItem, GoodsStrategy, StrategyItem

__all__ = [
    "Assignment",
    "DealerItem",
    "FreightRow",
    "FreightStrategy",
    "GoodsStrategy",
    "StrategyItem",
]
