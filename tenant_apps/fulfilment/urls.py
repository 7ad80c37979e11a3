"""Addresses of fulfilment pages."""

from django.urls import URLPattern

app_name = "fulfilment"
urlpatterns: list[URLPattern] = []
