"""Addresses of the public host: no supplier is served here."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from platform_core.missing import missing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("platform_core.web.urls_common")),
    path("", include("public_site.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("", include("platform_core.web.urls_debug"))]
urlpatterns += [path("<path:path>", missing, name="missing")]

handler400 = "platform_core.missing.malformed"
handler500 = "platform_core.missing.broken"
