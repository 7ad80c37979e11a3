"""Addresses that exist only while DEBUG: the inbox and the component gallery."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
