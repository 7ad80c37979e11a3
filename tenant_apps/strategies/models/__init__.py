"""The tables of strategies, by what they decide."""

from tenant_apps.strategies.models.freight import FreightRow, FreightStrategy
from tenant_apps.strategies.models.goods import Assignment, DealerItem, GoodsStrategy, StrategyItem
from tenant_apps.strategies.models.own_codes import DealerCode

__all__ = [
    "Assignment",
    "DealerCode",
    "DealerItem",
    "FreightRow",
    "FreightStrategy",
    "GoodsStrategy",
    "StrategyItem",
]
