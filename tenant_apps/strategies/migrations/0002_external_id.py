"""Goods strategies are known by other systems' ids."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("strategies", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="goodsstrategy",
            name="external_id",
            field=models.CharField(blank=True, max_length=80, null=True, unique=True),
        ),
    ]
