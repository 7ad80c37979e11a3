"""Migrations are linear, replayable per schema, and complete."""

from __future__ import annotations

from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from platform_core.settings.apps import CONTROL_LABELS, SUPPLIER_LABELS

OURS = CONTROL_LABELS | SUPPLIER_LABELS | {"identity"}


def ours():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [m for (app, _), m in loader.disk_migrations.items() if app in OURS]


def test_each_app_has_one_last_migration():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert loader.detect_conflicts() == {}


def test_no_migration_runs_python_or_leaves_its_transaction():
    assert [
        f"{m.app_label}.{m.name}"
        for m in ours()
        if not m.atomic or any(isinstance(operation, RunPython) for operation in m.operations)
    ] == []


def test_migrations_are_numbered_and_named():
    assert [
        m.name for m in ours() if not m.name[:4].isdecimal() or m.name.split("_", 1)[1].startswith("auto")
    ] == []
