"""People, roles and organisations are followed as feeds and known by other systems' ids."""

from django.db import migrations, models
from django.utils import timezone

import platform_core.db.fields


def _updated_at(model: str) -> migrations.AddField:
    """What stands there already counts as changed now."""
    return migrations.AddField(
        model_name=model,
        name="updated_at",
        field=platform_core.db.fields.ClockTime(default=timezone.now, on="save"),
        preserve_default=False,
    )


def _external_id(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="external_id",
        field=models.CharField(blank=True, max_length=80, null=True),
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="organisation", name="version", field=models.PositiveIntegerField(default=1)
        ),
        _updated_at("organisation"),
        _external_id("role"),
        _updated_at("role"),
        _external_id("membership"),
        _updated_at("membership"),
        _updated_at("apikey"),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                fields=("organisation", "external_id"), name="role_external_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("organisation", "external_id"), name="person_external_id_once"
            ),
        ),
    ]
