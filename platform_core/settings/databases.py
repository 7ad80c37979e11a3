"""Database aliases: `control`, one per shard, and the same with `_owner` where they are configured."""

from __future__ import annotations

from typing import Any

from platform_core.settings import env

# How long (ms) a statement may wait for a lock, and may run, in the application (design.md §3 "Locks").
# Prepared statements look up by key, so one plan serves all values: planning costs more than running.
_APP_OPTIONS = (
    "-c lock_timeout=3000 -c statement_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    " -c plan_cache_mode=force_generic_plan"
)
_OWNER_OPTIONS = "-c lock_timeout=5000"


def _pool() -> dict[str, Any]:
    size = env.number("DB_POOL", 0)
    if not size:
        return {}
    return {"pool": {"min_size": 1, "max_size": size, "max_lifetime": 600, "max_idle": 60, "timeout": 5}}


def databases() -> dict[str, dict[str, Any]]:
    """All aliases. `control` keeps suppliers and operators; a shard keeps suppliers' schemas."""
    local = "postgresql://dd_app@/dealerdesk?host=/tmp"
    app = {
        "control": env.text("CONTROL_DATABASE_URL", local),
        **(env.urls("SHARD_URLS") or {"default": local}),
    }
    owner = {f"{name}_owner": url for name, url in env.urls("OWNER_SHARD_URLS").items()}
    if control_owner := env.text("OWNER_CONTROL_DATABASE_URL"):
        owner["control_owner"] = control_owner
    found = {name: env.database(url, options=_APP_OPTIONS, **_pool()) for name, url in app.items()}
    found |= {name: env.database(url, options=_OWNER_OPTIONS) for name, url in owner.items()}
    for settings in found.values():
        # Concerns `prepared_cursor` only: Django's own cursors never prepare.
        settings["OPTIONS"]["prepare_threshold"] = 0
        settings["CONN_MAX_AGE"] = 0 if env.number("DB_POOL", 0) else env.number("DB_CONN_MAX_AGE", 60)
    return found
