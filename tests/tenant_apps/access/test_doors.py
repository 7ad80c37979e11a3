"""Pages and REST ask the same commands; lists cost the same however long they are."""

from __future__ import annotations

import re

import pytest

from tenant_apps.access.commands import keys, roles
from tenant_apps.access.models import ApiKey, LoginLine, Membership, Role, SupplierSettings
from tests.cast import make_person

PAGES = [
    "/",
    "/profile/",
    "/people/",
    "/people/new/",
    "/roles/",
    "/roles/new/",
    "/api-keys/",
    "/api-keys/new/",
]
SUPPLIER_PAGES = ["/settings/", "/dealer-permissions/"]


@pytest.mark.parametrize("path", [*PAGES, *SUPPLIER_PAGES])
def test_the_owner_sees_every_page_in_the_console(as_olga, path):
    answer = as_olga.get(path)
    assert answer.status_code == 200
    assert "console" in re.search(r"<body class=\"([^\"]*)", answer.content.decode())[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_dealers_administrator_sees_them_in_the_portal(as_dora, path):
    answer = as_dora.get(path)
    assert answer.status_code == 200
    assert "portal" in re.search(r"<body class=\"([^\"]*)", answer.content.decode())[1]


@pytest.mark.parametrize("path", SUPPLIER_PAGES)
def test_the_suppliers_own_pages_are_closed_to_dealers(as_dora, path):
    assert as_dora.get(path).status_code == 403


@pytest.mark.parametrize("path", [page for page in PAGES if page not in {"/", "/profile/", "/people/"}])
def test_staff_without_permission_gets_403(as_sam, path):
    assert as_sam.get(path).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "path", ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/done/"]
)
def test_the_doors_stand_open(anonymous, path, language):
    anonymous.cookies["language"] = language
    assert anonymous.get(path).status_code == 200


def page_of(client, path, data):
    """The page's answer: what it said, or where it led."""
    return client.post(path, data)


def api_of(client, method, path, data, **headers):
    """The API's answer."""
    return getattr(client, method)(path, data, content_type="application/json", headers=headers)


