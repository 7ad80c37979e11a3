"""Every resource of the API has what design.md §6 promises of all, or stands here with its reason.

What the description says is asked of the running API as well, so that neither can promise alone.
"""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from platform_core.identity.models import User
from tenant_apps.access.commands.keys import create_key
from tenant_apps.access.commands.roles import create_role
from tenant_apps.dealers.models import Dealer
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.strategies.commands import put_own_items
from tenant_apps.strategies.rules import ItemChange
from tests.architecture.objects import kind_of, make_everything
from tests.cast import client_of

# Lists that cannot be read as a feed of changes, and why.
NO_FEED = {
    "/api/v1/offers": "an offer is made of six tables at the moment of asking; read the whole list",
    "/api/v1/ordering-calendars/{public_id}/call-list": "who has not ordered is computed from orders and clock",
    "/api/v1/wallets": "a wallet keeps no time of its own: its entries and top-ups are feeds",
}
# What is created by POST without a PUT by another system's id, and why.
NO_UPSERT = {
    "/api/v1/approval-delegations": "days of an absence: named and ended, never edited",
    "/api/v1/keys": "a key's secret is told once, so asking again cannot give the same key",
    "/api/v1/memo-rules": "a rule is named by its memo and keyword, which come once",
    "/api/v1/orders/{public_id}/messages": "written once, never changed",
    "/api/v1/orders": "a document: its steps change it, and Idempotency-Key makes it once",
    "/api/v1/stock-takes": "a document: its steps change it, and Idempotency-Key makes it once",
    "/api/v1/stock-transfers": "a document: its steps change it, and Idempotency-Key makes it once",
    "/api/v1/raw-orders": "a document: its steps change it, and its client_ref is used once",
    "/api/v1/top-ups": "a document: its steps change it, and Idempotency-Key makes it once",
    "/api/v1/goods-strategies/{public_id}/items": "rows named by merchant code, written in bulk",
    "/api/v1/substitutes": "rows named by merchant code, written in bulk",
    "/api/v1/dealers/{public_id}/codes": "rows named by merchant code, written in bulk",
    "/api/v1/dealers/{public_id}/items": "rows named by merchant code, written in bulk",
}
# What is created by POST without a key, and why.
NO_KEY = {
    "/api/v1/keys": "its secret is told once and stored nowhere: a second one shows in the list and is revoked",
    "/api/v1/people": "its password is told once and stored nowhere: a second one is refused by its login",
}
# Single records that nobody edits over the API, and why they bear no ETag.
NO_VERSION = {
    "/api/v1/dealers/{public_id}/ordering-organisations": "a set, written as a whole",
    "/api/v1/approval-delegations/{public_id}": "named and ended, never edited",
    "/api/v1/me": "who asks",
    "/api/v1/ordering-calendars/{public_id}/cycles": "computed from the clock",
    "/api/v1/ordering-window": "computed from the clock",
    "/api/v1/receipts/{receipt_id}": "written once",
    "/api/v1/wallets/{dealer_id}": "moved by the ledger only",
    "/api/v1/dealers/{public_id}/strategy": "an assignment, confirmed by what it loses",
}
# What only a dealer's own people find (W-136) or change.
DEALERS_OWN = ("/api/v1/raw-orders", "/api/v1/bundles", "/api/v1/supply-shares")
LONG_AGO = "2001-01-01T00:00:00Z"
# A step in the middle of a path is no resource that could be created.
CREATES = "201"


