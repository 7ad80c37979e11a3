"""Our settings with the bench's catalog migrations."""

import os

from platform_core.settings.base import *  # noqa: F403

if os.environ.get("BENCH_CATALOG_MIGRATIONS"):
    MIGRATION_MODULES = {"catalog": os.environ["BENCH_CATALOG_MIGRATIONS"]}
