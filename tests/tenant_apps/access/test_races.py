"""Two at once: the last administrator stays, a name is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from platform_core.identity.models import User
from platform_core.kernel.context import serve
from platform_core.kernel.errors import DomainError
from tenant_apps.access import queries
from tenant_apps.access.commands import people
from tenant_apps.access.models import Membership, Organisation, OrganisationKind
from tests.cast import actor_of, make_person


def at_once(supplier, acts):
    """Run each act in a thread and connection of its own; the codes of the refusals."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            with serve(supplier):
                barrier.wait(timeout=10)
                act()
                return ""
        except DomainError as error:
            return error.code
        finally:
            for connection in connections.all():
                connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_administrators_cannot_remove_each_other(committed):
    house = Organisation.objects.get(kind=OrganisationKind.SUPPLIER)
    for number in range(5):
        users = [make_person(house, f"{name}{number}", administrator=True) for name in ("ann", "bea")]
        Membership.objects.exclude(user__in=users).update(enabled=False)
        ann, bea = (actor_of(user) for user in users)

        codes = at_once(
            committed,
            [
                lambda ann=ann, bea=bea: people.disable_person(actor=ann, person_id=bea.id),
                lambda ann=ann, bea=bea: people.disable_person(actor=bea, person_id=ann.id),
            ],
        )

        assert codes == ["", "last_administrator"]
        assert len(queries.active_administrators(house.pk)) == 1


def test_one_name_is_given_once(committed):
    house = Organisation.objects.get(kind=OrganisationKind.SUPPLIER)
    olga = actor_of(make_person(house, "ola", administrator=True))
    facts = people.PersonFacts("Fay", login="fay")

    codes = at_once(committed, [lambda: people.create_person(actor=olga, facts=facts)] * 4)

    assert codes == ["", "invalid", "invalid", "invalid"]
    assert User.objects.filter(login="fay").count() == 1
