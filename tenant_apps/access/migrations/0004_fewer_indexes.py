"""Drop indexes that nobody needs: a longer one begins with the same columns, or nobody looks there.

The index alone: `AlterField` would also make the foreign key anew and check every row.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_feeds_and_external_ids'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DROP INDEX access_membership_organisation_id_f4c4f883"),
                migrations.RunSQL("DROP INDEX access_role_organisation_id_b6d96f9a"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='membership',
                    name='organisation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='access.organisation'),
                ),
                migrations.AlterField(
                    model_name='role',
                    name='organisation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='access.organisation'),
                ),
            ],
        )
    ]
