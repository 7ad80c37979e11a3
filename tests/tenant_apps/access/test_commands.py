"""Who may give what to whom: delegated administration, ceilings, the last administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.audit.models import AuditLine
from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access import operations, queries
from tenant_apps.access.commands import keys, people, roles, settings
from tenant_apps.access.commands.people import AccessFacts, PersonFacts, ScopeFacts
from tenant_apps.access.errors import (
    AdministratorOnly,
    BeyondOwnAccess,
    LastAdministrator,
    OwnAccess,
    PersonOnly,
    RoleInUse,
    ScopeTooNarrow,
    TaxModeFixed,
)
from tenant_apps.access.models import ApiKey, Membership, OrganisationKind, Role, SupplierSettings
from tests.cast import actor_of, client_of, make_person

MANAGER = ["access.read", "access.manage_people", "access.manage_roles", "access.manage_keys", "orders.read"]


@pytest.fixture
def mona_user(dealer):
    """Manages people of Dora's company without being administrator; sees no shop."""
    return make_person(dealer.organisation, "mona", permissions=MANAGER)


@pytest.fixture
def mona(mona_user):
    return actor_of(mona_user)


@pytest.fixture
def eve_user(dealer):
    """Staff of Dora's company without permissions."""
    return make_person(dealer.organisation, "eve")


def problems_of(error: Invalid) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.problems]


class TestPeople:
    def test_k16_a_dealers_administrator_creates_people_who_log_in(self, dora, dealer, anonymous):
        issued = people.create_person(
            actor=dora, facts=PersonFacts("Fay", login="fay", phone="138 0013 8000")
        )

        user = issued.person.user
        assert issued.person.organisation == dealer.organisation
        assert (user.phone, user.must_change_password) == ("+8613800138000", True)
        assert user.check_password(issued.password)
        assert actor_of(user).grants == frozenset()
        line = AuditLine.objects.get()
        assert (line.subject_id, line.verb, line.actor_id) == (user.public_id, "created", dora.id)
        assert issued.password not in str(line.after)

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            (PersonFacts("Fay"), [("/login", "required")]),
            (PersonFacts("", login="fay"), [("/name", "required")]),
            (PersonFacts("Fay", login="13800138000"), [("/login", "malformed")]),
            (PersonFacts("Fay", email="fay@"), [("/email", "malformed")]),
            (PersonFacts("Fay", phone="12"), [("/phone", "malformed")]),
            (PersonFacts("Fay", login="DORA"), [("/login", "taken")]),
            (PersonFacts("Fay", email="Dora@People.example"), [("/email", "taken")]),
        ],
    )
    def test_bad_names_create_nobody(self, dora, facts, expected):
        before = User.objects.count()
        with pytest.raises(Invalid) as refused:
            people.create_person(actor=dora, facts=facts)
        assert problems_of(refused.value) == expected
        assert User.objects.count() == before

    def test_staff_cannot_manage_people(self, sam, eve_user):
        with pytest.raises(NotPermitted):
            people.create_person(actor=sam, facts=PersonFacts("Fay", login="fay"))
        with pytest.raises(NotPermitted):
            people.disable_person(actor=sam, person_id=eve_user.public_id)

    def test_others_organisations_do_not_exist(self, xavier, olga, eve_user, dora_user):
        for actor in (xavier, olga):
            for user in (eve_user, dora_user):
                with pytest.raises(NotFound):
                    people.disable_person(actor=actor, person_id=user.public_id)
                with pytest.raises(NotFound):
                    people.reset_password(actor=actor, person_id=user.public_id)
                with pytest.raises(NotFound):
                    people.set_access(actor=actor, person_id=user.public_id, access=AccessFacts())
        assert Membership.objects.filter(enabled=False).count() == 0

    def test_a_stale_version_changes_nothing(self, dora, eve_user):
        with pytest.raises(Conflict):
            people.change_person(
                actor=dora, person_id=eve_user.public_id, facts=PersonFacts("E", login="eve"), version=7
            )
        eve_user.refresh_from_db()
        assert eve_user.name == "Eve"

    def test_changing_names(self, dora, eve_user):
        changed = people.change_person(
            actor=dora,
            person_id=eve_user.public_id,
            facts=PersonFacts("Eva", email="Eva@x.example"),
            version=1,
        )
        eve_user.refresh_from_db()
        assert (eve_user.name, eve_user.login, eve_user.email) == ("Eva", "", "eva@x.example")
        assert changed.version == 2
        assert AuditLine.objects.get().after == {"name": "Eva", "login": "", "email": "eva@x.example"}

    def test_a_new_password_ends_the_sessions(self, dora, eve_user):
        eve_user.membership.permissions = ["access.read"]
        eve_user.membership.save()
        browser = client_of(eve_user)
        assert browser.get("/people/").status_code == 200

        issued = people.reset_password(actor=dora, person_id=eve_user.public_id)

        assert browser.get("/people/").status_code == 302
        eve_user.refresh_from_db()
        assert eve_user.check_password(issued.password)
        assert eve_user.must_change_password


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


class TestSettings:
    def test_a_change_leaves_a_line(self, olga):
        row = settings.change_settings(actor=olga, values={"quantity_precision": 2}, version=1)
        assert (row.quantity_precision, row.version) == (2, 2)
        line = AuditLine.objects.get()
        assert (line.subject_kind, line.before, line.after) == (
            "settings",
            {"quantity_precision": 0},
            {"quantity_precision": 2},
        )

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"quantity_precision": 4}, "/quantity_precision"),
            ({"unit_price_precision": 7}, "/unit_price_precision"),
            ({"stock_sync_percent": 101}, "/stock_sync_percent"),
            ({"complete_after_days": 0}, "/complete_after_days"),
            ({"freight_tax_rate": 101}, "/freight_tax_rate"),
            ({"country": "XX"}, "/country"),
            ({"show_stock": "maybe"}, "/show_stock"),
        ],
    )
    def test_bad_values_change_nothing(self, olga, values, pointer):
        with pytest.raises(Invalid) as refused:
            settings.change_settings(actor=olga, values=values)
        assert [found for found, _ in problems_of(refused.value)] == [pointer]
        assert SupplierSettings.objects.get().version == 1

    def test_the_tax_mode_is_fixed_by_the_first_order(self, olga):
        operations.fix_tax_mode()
        with pytest.raises(TaxModeFixed):
            settings.change_settings(actor=olga, values={"prices_include_tax": False})
        assert SupplierSettings.objects.get().prices_include_tax

    def test_two_editors_do_not_overwrite_each_other(self, olga):
        settings.change_settings(actor=olga, values={"stale_after_days": 4}, version=1)
        with pytest.raises(Conflict):
            settings.change_settings(actor=olga, values={"stale_after_days": 9}, version=1)
        assert SupplierSettings.objects.get().stale_after_days == 4

    def test_a_dealer_has_none(self, dora):
        with pytest.raises(NotPermitted):
            settings.change_settings(actor=dora, values={"stale_after_days": 9})


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
