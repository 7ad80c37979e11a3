"""Drop the second index that Django gave to every unique text for `LIKE 'a%'`: nobody asks that.

Of all tables of the schema, as the schema editor no longer makes them.
"""

from django.db import migrations

DROP = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT i.indexrelid::regclass AS name
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_opclass o ON o.oid = i.indclass[0]
        WHERE c.relnamespace = current_schema()::regnamespace
          AND o.opcname IN ('varchar_pattern_ops', 'text_pattern_ops')
    LOOP
        EXECUTE 'DROP INDEX ' || found.name;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
