"""Drop indexes that nobody needs: a longer one begins with the same columns, or nobody looks there.

The index alone: `AlterField` would also make the foreign key anew and check every row.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0001_initial'),
        ('dealers', '0003_fewer_indexes'),
        ('logistics', '0001_initial'),
        ('orders', '0002_append_only'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX orders_raworder_carrier_id_7f22aacf"),
                migrations.RunSQL("DROP INDEX orders_raworder_dealer_id_433563f1"),
                migrations.RunSQL("DROP INDEX orders_raworder_warehouse_id_2b1b54db"),
                migrations.RunSQL("DROP INDEX orders_salesorder_dealer_id_604a3b92"),
                migrations.RunSQL("DROP INDEX orders_salesorderline_sku_id_9e0a8a08"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='raworder',
                    name='carrier',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logistics.carrier'),
                ),
                migrations.AlterField(
                    model_name='raworder',
                    name='dealer',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealers.dealer'),
                ),
                migrations.AlterField(
                    model_name='raworder',
                    name='warehouse',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='logistics.warehouse'),
                ),
                migrations.AlterField(
                    model_name='salesorder',
                    name='dealer',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealers.dealer'),
                ),
                migrations.AlterField(
                    model_name='salesorderline',
                    name='sku',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku'),
                ),
            ],
        )
    ]
