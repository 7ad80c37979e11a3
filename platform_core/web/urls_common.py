"""Addresses that every host has."""

from django.urls import include, path

from platform_core.web import crawlers, health, regions

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("favicon.ico", crawlers.favicon, name="favicon"),
    path("regions", regions.regions, name="regions"),
    path("i18n/", include("django.conf.urls.i18n")),
]
