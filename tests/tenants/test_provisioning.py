"""A supplier comes into being once, whoever dies on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.context import serve
from tenants import commands, hosts, provisioning, queries, tasks
from tenants.models import Domain, Provisioning, SignUp, Supplier, SupplierSchema
from tenants.rules import SubdomainTaken, skeleton
from tenants.schemas import pool
from tenants.states import ProvisioningState, SchemaState, SupplierState
from tests.tenants.trail import confirmed, fresh_slug, in_threads
from tests.world import facts

DIES = "tests.tenants.test_provisioning.die"


def die(seed_facts) -> None:
    """A seeder in which the worker is killed."""
    raise SystemError("killed")


def end_lease(work: Provisioning) -> None:
    Provisioning.objects.filter(pk=work.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def state_of(work: Provisioning) -> str:
    return Provisioning.objects.values_list("state", flat=True).get(pk=work.pk)


def status_of(slug: str) -> int:
    hosts.forget()
    return Client().get("/health", HTTP_HOST=f"{slug}.localhost").status_code


def test_a_confirmed_sign_up_becomes_a_supplier_with_its_owner(committing):
    slug = fresh_slug()
    work = confirmed(slug)

    assert provisioning.provision(work.public_id)

    work.refresh_from_db()
    assert (work.state, work.lease_until) == (ProvisioningState.READY, None)
    supplier = Supplier.objects.get(slug=slug)
    assert supplier.state == SupplierState.ACTIVE
    assert supplier.schema.state == SchemaState.ASSIGNED
    assert Domain.objects.get(tenant=supplier).domain == f"{slug}.localhost"
    with serve(queries.serving_of(supplier)):
        owner = User.objects.get()
    assert (owner.public_id, owner.email, owner.must_change_password) == (
        work.owner_id,
        "olga@example.com",
        False,
    )
    assert owner.check_password("correct horse battery")
    assert status_of(slug) == 200


def test_the_password_stays_with_the_owner_alone(committing):
    slug = fresh_slug()
    work = confirmed(slug)
    hashed = work.sign_up.password

    provisioning.provision(work.public_id)

    assert SignUp.objects.get(slug=slug).password == ""
    with serve(queries.serving_of(Supplier.objects.get(slug=slug))):
        assert User.objects.get().password == hashed


def test_confirming_twice_gives_the_same_provisioning(committing):
    _, token = commands.request_sign_up(facts(fresh_slug()))

    first, second = commands.confirm_sign_up(token), commands.confirm_sign_up(token)

    assert first.pk == second.pk


def test_provisioning_again_what_is_ready_does_nothing(committing):
    slug = fresh_slug()
    work = confirmed(slug)
    provisioning.provision(work.public_id)

    assert not provisioning.provision(work.public_id)
    assert Supplier.objects.filter(slug=slug).count() == 1


def test_of_two_sign_ups_for_one_name_exactly_one_gets_it(committing):
    slug = fresh_slug()
    works = [confirmed(slug), confirmed(slug)]

    in_threads(*[lambda work=work: provisioning.provision(work.public_id) for work in works])

    assert Supplier.objects.filter(skeleton=skeleton(slug)).count() == 1
    assert sorted(state_of(work) for work in works) == [ProvisioningState.FAILED, ProvisioningState.READY]
    assert SupplierSchema.objects.filter(supplier__slug=slug).count() == 1


def test_look_alike_names_race_like_equal_ones(committing):
    slug = fresh_slug()
    works = [confirmed(f"{slug}m"), confirmed(f"{slug}rn")]

    in_threads(*[lambda work=work: provisioning.provision(work.public_id) for work in works])

    assert sorted(state_of(work) for work in works) == [ProvisioningState.FAILED, ProvisioningState.READY]


def test_two_workers_on_one_provisioning_make_one_supplier(committing):
    slug = fresh_slug()
    work = confirmed(slug)

    answers = in_threads(*[lambda: provisioning.provision(work.public_id) for _ in range(3)])

    assert sorted(answers) == [False, False, True]
    assert Supplier.objects.filter(slug=slug).count() == 1
    assert state_of(work) == ProvisioningState.READY


def test_a_worker_killed_while_seeding_is_continued_by_the_sweep(committing, settings):
    slug = fresh_slug()
    work = confirmed(slug)
    seeders = list(settings.SUPPLIER_SEEDERS)
    settings.SUPPLIER_SEEDERS = [*seeders, DIES]
    with pytest.raises(SystemError):
        provisioning.provision(work.public_id)

    assert state_of(work) == ProvisioningState.SEEDING
    assert Supplier.objects.get(slug=slug).state == SupplierState.PROVISIONING
    assert status_of(slug) == 404
    with serve(queries.serving_of(Supplier.objects.get(slug=slug))):
        assert User.objects.count() == 0

    settings.SUPPLIER_SEEDERS = seeders
    assert tasks.sweep_provisioning() == 0
    end_lease(work)
    assert tasks.sweep_provisioning() == 1

    assert state_of(work) == ProvisioningState.READY
    assert Supplier.objects.filter(slug=slug).count() == 1
    assert SupplierSchema.objects.filter(supplier__slug=slug).count() == 1
    assert status_of(slug) == 200


def test_a_worker_killed_before_the_supplier_exists_is_continued(committing):
    slug = fresh_slug()
    work = confirmed(slug)
    Provisioning.objects.filter(pk=work.pk).update(
        state=ProvisioningState.BUILDING, attempts=1, lease_until=clock.now() - timedelta(seconds=1)
    )

    assert tasks.sweep_provisioning() == 1

    assert state_of(work) == ProvisioningState.READY


def test_a_worker_that_slept_through_its_lease_touches_nothing(committing, monkeypatch):
    slug = fresh_slug()
    work = confirmed(slug)
    build = pool.build_one

    def build_slowly(shard):
        monkeypatch.setattr(pool, "build_one", build)
        end_lease(work)
        assert provisioning.provision(work.public_id)
        return build(shard)

    monkeypatch.setattr(pool, "build_one", build_slowly)

    assert not provisioning.provision(work.public_id)

    assert state_of(work) == ProvisioningState.READY
    assert Supplier.objects.filter(slug=slug).count() == 1
    assert SupplierSchema.objects.filter(supplier__slug=slug).count() == 1


def test_one_broken_provisioning_does_not_keep_the_others_waiting(committing, settings):
    broken, sound = confirmed(fresh_slug()), confirmed(fresh_slug())
    provisioning.provision(sound.public_id)
    settings.SUPPLIER_SEEDERS = [DIES]
    waiting = confirmed(fresh_slug())

    assert tasks.sweep_provisioning() == 0

    assert {state_of(broken), state_of(waiting)} == {ProvisioningState.SEEDING}


def test_what_cannot_be_mended_by_repeating_is_given_up(committing):
    work = confirmed(fresh_slug())
    Provisioning.objects.filter(pk=work.pk).update(attempts=provisioning.ATTEMPTS_MAX)

    assert provisioning.provision(work.public_id)

    work.refresh_from_db()
    assert (work.state, work.error, work.supplier) == (ProvisioningState.FAILED, "gave_up", None)


def test_another_name_continues_what_failed_for_its_name(committing):
    slug, other = fresh_slug(), fresh_slug()
    first, second = confirmed(slug), confirmed(slug)
    provisioning.provision(first.public_id)
    provisioning.provision(second.public_id)
    with pytest.raises(SubdomainTaken):
        commands.rename_sign_up(second.public_id, slug)

    commands.rename_sign_up(second.public_id, other)
    provisioning.provision(second.public_id)

    assert state_of(second) == ProvisioningState.READY
    assert Supplier.objects.filter(slug__in=[slug, other], state=SupplierState.ACTIVE).count() == 2
    with pytest.raises(commands.TicketInvalid):
        commands.rename_sign_up(second.public_id, fresh_slug())


def test_an_empty_pool_builds_a_schema_on_the_spot(committing):
    assert not SupplierSchema.objects.filter(state=SchemaState.READY).exists()
    slug = fresh_slug()

    provisioning.provision(confirmed(slug).public_id)

    assert Supplier.objects.get(slug=slug).schema.state == SchemaState.ASSIGNED


def test_a_filled_pool_is_used_before_anything_is_built(committing):
    ready = pool.build_one("default")
    slug = fresh_slug()

    provisioning.provision(confirmed(slug).public_id)

    assert Supplier.objects.get(slug=slug).schema_name == ready.name


def test_the_pool_never_gives_one_schema_to_two(committing):
    for _ in range(2):
        pool.build_one("default")
    works = [confirmed(fresh_slug()) for _ in range(4)]

    in_threads(*[lambda work=work: provisioning.provision(work.public_id) for work in works])

    assert {state_of(work) for work in works} == {ProvisioningState.READY}
    names = [Supplier.objects.get(provisioning=work).schema_name for work in works]
    assert len(set(names)) == 4


def test_refilling_drops_what_a_killed_builder_left(committing, settings):
    settings.POOL_SIZE = 1
    left = SupplierSchema.objects.create(
        name="t_leftbehind22", shard="default", lease_until=clock.now() - timedelta(seconds=1)
    )

    assert pool.refill() == 1

    assert not SupplierSchema.objects.filter(pk=left.pk).exists()


def test_a_refused_sign_up_leaves_no_row(database):
    before = SignUp.objects.count()
    for slug in ("acme", "acrne", "www", "x"):
        with (
            pytest.raises(commands.SubdomainTaken if slug.startswith("ac") else Exception),
            transaction.atomic("control"),
        ):
            commands.request_sign_up(facts(slug))

    assert SignUp.objects.count() == before