# What another system puts, by the list it then stands in.
PUT: dict[str, dict] = {
    "/api/v1/approval-chains": {"name": "Nine", "enabled": False},
    "/api/v1/brands": {"name": "Yeti"},
    "/api/v1/bundles": {
        "code": "B-9",
        "name": "Nine",
        "items": [{"merchant_code": "ZEBRA471-1", "quantity": "2"}],
    },
    "/api/v1/carriers": {"code": "YT", "name": "Yunda"},
    "/api/v1/categories": {"name": "Tea"},
    "/api/v1/dealer-groups": {"name": "Nine"},
    "/api/v1/dealers": {"code": "D-9", "name": "Nine", "administrator": {"name": "Nia", "login": "nia"}},
    "/api/v1/dealers/{public_id}/addresses": {
        "country": "DE",
        "line1": "Hauptstr. 1",
        "consignee": "Nia",
        "phone": "+49 30 123456",
    },
    "/api/v1/goods-strategies": {"name": "Nine"},
    "/api/v1/levels": {"name": "Nine", "stock_percent": "50"},
    "/api/v1/ordering-calendars": {"weekdays": ["monday"]},
    "/api/v1/ordering-organisations": {"code": "OO-9", "name": "Nine"},
    "/api/v1/people": {"name": "Nora", "login": "nora"},
    "/api/v1/price-rules": {"rate": "0.85"},
    "/api/v1/products": {"code": "P-9", "name": "Nine"},
    "/api/v1/promotions": {
        "name": "Nine",
        "kind": "line_discount",
        "percent": "9",
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2099-01-01T00:00:00Z",
    },
    "/api/v1/roles": {"name": "Nine", "permissions": ["orders.read"]},
    "/api/v1/shops": {"code": "S-9", "name": "Nine"},
    "/api/v1/skus": {"merchant_code": "M-9", "unit": "pc", "wholesale_price": "1", "retail_price": "2"},
    "/api/v1/supply-boards": {"day": "2099-12-01"},
    "/api/v1/warehouses": {"code": "W-9", "name": "Nine"},
}
# What a new one must hang on: the kind of the object that its body names.
HANGS_ON = {
    "/api/v1/price-rules": "dealer",
    "/api/v1/shops": "dealer",
    "/api/v1/skus": "product",
    "/api/v1/ordering-calendars": "group",
    "/api/v1/supply-boards": "group",
}


def described() -> dict:
    return SchemaGenerator(urlconf=settings.SUPPLIER_URLCONF).get_schema(request=None, public=True)


DESCRIPTION = described()
PATHS = DESCRIPTION["paths"]


def shape(answer: dict) -> dict:
    """The members of what an answer holds."""
    found = next(iter(answer.get("content", {}).values()), {}).get("schema", {})
    if "$ref" in found:
        found = DESCRIPTION["components"]["schemas"][found["$ref"].rsplit("/", 1)[1]]
    return found.get("properties", {})


def item(path: str) -> dict:
    """The members of one row of a page."""
    rows = shape(PATHS[path]["get"]["responses"]["200"])["items"]
    return DESCRIPTION["components"]["schemas"][rows["items"]["$ref"].rsplit("/", 1)[1]]["properties"]


def parameters(operation: dict) -> set[str]:
    return {one["name"] for one in operation.get("parameters", [])}


READ = [path for path, operations in PATHS.items() if "get" in operations]
LISTS = [p for p in READ if {"items", "next"} <= set(shape(PATHS[p]["get"]["responses"]["200"]))]
SINGLES = [path for path in READ if path not in LISTS]
CREATED = [path for path, does in PATHS.items() if CREATES in does.get("post", {}).get("responses", {})]
EDITED = [path for path, operations in PATHS.items() if "patch" in operations]


