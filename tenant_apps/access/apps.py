"""Organisations, their people, roles and keys."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tenant_apps.access"
