"""`manage.py prepare` may run as often as one likes."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from tenants.models import SignUp, Supplier
from tenants.states import SupplierState


def prepare(settings, *options: str) -> str:
    call_command("prepare", *options, stdout=StringIO())
    return (settings.VAR / "welcome.txt").read_text()


def test_it_makes_the_demo_supplier_once_and_tells_its_login(committing, settings, monkeypatch):
    monkeypatch.setattr("tenants.management.commands.prepare.get_commands", dict)

    first, second = prepare(settings, "--demo"), prepare(settings, "--demo")

    assert Supplier.objects.get(slug="demo").state == SupplierState.ACTIVE
    assert SignUp.objects.filter(slug="demo").count() == 1
    assert first == second
    assert "http://demo.localhost" in first
    assert "olga@demo.example" in first


def test_without_demo_there_is_only_the_public_site(committing, settings):
    text = prepare(settings, "--no-demo")

    assert not Supplier.objects.filter(slug="demo").exists()
    assert "demo" not in text
