"""The addresses of a development instance."""

from platform_core.urls_public import urlpatterns as public
from platform_core.web.urls_debug import urlpatterns as debug

urlpatterns = [*debug, *public]
