"""Addresses of the API itself: its description."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
