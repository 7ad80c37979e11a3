"""Addresses of orders pages."""

from django.urls import URLPattern, path

from tenant_apps.orders.pages import (
    approvals,
    boards,
    calendars,
    choosing,
    limits,
    orders,
    pad,
    raw,
    saved,
    steps,
    stock,
    taking,
    talk,
)

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("", orders.order_list, name="list"),
    path("export", orders.export, name="export"),
    path("bulk", steps.bulk, name="bulk"),
    path("pad", pad.pad, name="pad"),
    path("pad/quote", pad.quote, name="quote"),
    path("pad/place", pad.place, name="place"),
    path("pad/save", saved.save, name="save"),
    path("saved/<str:public_id>", saved.change, name="saved"),
    path("saved/<str:public_id>/commit", saved.commit, name="saved_commit"),
    path("saved/<str:public_id>/void", saved.void, name="saved_void"),
    path("pad/paste", pad.paste, name="paste"),
    path("pad/chosen", pad.chosen, name="chosen"),
    path("pad/delivery", pad.delivery, name="delivery"),
    path("pad/warehouses", choosing.for_pad, name="pad_warehouses"),
    path("warehouse-query", choosing.warehouse_query, name="warehouse_query"),
    path("panels/recent", orders.recent_panel, name="recent_panel"),
    path("panels/waiting", orders.waiting_panel, name="waiting_panel"),
    path("supply", boards.board_list, name="supply"),
    path("supply/new", boards.board_new, name="supply_new"),
    path("supply/<str:public_id>", boards.board_detail, name="supply_board"),
    path("supply/<str:public_id>/export", boards.board_export, name="supply_export"),
    *[
        path(f"supply/<str:public_id>/{act}", boards.board_switch, {"act": act}, name=f"supply_{act}")
        for act in ("publish", "close", "delete")
    ],
    path("calendars", calendars.calendar_list, name="calendars"),
    path("calendars/export", calendars.calendar_export, name="calendar_export"),
    path("calendars/new", calendars.calendar_new, name="calendar_new"),
    path("calendars/preview", calendars.preview, name="calendar_preview"),
    path("calendars/date-row", calendars.date_row, name="calendar_date_row"),
    path("calendars/<str:public_id>", calendars.calendar_edit, name="calendar"),
    *[
        path(
            f"calendars/<str:public_id>/{act}",
            calendars.calendar_switch,
            {"act": act},
            name=f"calendar_{act}",
        )
        for act in ("enable", "disable", "delete")
    ],
    path("raw/", raw.raw_list, name="raw_list"),
    path("raw/export", raw.raw_export, name="raw_export"),
    path("raw/bulk", raw.raw_bulk, name="raw_bulk"),
    path("raw/import", taking.upload, name="import"),
    path("raw/import/template", taking.template, name="import_template"),
    path("raw/import/<str:upload_id>", taking.preview, name="import_preview"),
    path("raw/paste", taking.paste, name="paste_orders"),
    path("raw/paste/<str:upload_id>", taking.paste_preview, name="paste_preview"),
    path("raw/<str:public_id>", raw.raw_detail, name="raw"),
    path("raw/<str:public_id>/edit", raw.raw_edit, name="raw_edit"),
    path("raw/<str:public_id>/<str:name>", raw.raw_step, name="raw_step"),
    path("approvals", approvals.chain_list, name="chains"),
    path("approvals/new", approvals.chain_new, name="chain_new"),
    path("approvals/level", approvals.level_row, name="chain_level"),
    path("approvals/delegates", approvals.delegate_list, name="delegates"),
    path(
        "approvals/delegates/<str:delegation_id>/withdraw",
        approvals.delegate_withdraw,
        name="delegate_withdraw",
    ),
    path("approvals/<str:chain_id>", approvals.chain_edit, name="chain"),
    *[
        path(f"approvals/<str:chain_id>/{act}", approvals.chain_act, {"act": act}, name=f"chain_{act}")
        for act in ("up", "down", "enable", "disable", "remove")
    ],
    path("limits", limits.limit_list, name="limits"),
    path("limits/<str:buyer_id>", limits.limit_edit, name="limit"),
    path("panels/limit/<str:buyer_id>", limits.limit_panel, name="limit_panel"),
    path("<str:public_id>", orders.detail, name="detail"),
    path("<str:public_id>/edit", pad.edit, name="edit"),
    path("<str:public_id>/messages", talk.messages_panel, name="messages"),
    path("<str:public_id>/message", talk.message, name="message"),
    path("<str:public_id>/profit", talk.profit_panel, name="profit"),
    path("<str:public_id>/sales-prices", talk.sales_prices, name="sales_prices"),
    path("<str:public_id>/print", orders.paper, name="print"),
    path("<str:public_id>/stock", stock.stock_panel, name="stock_panel"),
    path("<str:public_id>/cancel-line", steps.line_cancel, name="line_cancel"),
    path("<str:public_id>/adjust", steps.adjust, name="adjust"),
    path("<str:public_id>/adjust/row", steps.adjustment_row, name="adjustment_row"),
    path("<str:public_id>/<str:name>", steps.step, name="step"),
]
