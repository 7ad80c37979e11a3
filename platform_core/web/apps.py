"""Names the interface kit for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Layouts, components, assets and security headers; holds no tables."""

    name = "platform_core.web"
    label = "web"
