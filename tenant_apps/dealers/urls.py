"""Addresses of dealers pages."""

from django.urls import URLPattern

app_name = "dealers"
urlpatterns: list[URLPattern] = []
