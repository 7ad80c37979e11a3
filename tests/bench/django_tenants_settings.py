"""The same apps under django-tenants' own backend and commands: the baseline."""

import os

from platform_core.settings.apps import BOTH_APPS, CONTROL_APPS, SUPPLIER_APPS, TABLELESS_APPS
from platform_core.settings.base import *  # noqa: F403
from platform_core.settings.base import DATABASES as OURS

DATABASES = {
    "default": {**OURS["default_owner"], "ENGINE": "django_tenants.postgresql_backend"},
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PG_EXTRA_SEARCH_PATHS = ["ext"]
SHARED_APPS = ["django_tenants", *CONTROL_APPS, *BOTH_APPS]
TENANT_APPS = [*BOTH_APPS, *SUPPLIER_APPS]
INSTALLED_APPS = ["django_tenants", *TABLELESS_APPS, *CONTROL_APPS, *BOTH_APPS, *SUPPLIER_APPS]
if os.environ.get("BENCH_CATALOG_MIGRATIONS"):
    MIGRATION_MODULES = {"catalog": os.environ["BENCH_CATALOG_MIGRATIONS"]}
