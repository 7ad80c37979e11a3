"""The verbs of inventory, by what they are about."""

from tenant_apps.inventory.commands.stock import (
    Counted,
    adjust_stock,
    checked,
    counted,
    counts_of,
    import_stock,
    set_stock,
)
from tenant_apps.inventory.commands.stock_takes import (
    GoodsToCount,
    LineCount,
    cancel_stock_take,
    checked_counts,
    count_stock_take,
    counted_lines,
    line_counts_of,
    post_stock_take,
    start_stock_take,
)
from tenant_apps.inventory.commands.transfers import (
    TransferLine,
    cancel_transfer,
    change_transfer,
    create_transfer,
    receive_transfer,
    return_transfer,
    send_transfer,
)
from tenant_apps.inventory.commands.warnings import (
    WarningLine,
    set_warning_line,
    set_warning_lines,
    tell_low_stock,
)

__all__ = [
    "Counted",
    "GoodsToCount",
    "LineCount",
    "TransferLine",
    "WarningLine",
    "adjust_stock",
    "cancel_stock_take",
    "cancel_transfer",
    "change_transfer",
    "checked",
    "checked_counts",
    "count_stock_take",
    "counted",
    "counted_lines",
    "counts_of",
    "create_transfer",
    "import_stock",
    "line_counts_of",
    "post_stock_take",
    "receive_transfer",
    "return_transfer",
    "send_transfer",
    "set_stock",
    "set_warning_line",
    "set_warning_lines",
    "start_stock_take",
    "tell_low_stock",
]
