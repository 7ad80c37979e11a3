"""API keys: never wider than who makes them, never made by another key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid, NotFound
from tenant_apps.access import queries
from tenant_apps.access.commands import keys
from tenant_apps.access.errors import BeyondOwnAccess, PersonOnly, ScopeTooNarrow
from tenant_apps.access.models import ApiKey
from tests.refusals import problems_of


class TestKeys:
    def test_a_key_stays_within_its_makers_reach(self, dora):
        with pytest.raises(BeyondOwnAccess):
            keys.create_key(actor=dora, name="K", permissions=["catalog.manage"])
        assert ApiKey.objects.count() == 0

    def test_a_narrow_scope_makes_no_wide_key(self, mona):
        with pytest.raises(ScopeTooNarrow):
            keys.create_key(actor=mona, name="K", permissions=["orders.read"])

    def test_a_key_makes_no_key(self, olga):
        made = keys.create_key(actor=olga, name="K", permissions=["access.manage_keys"])
        machine = queries.actor_of_key(queries.key_of_secret(made.secret))
        with pytest.raises(PersonOnly):
            keys.create_key(actor=machine, name="L", permissions=["access.manage_keys"])

    def test_bad_keys_are_not_made(self, olga):
        with pytest.raises(Invalid) as refused:
            keys.create_key(
                actor=olga, name=" ", permissions=[], expires_at=clock.now() - timedelta(seconds=1)
            )
        assert problems_of(refused.value) == [
            ("/name", "required"),
            ("/permissions", "required"),
            ("/expires_at", "past"),
        ]

    def test_foreign_keys_do_not_exist(self, dora, xavier):
        made = keys.create_key(actor=xavier, name="K", permissions=["orders.read"])
        with pytest.raises(NotFound):
            keys.revoke_key(actor=dora, key_id=made.key.public_id)
        assert ApiKey.objects.get().revoked_at is None
