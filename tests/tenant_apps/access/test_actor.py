"""Who asks: the actor of a session and of a key, its scopes and how many statements it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core.kernel import clock
from platform_core.kernel.actor import ActorKind
from platform_core.kernel.context import serve
from tenant_apps.access import queries
from tenant_apps.access.commands import keys
from tenant_apps.access.models import ApiKey, Membership, MembershipRole, OrganisationKind, Role, Scope
from tenant_apps.access.permissions import LABELS
from tests.cast import actor_of, client_of, make_person


def test_the_owner_holds_everything_of_the_supplier(olga):
    assert olga.kind == ActorKind.USER
    assert olga.grants == queries.permissions_of(OrganisationKind.SUPPLIER)
    assert (olga.dealer_id, olga.warehouse_ids, olga.dealer_ids, olga.shop_ids) == (None, None, None, None)


def test_a_dealers_administrator_holds_everything_of_a_dealer(dora, dealer):
    assert dora.grants == queries.permissions_of(OrganisationKind.DEALER)
    assert dora.dealer_id == dealer.pk
    assert "catalog.manage" not in dora.grants


def test_every_permission_has_words():
    known = queries.permissions_of(OrganisationKind.SUPPLIER) | queries.permissions_of(
        OrganisationKind.DEALER
    )
    assert known == set(LABELS)


def test_g25_on_rows(dealer):
    """Organisation {read, place, cancel}, role {place, review}, direct {read, reject}."""
    dealer.organisation.ceiling = ["orders.read", "orders.place", "orders.cancel"]
    dealer.organisation.save()
    person = make_person(dealer.organisation, "gil", permissions=["orders.read", "orders.reject"])
    role = Role.objects.create(
        organisation=dealer.organisation, name="R", permissions=["orders.place", "orders.review"]
    )
    MembershipRole.objects.create(membership=person.membership, role=role)

    assert actor_of(person).grants == {"orders.read", "orders.place"}


def test_closed_scopes_list_what_is_visible(sam_user, sam):
    assert (sam.warehouse_ids, sam.dealer_ids, sam.shop_ids) == (frozenset(), frozenset(), None)
    Scope.objects.create(membership=sam_user.membership, kind="warehouse", object_id=7)

    again = actor_of(sam_user)

    assert again.warehouse_ids == {7}


def test_a_dealers_staff_is_closed_to_shops_only(dealer):
    person = make_person(dealer.organisation, "ed", permissions=["orders.read"])
    actor = actor_of(person)
    assert (actor.warehouse_ids, actor.dealer_ids, actor.shop_ids) == (None, None, frozenset())


def test_the_actor_costs_one_statement_and_two_with_closed_scopes(
    olga_user, sam_user, django_assert_num_queries
):
    for pk, count in [(olga_user.membership.pk, 1), (sam_user.membership.pk, 2)]:
        with django_assert_num_queries(count):
            queries.actor_of_membership(Membership(pk=pk))


@pytest.mark.parametrize("disabled", ["user", "membership", "organisation", "dealer"])
def test_whoever_is_disabled_loses_the_session_at_the_next_request(dealer, dora_user, as_dora, disabled):
    assert as_dora.get("/profile/").status_code == 200
    things = {
        "user": (dora_user, "is_active"),
        "membership": (dora_user.membership, "enabled"),
        "organisation": (dealer.organisation, "enabled"),
        "dealer": (dealer, "enabled"),
    }
    row, column = things[disabled]
    setattr(row, column, False)
    row.save()

    answer = as_dora.get("/profile/")

    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/profile/"
    setattr(row, column, True)
    row.save()
    assert as_dora.get("/profile/").status_code == 302


def test_a_session_of_one_supplier_is_nobody_on_the_other(as_olga, rival):
    stolen = as_olga.cookies["session"].value
    assert as_olga.get("/profile/").status_code == 200
    client = client_of(None, "rival.localhost")
    client.cookies["session"] = stolen

    assert client.get("/profile/").status_code == 302
    assert client.get("/api/v1/me").status_code == 401


def test_member_of_nothing_is_nobody(as_nil, anonymous):
    assert as_nil.get("/").status_code == 302
    assert anonymous.get("/").status_code == 302
    assert anonymous.get("/api/v1/me").status_code == 401


def test_a_panel_without_session_is_told_to_leave(anonymous):
    answer = anonymous.get("/people/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/login/?next=/people/"


class TestKeys:
    """`Authorization: Bearer dd_live_…`."""

    @pytest.fixture
    def made(self, olga):
        return keys.create_key(actor=olga, name="ERP", permissions=["access.read", "catalog.read"])

    def bearer(self, secret: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {secret}"}

    def test_only_a_hash_is_kept(self, made):
        row = ApiKey.objects.get()
        prefix, secret = made.secret.removeprefix("dd_live_").split("_")
        assert row.prefix == prefix
        assert row.secret_hash == queries.hash_of_secret(secret)
        assert secret not in repr(row.__dict__)

    def test_the_machine_is_known(self, made, anonymous):
        answer = anonymous.get("/api/v1/me", headers=self.bearer(made.secret))
        assert answer.json() == {
            "kind": "machine",
            "id": made.key.public_id,
            "name": "ERP",
            "is_dealer": False,
            "permissions": ["access.read", "catalog.read"],
        }

    def test_it_costs_two_statements_and_then_one(self, made, anonymous, django_assert_num_queries):
        for count in (2, 1):
            with django_assert_num_queries(count):
                anonymous.get("/api/v1/me", headers=self.bearer(made.secret))

    def test_use_is_noted_once_a_minute(self, made, anonymous):
        start = clock.now()
        seen = []
        for seconds in (0, 59, 61):
            with clock.at(start + timedelta(seconds=seconds)):
                anonymous.get("/api/v1/me", headers=self.bearer(made.secret))
            seen.append(ApiKey.objects.get().last_used_at)
        assert seen == [start, start, start + timedelta(seconds=61)]

    @pytest.mark.parametrize("spoil", ["secret", "prefix", "scheme", "expired", "revoked", "organisation"])
    def test_every_other_key_is_refused_alike(self, made, anonymous, supplier_organisation, olga, spoil):
        header = f"Bearer {made.secret}"
        if spoil == "secret":
            header = header[:-1] + ("0" if header[-1] != "0" else "1")
        elif spoil == "prefix":
            header = header.replace(made.key.prefix, "0" * 10)
        elif spoil == "scheme":
            header = f"Basic {made.secret}"
        elif spoil == "expired":
            ApiKey.objects.update(expires_at=clock.now())
        elif spoil == "revoked":
            keys.revoke_key(actor=olga, key_id=made.key.public_id)
        else:
            supplier_organisation.enabled = False
            supplier_organisation.save()

        answer = anonymous.get("/api/v1/me", headers={"Authorization": header})

        assert answer.status_code == 401
        assert answer.json()["code"] == "key_refused"
        assert ApiKey.objects.get().last_used_at is None

    def test_another_suppliers_key_is_refused(self, made, rival):
        client = client_of(None, "rival.localhost")
        answer = client.get("/api/v1/me", headers=self.bearer(made.secret))
        assert (answer.status_code, answer.json()["code"]) == (401, "key_refused")

    def test_a_key_is_never_taken_from_the_address(self, made, anonymous):
        for query in (
            f"api_key={made.secret}",
            f"token={made.secret}",
            f"Authorization=Bearer {made.secret}",
        ):
            assert anonymous.get(f"/api/v1/me?{query}").status_code == 401

    def test_the_header_wins_over_the_session(self, made, as_olga):
        answer = as_olga.get("/api/v1/me", headers=self.bearer(made.secret))
        assert answer.json()["kind"] == "machine"
        refused = as_olga.get("/api/v1/me", headers=self.bearer(made.secret + "x"))
        assert refused.status_code == 401

    def test_a_key_opens_no_page(self, made, anonymous):
        assert anonymous.get("/people/", headers=self.bearer(made.secret)).status_code == 302

    def test_a_ceiling_cuts_keys_too(self, dora, dealer, anonymous):
        made = keys.create_key(actor=dora, name="Shop", permissions=["orders.read", "orders.place"])
        dealer.organisation.ceiling = ["orders.read"]
        dealer.organisation.save()
        answer = anonymous.get("/api/v1/me", headers=self.bearer(made.secret))
        assert answer.json()["permissions"] == ["orders.read"]
        assert answer.json()["is_dealer"] is True


def test_a_session_needs_the_csrf_token_in_the_api(olga_user):
    from django.test import Client

    client = Client(enforce_csrf_checks=True, HTTP_HOST="acme.localhost")
    client.force_login(olga_user)

    refused = client.post("/api/v1/roles", {"name": "R"}, content_type="application/json")

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert Role.objects.count() == 0


def test_keys_need_no_csrf_token(olga):
    from django.test import Client

    made = keys.create_key(actor=olga, name="K", permissions=["access.read", "access.manage_roles"])
    client = Client(enforce_csrf_checks=True, HTTP_HOST="acme.localhost")
    answer = client.post(
        "/api/v1/roles",
        {"name": "R", "permissions": ["access.read"]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {made.secret}"},
    )
    assert answer.status_code == 201
    assert Role.objects.get().name == "R"


def test_the_same_suppliers_are_apart(olga, rival):
    with serve(rival):
        assert not Membership.objects.filter(user__public_id=olga.id).exists()
