"""Who may give what to whom: delegated administration, scopes, the last administrator."""

from __future__ import annotations

import pytest

from platform_core.kernel.errors import Invalid
from tenant_apps.access.commands import people, roles
from tenant_apps.access.commands.people import AccessFacts, ScopeFacts
from tenant_apps.access.errors import AdministratorOnly, BeyondOwnAccess, LastAdministrator, OwnAccess
from tenant_apps.access.models import Membership
from tests.cast import actor_of, make_person
from tests.refusals import problems_of


class TestAccess:
    def test_what_is_given_counts(self, dora, eve_user):
        role = roles.create_role(actor=dora, name="Review", permissions=["orders.review"])
        people.set_access(
            actor=dora,
            person_id=eve_user.public_id,
            access=AccessFacts(
                permissions=["orders.read"],
                roles=[role.public_id],
                scopes={"shop": ScopeFacts(everything=True)},
            ),
        )
        actor = actor_of(eve_user)
        assert actor.grants == {"orders.read", "orders.review"}
        assert actor.shop_ids is None

    @pytest.mark.parametrize("code", ["ledger.read", "catalog.manage", "orders.finance_review", "no.such"])
    def test_nobody_gives_what_it_lacks(self, mona, eve_user, code):
        with pytest.raises(BeyondOwnAccess):
            people.set_access(
                actor=mona, person_id=eve_user.public_id, access=AccessFacts(permissions=[code])
            )
        assert actor_of(eve_user).grants == frozenset()

    @pytest.mark.parametrize("code", ["catalog.manage", "access.manage_settings", "no.such"])
    def test_an_administrator_never_reaches_beyond_its_population(self, dora, eve_user, code):
        with pytest.raises(BeyondOwnAccess):
            people.set_access(
                actor=dora, person_id=eve_user.public_id, access=AccessFacts(permissions=[code])
            )

    def test_an_administrator_never_reaches_beyond_the_ceiling(self, olga, dora_user, dealer, eve_user):
        roles.set_ceiling(
            actor=olga,
            organisation_id=dealer.organisation.public_id,
            permissions=["access.read", "access.manage_people", "orders.read"],
        )
        dora = actor_of(dora_user)
        assert dora.grants == {"access.read", "access.manage_people", "orders.read"}
        with pytest.raises(BeyondOwnAccess):
            people.set_access(
                actor=dora, person_id=eve_user.public_id, access=AccessFacts(permissions=["orders.place"])
            )

    def test_what_the_giver_cannot_give_stays(self, mona, eve_user):
        eve_user.membership.permissions = ["ledger.read", "orders.read"]
        eve_user.membership.save()
        people.set_access(actor=mona, person_id=eve_user.public_id, access=AccessFacts(permissions=[]))
        assert actor_of(eve_user).grants == {"ledger.read"}

    def test_a_role_beyond_the_giver_is_not_given(self, dora, mona, eve_user):
        role = roles.create_role(actor=dora, name="Money", permissions=["ledger.read"])
        with pytest.raises(BeyondOwnAccess):
            people.set_access(
                actor=mona, person_id=eve_user.public_id, access=AccessFacts(roles=[role.public_id])
            )

    def test_a_role_beyond_the_giver_stays(self, dora, mona, eve_user):
        money, sight = (
            roles.create_role(actor=dora, name=name, permissions=[code])
            for name, code in (("Money", "ledger.read"), ("Sight", "orders.read"))
        )
        both = AccessFacts(roles=[money.public_id, sight.public_id])
        people.set_access(actor=dora, person_id=eve_user.public_id, access=both)

        people.set_access(actor=mona, person_id=eve_user.public_id, access=AccessFacts())

        assert actor_of(eve_user).grants == {"ledger.read"}

    def test_a_scope_beyond_the_giver_is_not_given(self, mona, eve_user):
        with pytest.raises(BeyondOwnAccess):
            people.set_access(
                actor=mona,
                person_id=eve_user.public_id,
                access=AccessFacts(scopes={"shop": ScopeFacts(everything=True)}),
            )
        assert actor_of(eve_user).shop_ids == frozenset()

    def test_the_roles_of_others_are_unknown(self, dora, xavier, eve_user):
        role = roles.create_role(actor=xavier, name="X", permissions=["orders.read"])
        with pytest.raises(Invalid) as refused:
            people.set_access(
                actor=dora, person_id=eve_user.public_id, access=AccessFacts(roles=[role.public_id])
            )
        assert problems_of(refused.value) == [("/roles", "unknown")]

    def test_the_dealers_of_a_scope_must_be_seen(self, olga, sam_user, dealer):
        people.set_access(
            actor=olga,
            person_id=sam_user.public_id,
            access=AccessFacts(scopes={"dealer": ScopeFacts(ids=[dealer.public_id])}),
        )
        assert actor_of(sam_user).dealer_ids == {dealer.pk}
        with pytest.raises(Invalid) as refused:
            people.set_access(
                actor=olga,
                person_id=sam_user.public_id,
                access=AccessFacts(scopes={"dealer": ScopeFacts(ids=["dlr_none"])}),
            )
        assert problems_of(refused.value) == [("/scopes/dealer", "unknown")]

    def test_nobody_changes_its_own_access(self, dora, mona, dora_user, mona_user):
        for actor, user in ((dora, dora_user), (mona, mona_user)):
            with pytest.raises(OwnAccess):
                people.set_access(
                    actor=actor, person_id=user.public_id, access=AccessFacts(is_administrator=True)
                )

    def test_only_administrators_make_administrators(self, dora, mona, eve_user):
        with pytest.raises(AdministratorOnly):
            people.set_access(
                actor=mona, person_id=eve_user.public_id, access=AccessFacts(is_administrator=True)
            )
        assert not Membership.objects.get(user=eve_user).is_administrator
        people.set_access(actor=dora, person_id=eve_user.public_id, access=AccessFacts(is_administrator=True))
        assert Membership.objects.get(user=eve_user).is_administrator

    def test_only_administrators_touch_administrators(self, dora_user, mona):
        for act in (people.disable_person, people.reset_password):
            with pytest.raises(AdministratorOnly):
                act(actor=mona, person_id=dora_user.public_id)
        dora_user.refresh_from_db()
        assert not dora_user.must_change_password
        assert Membership.objects.get(user=dora_user).enabled

    def test_the_last_administrator_stays(self, dealer, dora_user, dora):
        other = make_person(dealer.organisation, "otto", administrator=True)
        otto = actor_of(other)
        people.disable_person(actor=dora, person_id=other.public_id)

        with pytest.raises(LastAdministrator):
            people.disable_person(actor=otto, person_id=dora_user.public_id)
        with pytest.raises(LastAdministrator):
            people.set_access(actor=otto, person_id=dora_user.public_id, access=AccessFacts())

        row = Membership.objects.get(user=dora_user)
        assert (row.enabled, row.is_administrator) == (True, True)
