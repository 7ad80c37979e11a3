"""What one app may take from another: its operations, its queries and its words."""

from __future__ import annotations

import grimp

OPEN = {"operations", "queries", "models", "events", "states", "permissions", "errors"}


def app_and_room(module: str) -> tuple[str, str]:
    parts = module.split(".")
    return ".".join(parts[:2]), parts[2] if len(parts) > 2 else ""


def test_apps_enter_each_other_only_by_open_rooms():
    graph = grimp.build_graph("tenant_apps")
    trespasses = [
        f"{importer} -> {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if app_and_room(importer)[0] != app_and_room(imported)[0] and app_and_room(imported)[1] not in OPEN
    ]
    assert sorted(trespasses) == []
