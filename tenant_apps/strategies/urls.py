"""Addresses of strategies pages."""

from django.urls import URLPattern

app_name = "strategies"
urlpatterns: list[URLPattern] = []
