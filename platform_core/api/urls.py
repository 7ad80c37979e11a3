"""Addresses of the API itself: its description, the browsable reference, the list of errors."""

from django.urls import path

from platform_core.api import reference

urlpatterns = [
    path("openapi.json", reference.Description.as_view(), name="api-description"),
    path("docs/", reference.browse, name="api-reference"),
    path("docs/errors", reference.errors, name="api-errors"),
]
