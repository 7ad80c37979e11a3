"""One table."""

from django.db import models


class Row(models.Model):
    """As many columns as a listed SKU has."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    unit = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=18, decimal_places=6)
    stock = models.DecimalField(max_digits=18, decimal_places=3)
    weight = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta:
        db_table = "bare_row"
