"""`manage.py reconcile`: prove that each supplier's money and stock follow from their movements."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from platform_core.kernel.context import serve
from tenant_apps.ledger.verify import reconcile


class Command(BaseCommand):
    """Prints what does not add up; ends with an error when anything does not."""

    help = "Check that balances and stock follow from their entries, for all active suppliers."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--supplier` narrows to one, by its subdomain."""
        parser.add_argument("--supplier", default="", help="a supplier's subdomain; all without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all checks. Raises CommandError for an unknown supplier, or after a finding."""
        suppliers = import_string(settings.ACTIVE_SUPPLIERS)()
        if options["supplier"]:
            suppliers = [one for one in suppliers if one.slug == options["supplier"]]
            if not suppliers:
                raise CommandError(f"There is no active supplier {options['supplier']!r}.")
        wrong = 0
        for supplier in suppliers:
            with serve(supplier):
                findings = reconcile()
            for finding in findings:
                if finding.found:
                    wrong += 1
                    self.stderr.write(f"{supplier.slug}: {finding.found} {finding.check}")
            self.stdout.write(f"{supplier.slug}: {len(findings)} checks")
        if wrong:
            raise CommandError(f"{wrong} checks found something.")
