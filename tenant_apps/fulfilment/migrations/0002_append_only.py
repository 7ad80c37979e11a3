"""Rows that are evidence are written once."""

from django.db import migrations

from platform_core.db.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0001_initial")]
    operations = [
        append_only("fulfilment_shipmentstep"),
    ]
