"""Installs our SQL functions once per database, in schema `ext`."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import connections

FOLDERS = ("sql", "db/sql")


def function_files() -> list[Path]:
    """All `sql/*.sql` of the installed apps, in their order."""
    found: list[Path] = []
    for config in apps.get_app_configs():
        for folder in FOLDERS:
            found += sorted((Path(config.path) / folder).glob("*.sql"))
    return found


def install_functions(alias: str) -> None:
    """Create or replace every function, in one transaction. `alias` is an owner's."""
    connection = connections[alias]
    connection.ensure_connection()
    with connection.connection.transaction():
        for file in function_files():
            connection.connection.execute(file.read_text())
