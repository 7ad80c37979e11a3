"""Migration operations that make the database itself say no."""

from __future__ import annotations

from django.db.migrations import RunSQL


def append_only(table: str) -> RunSQL:
    """Rows of the table are written once: triggers for everybody, no grant for the application."""
    return RunSQL(
        f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}"'
        " FOR EACH ROW EXECUTE FUNCTION ext.dd_append_only();"
        f' CREATE TRIGGER never_truncated BEFORE TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION ext.dd_append_only();"
        f' REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM dd_app',
        f'DROP TRIGGER append_only ON "{table}"; DROP TRIGGER never_truncated ON "{table}";'
        f' GRANT UPDATE, DELETE ON "{table}" TO dd_app',
    )
