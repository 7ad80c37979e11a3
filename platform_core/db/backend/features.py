"""What the database can do, said without asking it: a probe would need a supplier."""

from django.db.backends.postgresql.features import DatabaseFeatures as PostgresFeatures


class DatabaseFeatures(PostgresFeatures):
    """PostgreSQL has transactions; Django would find out by making a table."""

    supports_transactions = True