@pytest.fixture
def address_of(olga):
    """A function that fills a path with the ids of objects that exist."""
    made = make_everything("zebra4711")
    create_key(actor=olga, name="ERP", permissions=["orders.read"])
    role = create_role(actor=olga, name="Readers", permissions=["orders.read"])
    made |= {"role": role.public_id, "person": olga.id, "buyer": made["person"]}
    own = [ItemChange("ZEBRA471-1", Decimal(3), None)]
    group = OrderingCalendar.objects.get(public_id=made["calendar"]).group_id
    Dealer.objects.filter(public_id=made["dealer"]).update(group=group)
    put_own_items(actor=olga, dealer_id=made["dealer"], items=own)

    def filled(path: str, *, mark: bool = True) -> str:
        names = {name: kind_of(path, name) for name in ("public_id", "person_id", "role_id", "dealer_id")}
        names |= {name: kind_of(path, name) for name in ("receipt_id", "shipment_id", "buyer_id")}
        used = {"external_id": "ERP/7", "client_ref": made["external"]}
        used |= {name: made[kind] for name, kind in names.items() if "{" + name + "}" in path}
        question = "?" if path != "/api/v1/offers" else f"?dealer={made['dealer']}&"
        return path.format(**used) + (question if mark else "")

    filled.made = made
    return filled


@pytest.fixture
def reader(as_olga, address_of):
    """Who reads a path: the owner; a dealer's own person what its supplier must not see."""
    buyer = client_of(User.objects.get(public_id=address_of.made["buyer"]))
    return lambda path: buyer if path.startswith(DEALERS_OWN) else as_olga


def test_the_exceptions_are_still_exceptions():
    assert set(NO_FEED) <= set(LISTS)
    assert set(NO_VERSION) <= set(SINGLES)
    assert set(NO_UPSERT) <= set(CREATED) | set(LISTS)
    assert set(NO_KEY) <= set(CREATED)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_described_with_all_it_understands(path):
    known = parameters(PATHS[path]["get"])

    assert {"cursor", "limit", "fields"} <= known
    assert ("updated_since" in known) is (path not in NO_FEED)
    assert "external_id" in known or "external_id" not in item(path)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_does_what_its_description_says(path, address_of, reader):
    url = address_of(path)

    everything = reader(path).get(url).json()
    assert everything["items"] != []
    member = next(iter(everything["items"][0]))
    sparse = reader(path).get(f"{url}limit=1&fields={member}").json()
    assert [set(row) for row in sparse["items"]] == [{member}]
    for wrong in ("limit=0", "cursor=nonsense", "cursor=W10", "cursor=WyJ6Il0", "updated_since=yesterday"):
        assert (wrong, reader(path).get(f"{url}{wrong}").status_code) == (wrong, 422)
    feed = reader(path).get(f"{url}updated_since={LONG_AGO}&limit=1")
    assert feed.status_code == (422 if path in NO_FEED else 200)


@pytest.mark.parametrize("path", [path for path in LISTS if path not in NO_FEED])
def test_a_feed_is_read_to_its_end_and_misses_nothing(path, address_of, reader):
    url = address_of(path)
    everything = reader(path).get(f"{url}limit=200").json()
    assert everything["next"] is None

    read, cursor = [], ""
    while cursor is not None:
        page = reader(path).get(f"{url}updated_since={LONG_AGO}&limit=1&cursor={cursor}").json()
        read += page["items"]
        cursor = page["next"]

    since = everything["items"][0].get("updated_at") or everything["items"][0].get("created_at", LONG_AGO)
    assert everything["items"][0] in reader(path).get(f"{url}updated_since={since}&limit=200").json()["items"]
    told = sorted(json.dumps(row, sort_keys=True) for row in everything["items"])
    assert sorted(json.dumps(row, sort_keys=True) for row in read) == told


@pytest.mark.parametrize("path", LISTS)
def test_what_a_list_shows_narrows_it(path, address_of, reader):
    url = address_of(path)
    filters = parameters(PATHS[path]["get"]) & set(item(path))
    row = reader(path).get(url).json()["items"][0]
    for name in sorted(
        name for name in filters if isinstance(row.get(name), (str, bool)) and row[name] != ""
    ):
        value = json.dumps(row[name]).strip('"') if isinstance(row[name], bool) else row[name]

        found = reader(path).get(f"{url}{urlencode({name: value})}").json()

        assert (name, row in found["items"]) == (name, True)
        assert (name, {json.dumps(one[name]) for one in found["items"]}) == (name, {json.dumps(row[name])})


