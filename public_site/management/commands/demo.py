"""`manage.py demo [--full]`: one believable supplier with a year of trade, by the real commands."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_core.kernel import clock
from platform_core.kernel.context import serve
from public_site.demo.stage import actor_named, set_stage
from public_site.demo.trade import YEAR, Trade
from tenant_apps.orders.models import SalesOrder
from tenants.management.commands.prepare import DEMO, OWNER, demo_password
from tenants.models import Supplier
from tenants.queries import serving_of

ORDERS, FULL = settings.DEMO_ORDERS, 6000
ENOUGH = 0.9  # of the wanted orders: some baskets meet empty shelves


class Command(BaseCommand):
    """Idempotent: an interrupted run goes on, a finished one is left alone."""

    help = "Seeds the demo supplier with 1,000 orders over a year; --full with 6,000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--full` for 6,000 orders."""
        parser.add_argument("--full", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, then tell the logins on standard output."""
        supplier = Supplier.objects.filter(slug=DEMO, state="active").first()
        if supplier is None:
            raise CommandError("There is no demo supplier: run `manage.py prepare --demo` first.")
        wanted = FULL if options["full"] else ORDERS
        with serve(serving_of(supplier)):
            if SalesOrder.objects.count() < wanted * ENOUGH:
                end = clock.now()
                owner = actor_named(OWNER)
                set_stage(owner, demo_password(), end - YEAR - timedelta(days=1), self.stderr.write)
                Trade(owner, end, wanted, self.stderr.write).run()
        password = demo_password()
        for login, role in ((OWNER, "owner"), ("sam", "finance and dispatch"), ("dora", "a dealer")):
            self.stdout.write(f"{login:<20} {password}  ({role})")
