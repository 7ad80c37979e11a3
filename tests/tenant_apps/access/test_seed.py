"""What a new supplier starts with, made once."""

from __future__ import annotations

from platform_core.identity.models import User
from tenant_apps.access import operations
from tenant_apps.access.models import Membership, SupplierSettings


def test_the_seed_runs_twice_without_effect(acme, olga_user):
    from platform_core.kernel.seeding import SeedFacts

    before = (User.objects.count(), Membership.objects.count(), SupplierSettings.objects.get().country)
    facts = SeedFacts(
        "Other", olga_user.public_id, "Other", "o@x.example", "hash", "en", "EUR", "Europe/Berlin"
    )
    operations.seed(facts)
    assert (
        User.objects.count(),
        Membership.objects.count(),
        SupplierSettings.objects.get().country,
    ) == before
    assert before[2] == "CN"
