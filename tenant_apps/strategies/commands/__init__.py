"""The verbs of strategies, by what they are about."""

from tenant_apps.strategies.commands.dealers import (
    FIELDS,
    assign_strategy,
    codes_of,
    put_own_items,
    return_to_strategy,
)
from tenant_apps.strategies.commands.freight import (
    change_freight_strategy,
    delete_freight_strategy,
    import_freight_table,
    upload_freight_table,
)
from tenant_apps.strategies.commands.goods import (
    RowResult,
    create_strategy,
    delete_strategy,
    import_goods,
    put_items,
    remove_items,
    rename_strategy,
    reset_strategy,
    set_enabled,
    set_prices,
    upload_goods_table,
)
from tenant_apps.strategies.commands.own_codes import import_codes, put_codes, upload_codes
from tenant_apps.strategies.commands.price_rules import (
    add_price_rule,
    change_price_rule,
    delete_price_rule,
    import_price_rules,
    put_price_rules,
    upload_price_rules,
)

__all__ = [
    "FIELDS",
    "RowResult",
    "add_price_rule",
    "assign_strategy",
    "change_freight_strategy",
    "change_price_rule",
    "codes_of",
    "create_strategy",
    "delete_freight_strategy",
    "delete_price_rule",
    "delete_strategy",
    "import_codes",
    "import_freight_table",
    "import_goods",
    "import_price_rules",
    "put_codes",
    "put_items",
    "put_own_items",
    "put_price_rules",
    "remove_items",
    "rename_strategy",
    "reset_strategy",
    "return_to_strategy",
    "set_enabled",
    "set_prices",
    "upload_codes",
    "upload_freight_table",
    "upload_goods_table",
    "upload_price_rules",
]
