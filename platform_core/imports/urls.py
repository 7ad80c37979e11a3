"""Addresses of imports: the list, one with its progress and report, and the confirmation."""

from __future__ import annotations

from django.urls import path

from platform_core.imports import pages

app_name = "imports"
urlpatterns = [
    path("", pages.import_list, name="list"),
    path("confirm", pages.confirm, name="confirm"),
    path("<str:import_id>", pages.import_one, name="one"),
]
