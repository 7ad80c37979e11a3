"""`manage.py migrate_suppliers`: control schema, templates, then every supplier's schema."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from tenants.schemas.connect import GROUND, owner_alias, shards
from tenants.schemas.functions import install_functions
from tenants.schemas.migrate import migrate_shard
from tenants.schemas.template import migrate_template


class Command(BaseCommand):
    """Resumable: what is at head already is skipped, a failed canary stops the run."""

    # The checks import every page; a migration needs none of them.
    requires_system_checks = []
    help = "Brings the control schema, the templates and all suppliers' schemas to head."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--parallel` connections per shard."""
        parser.add_argument("--parallel", type=int, default=4)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; exit code 1 when a schema failed."""
        install_functions("control_owner")
        with connections["control_owner"].cursor() as cursor:
            cursor.execute(GROUND)
        call_command("migrate", database="control_owner", verbosity=0, interactive=False)
        failed = 0
        for shard in shards():
            install_functions(owner_alias(shard))
            new = migrate_template(shard)
            report = migrate_shard(shard, options["parallel"], self.stdout.write)
            self.stdout.write(
                f"{shard}: {len(new)} new migrations, {report.current} schemas were current,"
                f" {report.migrated} migrated, {len(report.failed)} failed."
            )
            for name, error in report.failed.items():
                self.stderr.write(f"{shard}.{name}: {error}")
            failed += len(report.failed)
        if failed:
            raise CommandError(f"{failed} schemas failed; mend the cause and run this again.")
