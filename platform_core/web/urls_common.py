"""Addresses that every host has."""

from django.urls import path

from platform_core.web import health

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
]