class TestBothDoors:
    """The same case through page and API: the same effect, the same refusal."""

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_create_a_person(self, as_dora, dealer, door):
        facts = {"name": "Fay", "login": "fay"}
        if door == "page":
            answer = as_dora.post("/people/new/", facts)
            assert answer.status_code == 200
            password = re.search(r"data-copy-value>([^<]+)", answer.content.decode())[1]
        else:
            answer = api_of(as_dora, "post", "/api/v1/people", facts)
            assert answer.status_code == 201
            password = answer.json()["password"]
        person = Membership.objects.get(user__login="fay")
        assert person.organisation == dealer.organisation
        assert person.user.check_password(password)
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_a_taken_name_is_said_at_its_field(self, as_dora, door):
        facts = {"name": "Fay", "login": "dora"}
        before = Membership.objects.count()
        if door == "page":
            answer = as_dora.post("/people/new/", facts)
            assert 'id="id_login_error"' in answer.content.decode()
            assert 'value="Fay"' in answer.content.decode()
        else:
            answer = api_of(as_dora, "post", "/api/v1/people", facts)
            assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/login", "taken")]
        assert answer.status_code == 422
        assert Membership.objects.count() == before

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_create_a_role(self, as_dora, door):
        facts = {"name": "Review", "permissions": ["orders.read", "orders.review"]}
        if door == "page":
            assert as_dora.post("/roles/new/", facts).status_code == 302
        else:
            answer = api_of(as_dora, "post", "/api/v1/roles", facts)
            assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        assert Role.objects.get().permissions == ["orders.read", "orders.review"]

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_nobody_gives_what_it_lacks(self, as_dora, door):
        facts = {"name": "R", "permissions": ["catalog.manage"]}
        if door == "page":
            assert as_dora.post("/roles/new/", facts).status_code == 422
        else:
            answer = api_of(as_dora, "post", "/api/v1/roles", facts)
            assert (answer.status_code, answer.json()["code"]) == (403, "beyond_own_access")
        assert Role.objects.count() == 0

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_a_keys_secret_is_told_once(self, as_olga, anonymous, door):
        if door == "page":
            facts = {"name": "ERP", "permissions": ["access.read"], "expires": "30"}
            answer = as_olga.post("/api-keys/new/", facts)
            assert answer.status_code == 200
            secret = re.search(r"data-copy-value>(dd_live_[^<]+)", answer.content.decode())[1]
        else:
            facts = {"name": "ERP", "permissions": ["access.read"]}
            answer = api_of(as_olga, "post", "/api/v1/keys", facts)
            assert answer.status_code == 201
            secret = answer.json()["secret"]
        me = anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        assert me.json()["name"] == "ERP"
        assert secret not in as_olga.get("/api-keys/").content.decode()
        assert secret not in as_olga.get("/api/v1/keys").content.decode()

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_revoke_a_key(self, as_olga, olga, door):
        key = keys.create_key(actor=olga, name="K", permissions=["access.read"]).key
        path = (
            f"/api-keys/{key.public_id}/revoke/" if door == "page" else f"/api/v1/keys/{key.public_id}/revoke"
        )
        assert as_olga.post(path).status_code == (302 if door == "page" else 200)
        assert ApiKey.objects.get().revoked_at is not None

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_disable_and_enable(self, as_dora, dealer, door):
        eve = make_person(dealer.organisation, "eve")
        for act, expected in (("disable", False), ("enable", True)):
            path = (
                f"/people/{eve.public_id}/{act}/"
                if door == "page"
                else f"/api/v1/people/{eve.public_id}/{act}"
            )
            as_dora.post(path)
            assert Membership.objects.get(user=eve).enabled is expected

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_access(self, as_dora, dora, dealer, door):
        eve = make_person(dealer.organisation, "eve")
        role = roles.create_role(actor=dora, name="R", permissions=["orders.review"])
        if door == "page":
            data = {
                "version": "1",
                "permissions": ["orders.read"],
                "roles": [role.public_id],
                "all_shop": "on",
            }
            assert as_dora.post(f"/people/{eve.public_id}/access/", data).status_code == 302
        else:
            data = {
                "permissions": ["orders.read"],
                "roles": [role.public_id],
                "scopes": {"shop": {"everything": True}},
            }
            answer = api_of(
                as_dora, "put", f"/api/v1/people/{eve.public_id}/access", data, **{"If-Match": '"1"'}
            )
            assert (answer.status_code, answer["ETag"]) == (200, '"2"')
        row = Membership.objects.get(user=eve)
        assert (row.permissions, row.all_shops, row.roles.get()) == (["orders.read"], True, role)

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_settings(self, as_olga, door):
        if door == "page":
            shown = as_olga.get("/settings/").content.decode()
            assert 'name="stock_sync_percent" value="100"' in shown
            data = {
                "version": "1",
                "country": "DE",
                "freight_tax_rate": "9",
                "fee_tax_rate": "6",
                "quantity_precision": "1",
                "unit_price_precision": "4",
                "stock_sync_percent": "90",
                "show_stock": "never",
                "complete_after_days": "7",
                "stale_after_days": "2",
                "allocation": "cheapest",
                "public_price": "retail",
                "balance_warning": "500",
                "stock_warning": "3",
            }
            assert as_olga.post("/settings/", data).status_code == 302
        else:
            data = {
                "country": "DE",
                "freight_tax_rate": "9",
                "fee_tax_rate": "6",
                "quantity_precision": 1,
                "unit_price_precision": 4,
                "stock_sync_percent": 90,
                "show_stock": "never",
                "complete_after_days": 7,
                "stale_after_days": 2,
                "prices_include_tax": False,
                "carrier_required": False,
            }
            answer = api_of(as_olga, "patch", "/api/v1/settings", data, **{"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["freight_tax_rate"]) == (200, "9.000")
        row = SupplierSettings.objects.get()
        assert (row.country, row.freight_tax_rate, row.prices_include_tax, row.carrier_required) == (
            "DE",
            9,
            False,
            False,
        )
        assert row.version == 2

    @pytest.mark.parametrize("door", ["page", "api"])
    def test_a_ceiling(self, as_olga, dealer, door):
        id_ = dealer.organisation.public_id
        if door == "page":
            answer = as_olga.post(f"/dealer-permissions/{id_}/", {"permissions": ["orders.read"]})
            assert answer.status_code == 302
        else:
            path = f"/api/v1/organisations/{id_}/ceiling"
            assert api_of(as_olga, "put", path, {"permissions": ["orders.read"]}).status_code == 200
        dealer.organisation.refresh_from_db()
        assert dealer.organisation.ceiling == ["orders.read"]

    @pytest.mark.parametrize(
        "path",
        [
            "/people/{person}/",
            "/people/{person}/access/",
            "/people/{person}/logins/",
            "/roles/{role}/",
            "/api/v1/people/{person}",
            "/api/v1/roles/{role}",
        ],
    )
    def test_what_is_anothers_does_not_exist(self, as_xavier, dora, dora_user, path):
        role = roles.create_role(actor=dora, name="R", permissions=[])
        answer = as_xavier.get(path.format(person=dora_user.public_id, role=role.public_id))
        assert answer.status_code == 404


def test_a_stale_page_says_so(as_dora, dealer):
    eve = make_person(dealer.organisation, "eve")
    data = {"version": "1", "name": "Eva", "login": "eve"}
    assert as_dora.post(f"/people/{eve.public_id}/", data).status_code == 302
    again = as_dora.post(f"/people/{eve.public_id}/", {**data, "name": "Evi"})
    assert again.status_code == 412
    assert "was changed meanwhile" in again.content.decode()
    eve.refresh_from_db()
    assert eve.name == "Eva"


def test_mass_assignment_reaches_nothing_else(as_dora, dealer):
    eve = make_person(dealer.organisation, "eve")
    extra = {"is_administrator": True, "permissions": ["orders.read"], "enabled": False, "public_id": "usr_x"}
    answer = api_of(as_dora, "patch", f"/api/v1/people/{eve.public_id}", {"name": "Eva", **extra})
    assert answer.status_code == 200
    row = Membership.objects.get(user=eve)
    assert (row.is_administrator, row.permissions, row.enabled) == (False, [], True)


def test_search_and_state_narrow_the_list(as_olga, supplier_organisation, sam_user):
    make_person(supplier_organisation, "bob", employee_code="E-77", enabled=False)

    def names(query):
        return re.findall(
            r'class="link" href="/people/usr_[^"]+">([^<]+)',
            as_olga.get(f"/people/?{query}").content.decode(),
        )

    assert names("") == ["Bob", "Olga Owner", "Sam"]
    assert names("sort=-name") == ["Sam", "Olga Owner", "Bob"]
    assert names("q=e-77") == ["Bob"]
    assert names("q=SAM%40people") == ["Sam"]
    assert names("state=disabled") == ["Bob"]
    assert names("q=zzz") == []


def test_the_login_log_of_one_person(as_olga, olga_user, sam_user):
    LoginLine.objects.create(
        user=sam_user, login="sam", outcome="refused", ip="10.0.0.9", user_agent="Old <b>"
    )
    shown = as_olga.get(f"/people/{sam_user.public_id}/logins/").content.decode()
    assert "10.0.0.9" in shown
    assert "Wrong name or password" in shown
    assert "Old &lt;b&gt;" in shown
    assert "10.0.0.9" not in as_olga.get(f"/people/{olga_user.public_id}/logins/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/people/", 7),
        ("/roles/", 5),
        ("/api-keys/", 5),
        ("/dealer-permissions/", 5),
        ("/api/v1/people", 5),
        ("/api/v1/roles", 4),
        ("/api/v1/keys", 4),
        ("/api/v1/organisations", 4),
    ],
)
def test_lists_cost_the_same_with_one_and_three_rows(
    as_olga, olga, dealer, supplier_organisation, path, statements, count, django_assert_num_queries
):
    from tests.cast import make_dealer

    for number in range(count):
        person = make_person(supplier_organisation, f"p{number}")
        role = roles.create_role(actor=olga, name=f"R{number}", permissions=["orders.read"])
        person.membership.roles.add(role)
        keys.create_key(actor=olga, name=f"K{number}", permissions=["orders.read"])
        make_dealer(f"D{number}", f"Dealer {number}")
    as_olga.get(path)

    with django_assert_num_queries(statements):
        assert as_olga.get(path).status_code == 200


