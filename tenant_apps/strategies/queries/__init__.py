"""The questions of strategies: which goods at which price, and what freight costs."""

from tenant_apps.strategies.queries.freight_tables import (
    FreightQuote,
    TableLine,
    carriers_reaching,
    freight_quote,
    freight_strategies_visible_to,
    freight_strategy_for,
    freight_table,
)
from tenant_apps.strategies.queries.overlay import offers

__all__ = [
    "FreightQuote",
    "TableLine",
    "carriers_reaching",
    "freight_quote",
    "freight_strategies_visible_to",
    "freight_strategy_for",
    "freight_table",
    "offers",
]
