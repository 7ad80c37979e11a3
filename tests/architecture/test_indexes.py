"""A supplier has no index that it can do without (tenancy.md "Decided": few relations per supplier)."""

from __future__ import annotations

from django.db import connections

# Tables of libraries: theirs to decide.
NOT_OURS = {"account_emailaddress"}

INDEXES = """
SELECT t.relname, c.relname, i.indisunique, i.indpred IS NOT NULL, i.indkey::int[], o.opcname
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_opclass o ON o.oid = i.indclass[0]
WHERE c.relnamespace = current_schema()::regnamespace AND NOT 0 = ANY(i.indkey::int[])
"""


def indexes():
    with connections["default"].cursor() as cursor:
        cursor.execute(INDEXES)
        return [row for row in cursor.fetchall() if row[0] not in NOT_OURS]


def test_no_index_is_the_beginning_of_another(acme):
    found = indexes()
    needless = [
        f"{name} of {table}: {longer} begins with its columns"
        for table, name, is_unique, is_partial, columns, _ in found
        for other, longer, _, other_is_partial, others, _ in found
        if other == table and not is_unique and not is_partial and not other_is_partial
        if len(others) > len(columns) and others[: len(columns)] == columns
    ]

    assert needless == []


def test_no_text_has_a_second_index_for_patterns(acme):
    assert [name for _, name, _, _, _, opclass in indexes() if "pattern" in opclass] == []
