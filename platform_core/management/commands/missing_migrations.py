"""Refuses models whose migration was not written: `makemigrations --check` without asking a database."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState


class Command(BaseCommand):
    """Compares models with migrations; Django's own check looks into tables, which need a supplier."""

    help = "Exit with an error when a model has changed and its migration is missing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each missing operation, or say nothing."""
        loader = MigrationLoader(None, ignore_no_migrations=True)
        if conflicts := loader.detect_conflicts():
            raise CommandError(f"Two migrations claim to be the last: {conflicts}. Make them linear.")
        detector = MigrationAutodetector(
            loader.project_state(),
            ProjectState.from_apps(apps),
            NonInteractiveMigrationQuestioner(dry_run=True),
        )
        changes = detector.changes(graph=loader.graph)
        missing = [
            f"{label}: {operation.describe()}"
            for label, migrations in sorted(changes.items())
            for migration in migrations
            for operation in migration.operations
        ]
        if missing:
            raise CommandError("Migrations are missing; write them:\n" + "\n".join(missing))
