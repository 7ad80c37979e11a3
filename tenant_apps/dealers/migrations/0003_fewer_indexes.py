"""Drop indexes that nobody needs: a longer one begins with the same columns, or nobody looks there.

The index alone: `AlterField` would also make the foreign key anew and check every row.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealers', '0002_external_ids'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX dealers_dealeraddress_dealer_id_2fc0f780"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='dealeraddress',
                    name='dealer',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='dealers.dealer'),
                ),
            ],
        )
    ]
