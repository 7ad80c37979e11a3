"""The questions of strategies: which goods at which price, and what freight costs."""

from tenant_apps.strategies.goods import Offer
from tenant_apps.strategies.pricing import tiers_of
from tenant_apps.strategies.queries.bundles import lines_of_bundles
from tenant_apps.strategies.queries.freight_sheet import COLUMNS as FREIGHT_COLUMNS
from tenant_apps.strategies.queries.freight_sheet import EXAMPLES as FREIGHT_EXAMPLES
from tenant_apps.strategies.queries.freight_sheet import NOTES as FREIGHT_NOTES
from tenant_apps.strategies.queries.freight_sheet import FreightPreview, freight_preview, sheet_rows
from tenant_apps.strategies.queries.freight_tables import (
    NO_LIMIT,
    Destination,
    FreightQuote,
    TableLine,
    carriers_reaching,
    coded_lines,
    destination,
    freight_quote,
    freight_quotes,
    freight_strategies_visible_to,
    freight_strategies_with_counts,
    freight_strategy_for,
    freight_table,
    lines_matching,
    reason_sentence,
    shown_lines,
)
from tenant_apps.strategies.queries.goods_filter import PRICE_BAND, GoodsFilter
from tenant_apps.strategies.queries.goods_list import (
    EXACT,
    NEVER,
    OFFER_COLUMNS,
    Facets,
    OfferedSkus,
    facets_of,
    offer_cells,
    offered_skus,
)
from tenant_apps.strategies.queries.goods_strategies import (
    ItemFilter,
    dealers_on,
    items_matching,
    own_row_count,
    own_sku_ids,
    sku_ids_by_code,
    strategies_visible_to,
    strategies_with_counts,
    strategy_for,
    strategy_of,
)
from tenant_apps.strategies.queries.goods_table import EXAMPLES as GOODS_EXAMPLES
from tenant_apps.strategies.queries.goods_table import (
    NAMES,
    GoodsPreview,
    changes_of,
    export_rows,
    goods_columns,
    goods_preview,
    stored_items,
)
from tenant_apps.strategies.queries.goods_table import NOTES as GOODS_NOTES
from tenant_apps.strategies.queries.imports import (
    FREIGHT_IMPORT,
    GOODS_IMPORT,
    freight_file_for,
    goods_file_for,
)
from tenant_apps.strategies.queries.overlay import offers, offers_named

__all__ = [
    "EXACT",
    "FREIGHT_COLUMNS",
    "FREIGHT_EXAMPLES",
    "FREIGHT_IMPORT",
    "FREIGHT_NOTES",
    "GOODS_EXAMPLES",
    "GOODS_IMPORT",
    "GOODS_NOTES",
    "NAMES",
    "NEVER",
    "NO_LIMIT",
    "OFFER_COLUMNS",
    "PRICE_BAND",
    "Destination",
    "Facets",
    "FreightPreview",
    "FreightQuote",
    "GoodsFilter",
    "GoodsPreview",
    "ItemFilter",
    "Offer",
    "OfferedSkus",
    "TableLine",
    "carriers_reaching",
    "changes_of",
    "coded_lines",
    "dealers_on",
    "destination",
    "export_rows",
    "facets_of",
    "freight_file_for",
    "freight_preview",
    "freight_quote",
    "freight_quotes",
    "freight_strategies_visible_to",
    "freight_strategies_with_counts",
    "freight_strategy_for",
    "freight_table",
    "goods_columns",
    "goods_file_for",
    "goods_preview",
    "items_matching",
    "lines_matching",
    "lines_of_bundles",
    "offer_cells",
    "offered_skus",
    "offers",
    "offers_named",
    "own_row_count",
    "own_sku_ids",
    "reason_sentence",
    "sheet_rows",
    "shown_lines",
    "sku_ids_by_code",
    "stored_items",
    "strategies_visible_to",
    "strategies_with_counts",
    "strategy_for",
    "strategy_of",
    "tiers_of",
]
