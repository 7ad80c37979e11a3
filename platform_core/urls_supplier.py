"""Addresses of a supplier's host: console, portal and API."""

from django.urls import include, path
from django.utils.module_loading import import_string

from platform_core.missing import missing

# From the highest stair down, so that a lower app never shadows a higher one's address.
PAGES = [
    "aftersales",
    "fulfilment",
    "orders",
    "inventory",
    "ledger",
    "strategies",
    "dealers",
    "catalog",
    "logistics",
]

# The API first: a program asks far more often than a person clicks.
urlpatterns = [
    *[path("api/v1/", include(f"tenant_apps.{app}.api_urls")) for app in [*PAGES, "access"]],
    path("api/", include("platform_core.api.urls")),
    path("imports/", include("platform_core.imports.urls")),
    path("", include("platform_core.web.urls_common")),
    path("views/", include("platform_core.saved_views.urls")),
    path("", include("tenant_apps.access.urls")),
    # Open to everybody while the supplier wants it so.
    path("catalogue", include((import_string("tenant_apps.strategies.urls.catalogue_pages"), "catalogue"))),
    *[path(f"{app}/", include(f"tenant_apps.{app}.urls")) for app in PAGES],
    path("<path:path>", missing, name="missing"),
]

handler400 = "platform_core.missing.malformed"
handler500 = "platform_core.missing.broken"
