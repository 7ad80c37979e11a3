"""Published boards are corrected with a reason; boards have external ids, substitutes a feed."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

import platform_core.db.fields
from platform_core.db.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_messages")]
    operations = [
        migrations.AddField(
            model_name="substitute",
            name="updated_at",
            field=platform_core.db.fields.ClockTime(default=timezone.now, on="save"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="supplyboard",
            name="external_id",
            field=models.CharField(blank=True, max_length=80, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="SupplyCorrection",
            fields=[
                (
                    "id",
                    platform_core.db.fields.RowId(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=40)),
                ("actor_name", models.CharField(max_length=120)),
                ("actor_on_behalf_of", models.CharField(blank=True, default="", max_length=120)),
                ("reason", models.CharField(max_length=200)),
                ("changes", models.JSONField(default=list)),
                ("at", platform_core.db.fields.ClockTime(on="create")),
                (
                    "board",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="orders.supplyboard",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["board", "id"], name="corrections_of_board")]},
        ),
        append_only("orders_supplycorrection"),
    ]