@pytest.mark.parametrize("path", SINGLES)
def test_a_single_record_is_as_sparse_as_asked_and_bears_its_version(path, address_of, reader):
    answer = reader(path).get(address_of(path))
    assert answer.status_code == 200
    assert "fields" in parameters(PATHS[path]["get"])
    member = next(iter(answer.json()))

    assert set(reader(path).get(f"{address_of(path)}fields={member}").json()) == {member}
    assert ("ETag" in answer.headers) is (path not in NO_VERSION)


@pytest.mark.parametrize("path", EDITED)
def test_an_edit_of_what_somebody_else_changed_is_refused(path, address_of, reader):
    url = address_of(path, mark=False)

    answer = reader(path).patch(url, data="{}", content_type="application/json", headers={"If-Match": '"99"'})

    assert "If-Match" in parameters(PATHS[path]["patch"])
    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")


def test_what_is_created_can_be_put_by_another_systems_id():
    created = [path for path, operations in PATHS.items() if path in LISTS and "post" in operations]

    without = [path for path in created if f"{path}/by-external-id/{{external_id}}" not in PATHS]

    assert sorted(without) == sorted(NO_UPSERT)


def put(client, url: str, body: dict, **headers: str):
    return client.put(url, data=json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.parametrize("path", PUT)
def test_another_systems_id_makes_it_once_and_changes_it_later(path, address_of, reader):
    url = address_of(f"{path}/by-external-id/{{external_id}}", mark=False)
    body = dict(PUT[path])
    if kind := HANGS_ON.get(path):
        body[kind] = address_of.made[kind]

    made = put(reader(path), url, body)
    assert made.status_code == 201, made.content
    row = made.json().get("person") or made.json()
    again = put(reader(path), url, {**body, "name": "Later"} if path != "/api/v1/skus" else body)
    stale = put(reader(path), url, body, **{"If-Match": '"99"'})

    assert (again.status_code, again.json()["id"], again.json()["external_id"]) == (200, row["id"], "ERP/7")
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    [found] = reader(path).get(address_of(path), {"external_id": "ERP/7"}).json()["items"]
    assert (found["id"], found["version"]) == (row["id"], again.json()["version"])


def test_all_that_can_be_put_is_put_above():
    kept = {path.partition("/by-external-id/")[0] for path in PATHS if "/by-external-id/" in path}
    assert kept == set(PUT)


def test_what_is_created_takes_a_key():
    without = [path for path in CREATED if "Idempotency-Key" not in parameters(PATHS[path]["post"])]
    assert sorted(without) == sorted(NO_KEY)


@pytest.mark.parametrize("path", sorted(set(PUT) & set(CREATED) - set(NO_KEY)))
def test_the_same_key_creates_one(path, address_of, reader):
    url = address_of(path, mark=False)
    body = dict(PUT[path])
    if kind := HANGS_ON.get(path):
        body[kind] = address_of.made[kind]

    def post(asked: dict):
        sent = json.dumps(asked)
        return reader(path).post(
            url, sent, content_type="application/json", headers={"Idempotency-Key": "k-1"}
        )

    first, again, other = post(body), post(body), post({**body, "external_id": "ELSE"})

    assert first.status_code == 201, first.content
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json()["id"] == first.json()["id"]
    assert first.headers["ETag"] == again.headers["ETag"] == f'"{first.json()["version"]}"'
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_an_external_id_is_taken_by_one_record_only(address_of, as_olga):
    put(
        as_olga,
        "/api/v1/shops/by-external-id/7",
        {"code": "A", "name": "A", "dealer": address_of.made["dealer"]},
    )
    body = {"code": "B", "name": "B", "dealer": address_of.made["dealer"], "external_id": "7"}

    answer = as_olga.post("/api/v1/shops", data=json.dumps(body), content_type="application/json")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/external_id")
    assert as_olga.get("/api/v1/shops?code=B").json()["items"] == []
