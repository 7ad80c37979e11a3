"""Roles within their maker's reach, and the ceiling the supplier sets above a dealer's."""

from __future__ import annotations

import pytest

from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from tenant_apps.access import queries
from tenant_apps.access.commands import people, roles
from tenant_apps.access.commands.people import AccessFacts
from tenant_apps.access.errors import BeyondOwnAccess, RoleInUse
from tenant_apps.access.models import OrganisationKind, Role
from tests.cast import actor_of, make_person
from tests.refusals import problems_of
from tests.tenant_apps.access.conftest import MANAGER


class TestRoles:
    def test_a_role_stays_within_its_makers_reach(self, mona):
        with pytest.raises(BeyondOwnAccess):
            roles.create_role(actor=mona, name="R", permissions=["ledger.read"])
        assert Role.objects.count() == 0

    def test_no_role_raises_its_own_editor(self, dora, mona_user):
        role = roles.create_role(actor=dora, name="R", permissions=["orders.read"])
        people.set_access(
            actor=dora,
            person_id=mona_user.public_id,
            access=AccessFacts(permissions=MANAGER, roles=[role.public_id]),
        )
        with pytest.raises(BeyondOwnAccess):
            roles.change_role(
                actor=actor_of(mona_user), role_id=role.public_id, name="R", permissions=["ledger.read"]
            )
        assert Role.objects.get().permissions == ["orders.read"]

    def test_a_role_in_use_is_not_deleted(self, dora, eve_user):
        role = roles.create_role(actor=dora, name="R", permissions=["orders.read"])
        facts = AccessFacts(roles=[role.public_id])
        people.set_access(actor=dora, person_id=eve_user.public_id, access=facts)
        with pytest.raises(RoleInUse):
            roles.delete_role(actor=dora, role_id=role.public_id)
        people.set_access(actor=dora, person_id=eve_user.public_id, access=AccessFacts())
        roles.delete_role(actor=dora, role_id=role.public_id)
        assert Role.objects.count() == 0

    def test_two_roles_of_one_name_are_refused_two_organisations_not(self, dora, xavier):
        roles.create_role(actor=dora, name="R", permissions=[])
        roles.create_role(actor=xavier, name="R", permissions=[])
        with pytest.raises(Invalid) as refused:
            roles.create_role(actor=dora, name="R", permissions=[])
        assert problems_of(refused.value) == [("/name", "taken")]

    def test_foreign_roles_do_not_exist(self, dora, xavier):
        role = roles.create_role(actor=xavier, name="R", permissions=[])
        for act in (
            lambda: roles.delete_role(actor=dora, role_id=role.public_id),
            lambda: roles.change_role(actor=dora, role_id=role.public_id, name="S", permissions=[]),
        ):
            with pytest.raises(NotFound):
                act()
        assert Role.objects.get().name == "R"


class TestCeiling:
    def test_everything_is_no_ceiling(self, olga, dealer):
        every = queries.permissions_of(OrganisationKind.DEALER)
        row = roles.set_ceiling(
            actor=olga, organisation_id=dealer.organisation.public_id, permissions=list(every)
        )
        assert row.ceiling is None

    def test_a_dealer_cannot_set_its_own(self, dora, dealer):
        with pytest.raises(NotPermitted):
            roles.set_ceiling(actor=dora, organisation_id=dealer.organisation.public_id, permissions=None)

    def test_the_supplier_itself_has_none(self, olga, supplier_organisation):
        with pytest.raises(NotFound):
            roles.set_ceiling(actor=olga, organisation_id=supplier_organisation.public_id, permissions=[])

    def test_only_dealers_of_the_scope(self, supplier_organisation, dealer, stranger):
        lee = make_person(supplier_organisation, "lee", permissions=["access.manage_ceilings", "access.read"])
        with pytest.raises(NotFound):
            roles.set_ceiling(
                actor=actor_of(lee), organisation_id=dealer.organisation.public_id, permissions=[]
            )

    def test_unknown_codes_are_refused(self, olga, dealer):
        with pytest.raises(Invalid):
            roles.set_ceiling(
                actor=olga, organisation_id=dealer.organisation.public_id, permissions=["catalog.manage"]
            )
        dealer.organisation.refresh_from_db()
        assert dealer.organisation.ceiling is None
