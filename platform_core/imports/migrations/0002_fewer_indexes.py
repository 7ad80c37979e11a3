"""Drop indexes that nobody needs: a longer one begins with the same columns, or nobody looks there.

The index alone: `AlterField` would also make the foreign key anew and check every row.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX import_row_import_of_id_4d21745d"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='importrow',
                    name='import_of',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='imports.import'),
                ),
            ],
        )
    ]
