"""Addresses of saved views."""

from django.urls import URLPattern, path

from platform_core.saved_views import pages
from platform_core.saved_views.showing import ACTS

app_name = "saved_views"
urlpatterns: list[URLPattern] = [
    path("", pages.save, name="save"),
    *[path(f"<str:view_id>/{act}", pages.change, {"act": act}, name=act) for act in ACTS],
]
