"""`manage.py demo [--stage|--full]`: one believable supplier with a year of trade, by the real commands."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_core.kernel import clock
from platform_core.kernel.context import serve
from public_site.demo.once import lay
from public_site.demo.papers import papers
from public_site.demo.stage import actor_named, set_stage
from public_site.demo.terms import terms
from public_site.demo.trade import YEAR, Trade
from tenant_apps.access.commands.keys import create_key
from tenant_apps.orders.models import SalesOrder
from tenants.management.commands.prepare import DEMO, OWNER, demo_password
from tenants.models import Supplier
from tenants.queries import serving_of

FULL = 6000
ENOUGH = 0.9  # of the wanted orders: some baskets meet empty shelves


class Command(BaseCommand):
    """Idempotent: an interrupted run goes on, a finished one is left alone."""

    help = "Trades the demo supplier's year of 1,000 orders; --full of 6,000; --stage only lays the ground."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--stage` only sets up goods, dealers and people; `--full` trades 6,000 orders."""
        parser.add_argument("--stage", action="store_true")
        parser.add_argument("--full", action="store_true")
        parser.add_argument("--key", action="store_true", help="print a new API key of the demo's dealer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the stage and tell its logins, or trade the year on it."""
        supplier = Supplier.objects.filter(slug=DEMO, state="active").first()
        if supplier is None:
            raise CommandError("There is no demo supplier: run `manage.py prepare --demo` first.")
        with serve(serving_of(supplier)):
            if options["key"]:
                dora = actor_named("dora")
                issued = create_key(actor=dora, name="curl", permissions=sorted(dora.grants))
                self.stdout.write(issued.secret)
            elif options["stage"]:
                self._set_stage()
            else:
                self._trade(FULL if options["full"] else settings.DEMO_ORDERS)

    def _set_stage(self) -> None:
        password = demo_password()
        owner = actor_named(OWNER)
        set_stage(owner, password, clock.now() - YEAR - timedelta(days=1), self.stderr.write)
        lay(owner, terms(owner, password), self.stderr.write)
        for login, role in ((OWNER, "owner"), ("sam", "finance and dispatch"), ("dora", "a dealer")):
            self.stdout.write(f"{login:<20} {password}  ({role})")

    def _trade(self, wanted: int) -> None:
        owner = actor_named(OWNER)
        if SalesOrder.objects.count() < wanted * ENOUGH:
            self.stdout.write(
                f"Trading the demo's year of {wanted:,} orders; everything can be used meanwhile."
            )
            Trade(owner, clock.now(), wanted, self.stdout.write).run()
            self.stdout.write("The demo's year is complete.")
        lay(owner, papers(owner), self.stdout.write)
