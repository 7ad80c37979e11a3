"""Views that a person saved of a list."""

from django.apps import AppConfig


class SavedViewsConfig(AppConfig):
    name = "platform_core.saved_views"
    label = "saved_views"
