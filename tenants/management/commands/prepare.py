"""`manage.py prepare`: everything that must stand before the first request, however often it is run."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from io import StringIO
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from tenants import hosts, provisioning, queries
from tenants.commands import SignUpFacts, confirm_sign_up, request_sign_up
from tenants.models import SignUp, Supplier
from tenants.rules import skeleton
from tenants.schemas import pool
from tenants.states import SupplierState

DEMO = "demo"
OWNER = "olga@demo.example"


class Command(BaseCommand):
    """Idempotent. Schemas, static files, hosts, the warm pool; while developing the demo supplier too."""

    help = "Brings schemas, static files, hosts and the pool up to date; with --demo the demo supplier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo` makes the demo supplier also outside development, `--no-demo` never."""
        parser.add_argument("--demo", action="store_true", default=settings.ENVIRONMENT == "dev")
        parser.add_argument("--no-demo", action="store_false", dest="demo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it. Raises CommandError when a part cannot be made ready."""
        call_command("migrate_suppliers", stdout=self.stdout, stderr=self.stderr)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        logins = self._demo() if options["demo"] else []
        self._publish_hosts()
        built = pool.refill()
        if built:
            self.stdout.write(f"Built {built} schemas for the next sign-ups.")
        text = welcome_text(logins)
        (settings.VAR / "welcome.txt").write_text(text, encoding="utf-8")

    def _publish_hosts(self) -> None:
        try:
            hosts.reload_all()
        except redis.RedisError:
            self.stdout.write("Redis does not answer: hosts are read from the database until it does.")

    def _demo(self) -> list[str]:
        """Make sure of the demo supplier; the lines that tell its logins."""
        if not Supplier.objects.filter(slug=DEMO, state=SupplierState.ACTIVE).exists():
            self.stdout.write("Preparing the demo supplier.")
            make_demo_supplier()
        if "demo" not in get_commands():
            return [f"{OWNER}  {demo_password()}  (owner)"]
        told = StringIO()
        call_command("demo", stage=True, stdout=told, stderr=self.stdout)
        return [line for line in told.getvalue().splitlines() if line.strip()]


def make_demo_supplier() -> None:
    """Sign the demo supplier up and provision it, by the commands every supplier comes by.

    Raises CommandError when the provisioning did not come to its end.
    """
    waiting = SignUp.objects.filter(slug=DEMO, provisioning__isnull=False).first()
    if waiting is None:
        facts = SignUpFacts(
            company="Demo Beverages & Household 演示商贸",
            slug=DEMO,
            name="Olga Owner",
            email=OWNER,
            password=demo_password(),
            language="en",
            currency="CNY",
            timezone="Asia/Shanghai",
        )
        _, token = request_sign_up(facts, may_be_reserved=True)
        work = confirm_sign_up(token)
    else:
        work = waiting.provisioning
        # Whoever had the lease was ended with the last run: two preparations never run at once.
        type(work).objects.filter(pk=work.pk).update(lease_until=None)
    if not provisioning.provision(work.public_id):
        raise CommandError("The demo supplier could not be prepared; the log says why. Run this again.")
    if not Supplier.objects.filter(skeleton=skeleton(DEMO), state=SupplierState.ACTIVE).exists():
        raise CommandError("The demo supplier was not finished; the log says why. Run this again.")


def demo_password() -> str:
    """The password of every demo login: well known while developing, drawn once elsewhere."""
    if settings.DEBUG:
        return "dealerdesk-demo"
    file = settings.VAR / "demo_password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12))
    return file.read_text().strip()


def welcome_text(logins: list[str]) -> str:
    """The addresses and logins that the runner prints."""
    lines = ["Dealerdesk is ready.", "", f"  Public site    {settings.SCHEME}://{settings.BASE_HOST}"]
    if settings.DEBUG:
        lines.append(f"  Mail inbox     {settings.SCHEME}://{settings.BASE_HOST}/__inbox")
    if logins:
        lines.append(f"  Demo supplier  {settings.SCHEME}://{queries.main_host(DEMO)}")
        lines += [f"    {line}" for line in logins]
    return "\n".join([*lines, ""])
