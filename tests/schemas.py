"""Looks at a schema through PostgreSQL's own catalogues, and makes schemas that are dropped again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tenants.models import SupplierSchema
from tenants.rules import new_schema_name
from tenants.schemas import replay
from tenants.schemas.connect import owner_connection
from tenants.schemas.template import captured, head_fingerprint
from tenants.states import SchemaState

# Every fact of a schema that could differ, without its name: tables, columns in order, defaults,
# constraints, indexes, triggers, sequences, grants.
QUESTIONS = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), coalesce(co.collname, ''), a.attidentity
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation co ON co.oid = a.attcollation
        WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred,
               k.convalidated
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = %s::regnamespace""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s""",
    "triggers": """
        SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal""",
    "relations": """
        SELECT relname, relkind, coalesce(relacl::text, ''), reloptions::text, pg_get_userbyid(relowner)
        FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'S', 'v')""",
}


def described(connection, schema: str) -> dict[str, list[str]]:
    """All facts of the schema as sorted texts, its own name replaced. Its migrations are among them."""
    found = {}
    connection.execute("SET search_path = pg_catalog")
    for name, question in QUESTIONS.items():
        rows = connection.execute(question, [schema]).fetchall()
        found[name] = sorted(str(row).replace(schema, "SCHEMA") for row in rows)
    rows = connection.execute(f'SELECT app, name FROM "{schema}".django_migrations').fetchall()
    found["migrations"] = sorted(map(str, rows))
    return found


@contextmanager
def scratch_schema(shard: str, *, registered: bool = False, behind: int = 0) -> Iterator[str]:
    """A freshly replayed schema, dropped at the end; `registered` makes the migrator see it.

    It lacks the last `behind` migrations.
    """
    name = new_schema_name()
    with owner_connection(shard) as connection:
        everything = captured(shard)
        replay.build(connection, name, replay.script_of(everything[: len(everything) - behind]))
        if registered:
            SupplierSchema.objects.create(
                name=name, shard=shard, state=SchemaState.READY, fingerprint=head_fingerprint(shard)
            )
        try:
            yield name
        finally:
            SupplierSchema.objects.filter(name=name).delete()
            replay.drop(connection, name)
