"""A worker killed with -9 in the middle of an import: the sweep's next one finishes it, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from platform_core.imports import commands, queries, working
from platform_core.imports.models import Import
from platform_core.kernel import clock
from tenant_apps.access.models import Membership
from tenant_apps.access.queries import actor_of_membership
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.dealers.models import Dealer
from tenant_apps.dealers.operations import import_password
from tenant_apps.dealers.queries import IMPORT, imported_dealers
from tests.platform_core.test_imports import running
from tests.tenant_apps.dealers.test_doors import workbook

pytestmark = pytest.mark.slow
PROGRAM = """
import django; django.setup()
import time
from datetime import timedelta
from platform_core.imports import operations, working
from platform_core.kernel.context import serve
from tenants.queries import serving_by_id
{slow}
with serve(serving_by_id("{supplier}")):
    working.work("{id}")
"""
# All rows are written, and the transaction stays open until the lease has long ended.
SLEEPS_AT_THE_END = """
operations.LEASE = timedelta(0)
from tenant_apps.catalog.commands import imports
imports._Storing._rekey_others = lambda self: (print("written", flush=True), time.sleep(600))
"""
SLEEPS_AT_ROW_3 = """
from tenant_apps.dealers import commands
create = commands.create_dealer
def slow(**asked):
    made = create(**asked)
    if asked["dealer"].code == "D-3":
        print("written", flush=True)
        time.sleep(600)
    return made
commands.create_dealer = slow
"""


@pytest.fixture
def worker(committed):
    """Start a worker process on an import and wait until it sleeps; the test kills it."""
    started = []

    def start(work: Import, slow: str) -> subprocess.Popen:
        program = PROGRAM.format(slow=slow, supplier=committed.id, id=work.public_id)
        process = subprocess.Popen(
            [sys.executable, "-c", program], env=os.environ, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        for line in process.stdout:
            if line == "written\n":
                return process
        raise AssertionError("the worker ended before its sleep")

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def killed(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def olga():
    return actor_of_membership(Membership.objects.get(is_administrator=True))


def taken_up(work: Import) -> bool:
    """As the next worker would, once the database has noticed the death."""
    deadline = time.monotonic() + 20
    while not working.work(work.public_id) and time.monotonic() < deadline:
        time.sleep(0.1)
    work.refresh_from_db()
    return work.state == "done"


def test_goods_are_stored_whole_or_not_at_all(worker):
    work = running(olga(), *(f"A-{number}" for number in range(50)))
    process = worker(work, SLEEPS_AT_THE_END)

    # It is slow, its lease has ended, and it lives: nobody takes its place.
    assert queries.overdue() == [work.public_id]
    assert not working.work(work.public_id)
    assert Sku.objects.count() == 0

    killed(process)
    assert taken_up(work)
    assert (Sku.objects.count(), Product.objects.count()) == (50, 50)
    assert (work.result["new"], work.attempts) == (50, 2)
    assert not working.work(work.public_id)


def test_dealers_stored_before_the_death_are_not_stored_again(worker):
    rows = [
        {"code": f"D-{number}", "name": f"Dealer {number}", "administrator_login": f"dealer{number}"}
        for number in range(1, 6)
    ]
    actor, file = olga(), workbook(rows)
    table, _ = imported_dealers(actor, file, file.name, locale="en")
    work = commands.upload(actor=actor, kind=IMPORT, file=file, table=table, secret="s" * 24)
    commands.confirm(actor=actor, import_id=work.public_id)
    process = worker(work, SLEEPS_AT_ROW_3)
    assert sorted(Dealer.objects.values_list("code", flat=True)) == ["D-1", "D-2"]

    killed(process)
    Import.objects.filter(pk=work.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    assert taken_up(work)

    assert work.result == {"created": 5, "changed": 0, "failed": 0}
    assert work.lines.count() == Dealer.objects.count() == 5
    for line in work.lines.all():
        person = Membership.objects.get(organisation__dealer__code=line.code).user
        assert person.login == line.detail
        assert person.check_password(import_password(work, line.number))
