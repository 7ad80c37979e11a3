"""Addresses of dealers pages."""

from django.urls import URLPattern, path

from tenant_apps.dealers.pages import addresses, bulk, dealers, groups, imports, levels, shops

app_name = "dealers"
urlpatterns: list[URLPattern] = [
    path("", dealers.dealer_list, name="list"),
    path("export", dealers.dealer_export, name="export"),
    path("bulk", bulk.dealers_bulk, name="bulk"),
    path("new", dealers.dealer_new, name="new"),
    path("own", dealers.own, name="own"),
    path("import", imports.dealer_import, name="import"),
    path("import/template", imports.dealer_template, name="import_template"),
    path("import/passwords", imports.dealer_import_passwords, name="import_passwords"),
    path("levels", levels.level_list, name="levels"),
    path("levels/new", levels.level_new, name="level_new"),
    path("levels/<str:public_id>", levels.level_edit, name="level"),
    path("levels/<str:public_id>/delete", levels.level_delete, name="level_delete"),
    path("groups", groups.group_list, name="groups"),
    path("groups/new", groups.group_new, name="group_new"),
    path("groups/<str:public_id>", groups.group_edit, name="group"),
    path("groups/<str:public_id>/delete", groups.group_delete, name="group_delete"),
    path("shops/<str:shop_id>", shops.shop_edit, name="shop"),
    *[
        path(f"shops/<str:shop_id>/{act}", shops.shop_switch, {"act": act}, name=f"shop_{act}")
        for act in ("enable", "disable")
    ],
    path("addresses/<str:address_id>", addresses.address_edit, name="address"),
    path("addresses/<str:address_id>/default", addresses.address_default, name="address_default"),
    path("addresses/<str:address_id>/archive", addresses.address_archive, name="address_archive"),
    path("<str:public_id>", dealers.dealer_detail, name="dealer"),
    path("<str:public_id>/edit", dealers.dealer_edit, name="edit"),
    *[
        path(f"<str:public_id>/{act}", dealers.dealer_switch, {"act": act}, name=act)
        for act in ("enable", "disable")
    ],
    path("<str:public_id>/reset-password", dealers.dealer_reset_password, name="reset_password"),
    path("<str:public_id>/people", dealers.dealer_people, name="people"),
    path("<str:public_id>/log", dealers.dealer_log, name="log"),
    path("<str:public_id>/shops", shops.shop_list, name="shops"),
    path("<str:public_id>/shops/new", shops.shop_new, name="shop_new"),
    path("<str:public_id>/addresses", addresses.address_list, name="addresses"),
    path("<str:public_id>/addresses/new", addresses.address_new, name="address_new"),
]
