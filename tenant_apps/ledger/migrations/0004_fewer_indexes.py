"""Drop indexes that nobody needs: a longer one begins with the same columns, or nobody looks there.

The index alone: `AlterField` would also make the foreign key anew and check every row.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_floor_and_refund_guard'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX ledger_transfer_from_account_id_59ea70f1"),
                migrations.RunSQL("DROP INDEX ledger_transfer_refunds_id_41d56538"),
                migrations.RunSQL("DROP INDEX ledger_transfer_to_account_id_f2384881"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='transfer',
                    name='from_account',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.ledgeraccount'),
                ),
                migrations.AlterField(
                    model_name='transfer',
                    name='refunds',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer'),
                ),
                migrations.AlterField(
                    model_name='transfer',
                    name='to_account',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.ledgeraccount'),
                ),
            ],
        )
    ]
