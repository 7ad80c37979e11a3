"""Addresses of logistics pages."""

from django.urls import URLPattern, path

from tenant_apps.logistics.pages import carriers, memo_rules, warehouses

app_name = "logistics"
urlpatterns: list[URLPattern] = [
    path("warehouses", warehouses.warehouse_list, name="warehouses"),
    path("warehouses/export", warehouses.warehouse_export, name="warehouse_export"),
    path("warehouses/new", warehouses.warehouse_new, name="warehouse_new"),
    path("warehouses/<str:public_id>", warehouses.warehouse_edit, name="warehouse"),
    *[
        path(
            f"warehouses/<str:public_id>/{act}",
            warehouses.warehouse_switch,
            {"act": act},
            name=f"warehouse_{act}",
        )
        for act in ("enable", "disable", "default", "apply")
    ],
    path("carriers", carriers.carrier_list, name="carriers"),
    path("carriers/export", carriers.carrier_export, name="carrier_export"),
    path("carriers/template", carriers.carrier_template, name="carrier_template"),
    path("carriers/import", carriers.carrier_import, name="carrier_import"),
    path("carriers/new", carriers.carrier_new, name="carrier_new"),
    path("carriers/<str:public_id>", carriers.carrier_edit, name="carrier"),
    *[
        path(f"carriers/<str:public_id>/{act}", carriers.carrier_switch, {"act": act}, name=f"carrier_{act}")
        for act in ("enable", "disable", "default")
    ],
    path("memo-rules", memo_rules.memo_rule_list, name="memo_rules"),
    path("memo-rules/export", memo_rules.memo_rule_export, name="memo_rule_export"),
    path("memo-rules/template", memo_rules.memo_rule_template, name="memo_rule_template"),
    path("memo-rules/import", memo_rules.memo_rule_import, name="memo_rule_import"),
    path("memo-rules/new", memo_rules.memo_rule_new, name="memo_rule_new"),
    path("memo-rules/<str:public_id>", memo_rules.memo_rule_edit, name="memo_rule"),
    *[
        path(
            f"memo-rules/<str:public_id>/{act}",
            memo_rules.memo_rule_switch,
            {"act": act},
            name=f"memo_rule_{act}",
        )
        for act in ("enable", "disable", "delete")
    ],
]
