from django.db import migrations, models

# Orders from before: what the lines do not explain of an order's tax is on its fee and its freight.
_FILL = """
UPDATE orders_salesorder o
SET fee_tax_minor = p.fee, freight_tax_minor = p.rest - p.fee,
    fee_tax_rate = CASE WHEN p.fee <> 0 THEN s.fee_tax_rate ELSE 0 END,
    freight_tax_rate = CASE WHEN p.rest <> p.fee THEN s.freight_tax_rate ELSE 0 END
FROM access_suppliersettings s, (
    SELECT r.id, r.rest, least(r.rest, CASE
        WHEN r.tax_included THEN r.fee_minor - round(r.fee_minor * 100 / (100 + t.fee_tax_rate))
        ELSE round(r.fee_minor * t.fee_tax_rate / 100) END)::bigint AS fee
    FROM access_suppliersettings t, (
        SELECT x.id, x.tax_included, x.fee_minor, (x.tax_minor - coalesce(
            (SELECT sum(l.tax_minor) FROM orders_salesorderline l WHERE l.order_id = x.id), 0))::bigint AS rest
        FROM orders_salesorder x) r
    WHERE t.id = 1 AND r.rest > 0) p
WHERE s.id = 1 AND p.id = o.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('orders', '0015_grants'),
    ]

    operations = [
        migrations.AddField('salesorder', 'freight_tax_rate', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
        migrations.AddField('salesorder', 'freight_tax_minor', models.BigIntegerField(default=0)),
        migrations.AddField('salesorder', 'fee_tax_rate', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
        migrations.AddField('salesorder', 'fee_tax_minor', models.BigIntegerField(default=0)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