class TestHome:
    def test_a_new_supplier_sees_the_first_steps(self, as_olga):
        shown = as_olga.get("/").content.decode()
        assert "0 of 5 steps are done" in shown
        assert "Import your goods" in shown

    def test_the_stock_is_imported_once_there_is_a_warehouse(self, as_olga):
        from tests.factories.logistics import make_warehouse

        assert 'href="/logistics/warehouses/new"' in as_olga.get("/").content.decode()
        make_warehouse()
        shown = as_olga.get("/").content.decode()
        assert 'href="/logistics/warehouses/new"' not in shown
        assert 'href="/inventory/stock/import"' in shown

    def test_a_step_is_done_by_its_first_row(self, as_olga, dealer):
        shown = as_olga.get("/").content.decode()
        assert "1 of 5 steps are done" in shown

    def test_the_steps_cost_one_statement(self, olga, django_assert_num_queries):
        from tenant_apps.access import queries

        with django_assert_num_queries(1):
            assert queries.first_steps() == dict.fromkeys(
                ["goods", "stock", "freight", "dealer", "order"], False
            )

    def test_staff_sees_the_plain_home(self, as_sam):
        assert "First steps" not in as_sam.get("/").content.decode()


def test_the_feed_of_people_tells_what_they_changed_themselves(as_olga, as_sam, sam_user):
    [before] = as_olga.get("/api/v1/people?login=sam").json()["items"]
    since = {"updated_since": before["updated_at"]}

    as_sam.post("/profile/", {"name": "Samuel", "language": "en"})

    [sam] = [row for row in as_olga.get("/api/v1/people", since).json()["items"] if row["id"] == before["id"]]
    assert (sam["name"], sam["version"]) == ("Samuel", before["version"] + 1)
    assert sam["updated_at"] > before["updated_at"]


def test_the_export_holds_what_is_filtered(as_olga, supplier_organisation, sam_user):
    make_person(supplier_organisation, "bob", employee_code="E-77", enabled=False)
    answer = as_olga.get("/people/export/?format=csv&state=disabled")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Bob,E-77,bob,bob@people.example")
    assert as_olga.get("/people/export/?format=xlsx").status_code == 200
