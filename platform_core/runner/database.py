"""Creates the two roles and the database of an instance: who owns it, and who may only touch rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from psycopg import sql

from platform_core.runner.postgres import connect

if TYPE_CHECKING:
    import psycopg

    from platform_core.runner.places import Places

DATABASE = "dealerdesk"
OWNER = "dd_owner"
APP = "dd_app"
# `ext` holds extensions and our functions once for all schemas (tenancy.md); `public` is the owner's alone.
_INSIDE: tuple[LiteralString, ...] = (
    "CREATE SCHEMA IF NOT EXISTS ext AUTHORIZATION dd_owner",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ext",
    "ALTER SCHEMA public OWNER TO dd_owner",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO dd_app",
    "GRANT USAGE ON SCHEMA ext TO dd_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE dd_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dd_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE dd_owner GRANT USAGE, SELECT ON SEQUENCES TO dd_app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE dd_owner GRANT EXECUTE ON FUNCTIONS TO dd_app",
)


def ensure_database(places: Places, name: str = DATABASE) -> None:
    """Make roles, database, schema `ext` and default privileges; harmless when they are there."""
    with connect(places) as connection:
        for role in (OWNER, APP):
            _ensure_role(connection, role)
        _ensure_database(connection, name)
    with connect(places, name) as connection:
        for statement in _INSIDE:
            connection.execute(statement)


def _ensure_role(connection: psycopg.Connection[tuple[object, ...]], role: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def _ensure_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    database = sql.Identifier(name)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER dd_owner").format(database))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO dd_app").format(database))
