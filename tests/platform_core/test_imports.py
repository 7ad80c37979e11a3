"""Imports from the confirmation to the report: one effect, whoever dies; seen by whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.attachments.models import Attachment
from platform_core.imports import commands, operations, queries, tasks, working
from platform_core.imports.errors import ImportFaulty, ImportGone
from platform_core.imports.models import Import
from platform_core.imports.states import ImportState
from platform_core.kernel import clock
from platform_core.kernel.context import serve
from platform_core.kernel.errors import NotFound
from tenant_apps.access.models import Membership, Scope, ScopeKind
from tenant_apps.catalog.commands.imports import upload_goods
from tenant_apps.catalog.models import Sku
from tenant_apps.catalog.queries import compared
from tenant_apps.dealers import commands as dealers
from tenant_apps.dealers.models import Dealer
from tenant_apps.inventory.commands import counted
from tests.cast import actor_of, client_of, make_person
from tests.factories import inventory as stock
from tests.imports import confirmed, import_id
from tests.tenant_apps.catalog.books import book, row
from tests.tenant_apps.dealers.test_doors import workbook

ONE = {"code": "D-1", "name": "One", "administrator_login": "one"}
TWO = {"code": "D-2", "name": "Two", "administrator_login": "two"}


def goods(actor, *codes) -> Import:
    """A checked goods import."""
    file = book(*(row(code, product_code=f"P-{code}") for code in codes))
    found = compared(file, file.name, locale="en")
    return upload_goods(actor=actor, file=file, table=found.table)


def running(actor, *codes) -> Import:
    return commands.confirm(actor=actor, import_id=goods(actor, *codes).public_id)


def end_lease(work: Import) -> None:
    Import.objects.filter(pk=work.pk).update(lease_until=clock.now() - timedelta(seconds=1))


@pytest.fixture
def woken(monkeypatch):
    """Whom wake-ups went to."""
    sent = []
    monkeypatch.setattr(commands, "wake", lambda name, *args: sent.append((name, *args)))
    return sent


def test_a_confirmed_import_wakes_a_worker_once(acme, olga, woken, django_capture_on_commit_callbacks):
    checked = goods(olga, "A-1")
    for _ in range(2):
        with django_capture_on_commit_callbacks(using=acme.shard, execute=True):
            work = commands.confirm(actor=olga, import_id=checked.public_id)

    assert (work.state, work.rows_total, Sku.objects.count()) == ("running", 1, 0)
    assert woken == [(commands.WORK, checked.public_id)]


def test_a_worker_stores_it_once_and_forgets_the_file(olga):
    work = running(olga, "A-1", "A-2")

    assert tasks.work.run(work.public_id)
    assert not tasks.work.run(work.public_id)

    work.refresh_from_db()
    assert (work.state, work.rows_done, work.attempts, work.lease_until) == ("done", 2, 1, None)
    assert (work.result["new"], Sku.objects.count()) == (2, 2)
    assert not Attachment.objects.exists()
    assert commands.confirm(actor=olga, import_id=work.public_id).state == ImportState.DONE


def test_whoever_holds_the_lease_is_left_alone(olga):
    work = running(olga, "A-1")
    assert queries.overdue() == [work.public_id]
    Import.objects.filter(pk=work.pk).update(lease_until=clock.now() + timedelta(seconds=1))

    assert not working.work(work.public_id)
    assert (queries.overdue(), Sku.objects.count()) == ([], 0)


def test_a_broken_worker_is_followed_by_another(olga, monkeypatch):
    work = running(olga, "A-1")

    def break_down(*_args):
        raise SystemError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(operations, "finish", break_down)
        with pytest.raises(SystemError):
            working.work(work.public_id)
    assert (Sku.objects.count(), queries.overdue()) == (0, [])

    end_lease(work)
    assert queries.overdue() == [work.public_id]
    working.work(work.public_id)
    work.refresh_from_db()
    assert (work.state, work.attempts, Sku.objects.count()) == ("done", 2, 1)


def test_the_sweep_wakes_a_worker_for_what_lies_there(acme, olga, woken, monkeypatch, settings):
    settings.ACTIVE_SUPPLIERS = f"{__name__}.only_acme"
    monkeypatch.setitem(globals(), "ACME", acme)
    lying, held = running(olga, "A-1"), running(olga, "B-1")
    Import.objects.filter(pk=held.pk).update(lease_until=clock.now() + timedelta(seconds=9))

    with serve(None):
        assert tasks.sweep.run() == 1

    assert woken == [(commands.WORK, lying.public_id)]


def only_acme():
    return [globals()["ACME"]]


def test_an_import_that_breaks_again_and_again_is_given_up(olga):
    work = running(olga, "A-1")
    Import.objects.filter(pk=work.pk).update(attempts=working.ATTEMPTS_MAX)

    assert working.work(work.public_id)

    work.refresh_from_db()
    assert (work.state, Sku.objects.count()) == ("failed", 0)
    assert work.result["message"].startswith("The import could not be finished.")


def test_what_became_wrong_is_told_in_the_senders_language_and_nothing_is_stored(as_olga, olga):
    work = running(olga, "A-1", "B-1")
    Import.objects.filter(pk=work.pk).update(locale="zh-hans")
    stock.skus(1, "B")
    Sku.objects.filter(merchant_code="B-1").update(merchant_code="A-1")

    working.work(work.public_id)

    page = as_olga.get(f"/imports/{work.public_id}").content.decode()
    work.refresh_from_db()
    assert (work.state, Sku.objects.count()) == ("failed", 1)
    assert all(line in page for line in (work.result["message"], *work.result["problems"]))
    assert work.result["problems"][0].startswith("第 2 行")


def test_who_lost_the_permission_meanwhile_stores_nothing(olga, supplier_organisation):
    user = make_person(supplier_organisation, "ina", permissions=["catalog.import", "catalog.read"])
    work = running(actor_of(user), "A-1")
    Membership.objects.filter(user=user).update(permissions=[])

    working.work(work.public_id)

    work.refresh_from_db()
    assert (work.state, Sku.objects.count()) == ("failed", 0)


def test_only_its_sender_confirms_a_clean_file(olga, sam, supplier_organisation):
    other = actor_of(make_person(supplier_organisation, "fiona", administrator=True))
    checked = goods(olga, "A-1")
    with pytest.raises(ImportGone):
        commands.confirm(actor=other, import_id=checked.public_id)

    faulty = goods(olga, "A-1", "A-1")
    with pytest.raises(ImportFaulty):
        commands.confirm(actor=olga, import_id=faulty.public_id)
    with pytest.raises(ImportGone):
        commands.confirm(actor=olga, import_id=checked.public_id)  # replaced by the later file
    assert not Import.objects.filter(state=ImportState.RUNNING).exists()


# Row by row


def dealers_import(client, *rows) -> Import:
    page = client.post("/dealers/import", {"file": workbook(list(rows))}).content.decode()
    client.post("/imports/confirm", {"import": import_id(page)})
    return Import.objects.get(public_id=import_id(page))


def test_a_broken_worker_of_dealers_leaves_whole_rows_and_the_next_one_does_the_rest(as_olga, monkeypatch):
    work = dealers_import(as_olga, ONE, TWO)
    create = dealers.create_dealer

    def dies_at_two(**asked):
        made = create(**asked)
        if asked["dealer"].code == "D-2":
            raise SystemError("killed")
        return made

    with monkeypatch.context() as broken:
        broken.setattr(dealers, "create_dealer", dies_at_two)
        with pytest.raises(SystemError):
            working.work(work.public_id)
    work.refresh_from_db()
    assert (work.state, work.rows_done, Dealer.objects.count()) == ("running", 1, 1)

    end_lease(work)
    working.work(work.public_id)
    work.refresh_from_db()
    assert (work.state, work.result) == ("done", {"created": 2, "changed": 0, "failed": 0})
    assert list(work.lines.values_list("number", "code").order_by("number")) == [(2, "D-1"), (3, "D-2")]
    assert Dealer.objects.count() == 2


def test_a_long_import_goes_to_the_end_of_the_queue(as_olga, woken, monkeypatch):
    work = dealers_import(as_olga, ONE, TWO)
    with monkeypatch.context() as hurried:
        hurried.setattr(operations, "TURN_SECONDS", -1)
        working.work(work.public_id)
    work.refresh_from_db()
    assert (work.state, work.lease_until) == ("running", None)
    assert woken == [(commands.WORK, work.public_id)]

    working.work(work.public_id)
    assert Dealer.objects.count() == 2


def test_a_worker_that_lost_its_lease_undoes_its_row(as_olga, monkeypatch):
    work = dealers_import(as_olga, ONE)
    create = dealers.create_dealer

    def too_slow(**asked):
        Import.objects.filter(pk=work.pk).update(holder="somebody else")
        return create(**asked)

    monkeypatch.setattr(dealers, "create_dealer", too_slow)
    assert not working.work(work.public_id)
    assert Dealer.objects.count() == 0


def test_passwords_are_forgotten_after_a_day(as_olga):
    work = dealers_import(as_olga, ONE)
    working.work(work.public_id)
    operations.forget_secrets()
    assert Import.objects.get().secret != ""

    Import.objects.update(finished_at=clock.now() - timedelta(hours=25))
    assert as_olga.post("/dealers/import/passwords", {"token": work.public_id}).status_code == 410
    operations.forget_secrets()
    assert Import.objects.get().secret == ""


def test_uploads_that_nobody_confirmed_go_after_a_day_with_their_files(olga):
    old, kept = goods(olga, "A-1"), running(olga, "B-1")
    fresh = goods(olga, "C-1")
    Import.objects.filter(pk=kept.pk).update(created_at=clock.now() - timedelta(hours=25))

    assert tasks.tidy.run() == 0
    Import.objects.filter(pk=fresh.pk).update(created_at=clock.now() - timedelta(hours=25))
    assert tasks.tidy.run() == 1

    assert not Import.objects.filter(pk__in=[old.pk, fresh.pk]).exists()
    assert list(Attachment.objects.values_list("owner_id", flat=True)) == [kept.pk]


# Who sees it


def test_the_list_and_the_progress_show_how_far_it_is(as_olga, olga):
    work = running(olga, "A-1", "A-2", "A-3")
    operations.tell(work, 2)

    listed = as_olga.get("/imports/").content.decode()
    shown = as_olga.get(f"/imports/{work.public_id}").content.decode()
    polled = as_olga.get(f"/imports/{work.public_id}", headers={"HX-Request": "true"}).content.decode()

    assert "2 / 3" in listed
    assert "Olga Owner" in listed
    assert "goods.xlsx" in listed
    assert "2 / 3" in shown
    assert polled.lstrip().startswith("<div")
    assert 'hx-trigger="every 1s"' in polled
    working.work(work.public_id)
    assert (
        "hx-trigger"
        not in as_olga.get(f"/imports/{work.public_id}", headers={"HX-Request": "true"}).content.decode()
    )


def test_only_who_may_import_sees_imports(as_sam, olga):
    work = running(olga, "A-1")

    assert as_sam.get("/imports/").status_code == 403
    assert as_sam.get(f"/imports/{work.public_id}").status_code == 403


def test_a_dealers_person_sees_none_of_the_suppliers_imports(as_dora, olga):
    work = running(olga, "A-1")

    assert work.name not in as_dora.get("/imports/").content.decode()
    assert as_dora.get(f"/imports/{work.public_id}").status_code in {403, 404}


def test_who_sees_one_warehouse_sees_no_import_into_another(olga, as_olga, supplier_organisation):
    near, far = stock.warehouse("NEAR"), stock.warehouse("FAR")
    stock.skus(1)
    for place in (near, far):
        file = SimpleUploadedFile("stock.csv", b"merchant_code,on_hand\nA-1,5\n")
        table = counted(file, file.name, locale="en")
        kept = commands.upload(actor=olga, kind="stock", file=file, subject=place.public_id, table=table)
        confirmed(as_olga, kept.public_id)
    user = make_person(
        supplier_organisation, "wim", permissions=["inventory.manage", "inventory.read", "logistics.read"]
    )
    membership = Membership.objects.get(user=user)
    Scope.objects.create(membership=membership, kind=ScopeKind.WAREHOUSE, object_id=near.pk)
    wim = actor_of(user)

    seen = queries.imports_visible_to(wim)

    assert list(seen.values_list("subject", flat=True)) == [near.public_id]
    with pytest.raises(NotFound):
        queries.import_for(wim, Import.objects.get(subject=far.public_id).public_id)
    assert len(client_of(user).get("/imports/").context["rows"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_1_and_3_rows(as_olga, olga, count, django_assert_num_queries):
    for number in range(count):
        working.work(running(olga, f"A-{number}").public_id)
    as_olga.get("/imports/")
    with django_assert_num_queries(5):
        as_olga.get("/imports/")
