"""A provisioner killed with -9 in the middle: the sweep finishes its work, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from platform_core.kernel import clock
from platform_core.kernel.context import serve
from tenant_apps.access.models import Membership
from tenants import hosts, tasks
from tenants.models import Provisioning, Supplier, SupplierSchema
from tenants.states import ProvisioningState
from tests.tenants.trail import confirmed, fresh_slug, left_behind_nothing, serving

pytestmark = pytest.mark.slow
SLOW = "tests.faults.slow.seed"
PROGRAM = """
import django; django.setup()
from django.conf import settings
settings.SUPPLIER_SEEDERS = [*settings.SUPPLIER_SEEDERS, "{slow}"]
from tenants import provisioning
provisioning.provision("{id}")
"""


def seeding(work: Provisioning) -> bool:
    work.refresh_from_db()
    return work.state == ProvisioningState.SEEDING


@pytest.mark.usefixtures("django_db_setup")
def test_a_killed_provisioner_leaves_one_whole_supplier(django_db_blocker):
    with django_db_blocker.unblock(), left_behind_nothing():
        slug = fresh_slug()
        work = confirmed(slug)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(slow=SLOW, id=work.public_id)], env=os.environ
        )
        deadline = time.monotonic() + 60
        while not seeding(work) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()

        # Half made: it has its schema, but answers on no host.
        assert hosts.find(f"{slug}.localhost") is None
        Provisioning.objects.filter(pk=work.pk).update(lease_until=clock.now())
        tasks.sweep_provisioning()
        tasks.sweep_provisioning()

        work.refresh_from_db()
        assert (work.state, work.attempts) == (ProvisioningState.READY, 2)
        supplier = Supplier.objects.get(slug=slug)
        assert SupplierSchema.objects.filter(supplier=supplier).count() == 1
        with serve(serving(slug)):
            assert Membership.objects.filter(is_administrator=True).count() == 1
        hosts.forget()
        assert hosts.find(f"{slug}.localhost") is not None
