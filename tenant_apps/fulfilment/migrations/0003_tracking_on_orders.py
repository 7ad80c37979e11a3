from django.db import migrations

# Orders that were shipped before they kept their shipments' tracking numbers.
_FILL = """
UPDATE orders_salesorder o SET tracking_numbers = t.numbers
FROM (
    SELECT u.source_id, jsonb_agg(DISTINCT s.tracking_number) AS numbers
    FROM fulfilment_shipment s JOIN inventory_stockout u ON u.id = s.stock_out_id
    WHERE u.source_kind = 'order' AND s.tracking_number <> ''
    GROUP BY u.source_id) t
WHERE t.source_id = o.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0002_append_only'),
        ('inventory', '0001_initial'),
        ('orders', '0018_found_by_tracking_numbers'),
    ]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
