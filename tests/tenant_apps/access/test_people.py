"""People: created, renamed and given passwords by administrators of their organisation only."""

from __future__ import annotations

import pytest

from platform_core.audit.models import AuditLine
from platform_core.identity.models import User
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access.commands import people
from tenant_apps.access.commands.people import AccessFacts, PersonFacts
from tenant_apps.access.models import Membership
from tests.cast import actor_of, client_of
from tests.refusals import problems_of


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
