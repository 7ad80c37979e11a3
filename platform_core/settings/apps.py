"""Which app's tables live where: in the control schema, in each supplier's, or in both."""

from __future__ import annotations

CONTROL_APPS = ["tenants"]
BOTH_APPS = [
    "platform_core.identity",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
]
SUPPLIER_APPS = [
    "platform_core.outbox",
    "platform_core.audit",
    "platform_core.idempotency",
    "platform_core.attachments",
    "platform_core.saved_views",
    "platform_core.imports",
    "tenant_apps.access",
    "tenant_apps.catalog",
    "tenant_apps.dealers",
    "tenant_apps.logistics",
    "tenant_apps.inventory",
    "tenant_apps.ledger",
    "tenant_apps.strategies",
    "tenant_apps.orders",
    "tenant_apps.fulfilment",
    "tenant_apps.aftersales",
]
# No tables of their own, or (auth, contenttypes) tables that are never made: own permission codes.
TABLELESS_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "platform_core.web",
    "platform_core.api",
    "platform_core.workbooks",
    "platform_core",
    "public_site",
]


def labels(apps: list[str]) -> frozenset[str]:
    """App labels: the last word of each dotted name."""
    return frozenset(app.rsplit(".", 1)[-1] for app in apps)


CONTROL_LABELS = labels(CONTROL_APPS)
BOTH_LABELS = labels(BOTH_APPS)
SUPPLIER_LABELS = labels(SUPPLIER_APPS)
