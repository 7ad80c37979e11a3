"""Levels and addresses are known by other systems' ids."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dealers", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="dealerlevel",
            name="external_id",
            field=models.CharField(blank=True, max_length=80, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="dealeraddress",
            name="external_id",
            field=models.CharField(blank=True, max_length=80, null=True),
        ),
        migrations.AddConstraint(
            model_name="dealeraddress",
            constraint=models.UniqueConstraint(
                fields=("dealer", "external_id"), name="address_external_id_once"
            ),
        ),
    ]
