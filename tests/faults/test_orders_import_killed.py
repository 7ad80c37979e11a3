"""A worker killed with -9 in the middle of submitting imported orders: the next one ends it, none twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.imports import commands
from platform_core.imports.models import Import
from platform_core.kernel import clock
from tenant_apps.orders.commands.taking import upload_orders
from tenant_apps.orders.models import RawOrder, RawOrderStep, SalesOrder
from tenant_apps.orders.queries.taking import IMPORT, orders_preview
from tests.cast import actor_of, make_dealer, make_person
from tests.factories import orders
from tests.faults.test_import_killed import killed, taken_up, worker
from tests.platform_core.workbook_kit import workbook
from tests.tenant_apps.orders.test_raw_import import rows

__all__ = ["worker"]
pytestmark = pytest.mark.slow
SLEEPS_AT_ORDER_3 = """
from tenant_apps.orders import tasks
submit = tasks.submit_taken
def slow(**asked):
    made = submit(**asked)
    from tenant_apps.orders.models import RawOrder
    if RawOrder.objects.get(public_id=asked["raw_id"]).client_ref == "TB-3":
        print("written", flush=True)
        time.sleep(600)
    return made
tasks.submit_taken = slow
"""


def test_orders_submitted_before_the_death_are_not_submitted_again(worker):
    dealer = make_dealer("D-1", "Dora's Drinks")
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    orders.trade(dealer)
    orders.settings(carrier_required=False)
    file = SimpleUploadedFile("o.xlsx", workbook(rows(*({"原始单号": f"TB-{n}"} for n in range(1, 6)))))
    table = orders_preview(dora, file, "o.xlsx", locale="en").table
    work = upload_orders(actor=dora, kind=IMPORT, file=file, table=table)
    commands.confirm(actor=dora, import_id=work.public_id)
    process = worker(work, SLEEPS_AT_ORDER_3)
    assert RawOrder.objects.filter(state="pending").count() == 3
    assert SalesOrder.objects.count() == 2

    killed(process)
    Import.objects.filter(pk=work.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    assert taken_up(work)

    assert (work.result["submitted"], work.result["waits"]) == (5, 0)
    assert (RawOrder.objects.count(), SalesOrder.objects.count()) == (5, 5)
    assert RawOrderStep.objects.filter(name="submit").count() == 5
