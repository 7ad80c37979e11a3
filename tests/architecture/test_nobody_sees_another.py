"""Every address × another supplier's objects × another dealer's: nothing is found, nothing changes.

A new address fails here until its parameters are classified in `objects.py`.
"""

from __future__ import annotations

import json

import pytest

from platform_core.kernel.context import serve
from tenant_apps.access.models import Membership, Role
from tenant_apps.dealers.models import Shop
from tests.architecture.objects import WORDS, kind_of, make_everything
from tests.architecture.routes import Route, supplier_routes

ROUTES = supplier_routes()
NAMING = [r for r in ROUTES if any(kind_of(r.template, p) != "word" for p in r.parameters)]
PLAIN = [r for r in ROUTES if r not in NAMING]
CANARY = "zebra4711"
# Open to everybody: nothing of a supplier but its name stands there.
OPEN = {
    "account_login", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "api-description", "api-errors", "api-reference", "brand_css",
    "favicon", "health", "missing", "ready", "robots", "set_language", "account_logout",
}  # fmt: skip
# A link with a wrong token is answered with a page that says so.
ANSWERS_STRANGERS = {"account_reset_password_from_key"}
# Where PUT makes the asker's own under another system's id, whatever others have under it.
MAKES_OWN = {
    "api-bundle-by-external-id",
    "api-person-by-external-id",
    "api-role-by-external-id",
    "api-shop-by-external-id",
}
# What every dealer of a supplier may read.
SHARED = {"carrier", "warehouse"}
# What a right request holds, where a wrong one would be refused before anybody looked for the object.
BODIES = {
    "api-ceiling": {"permissions": []},
    "api-dealer-by-external-id": {
        "name": "X",
        "code": "X-1",
        "administrator": {"name": "X", "login": "x-1"},
    },
    "api-order-cancel-line": {"line": 1},
    "api-order-messages": {"text": "X"},
    "api-sales-prices": {"lines": []},
    "api-dealer-organisations": {"organisations": []},
    "api-dealer-items": {"items": [{"merchant_code": "X", "price": "1"}]},
    "api-dealer-codes": {"items": [{"merchant_code": "X", "own_code": "Y"}]},
    "api-dealer-strategy": {"strategy": "gst_x"},
    "api-goods-strategy": {"name": "X"},
    "api-goods-strategy-items": {"items": [{"merchant_code": "X", "price": "1"}]},
    "api-goods-strategy-reset": {"items": 0, "dealers": 0},
    "api-stock-take-counts": {"counts": [{"merchant_code": "X", "counted": "1"}]},
    "strategies:item_bulk": {"action": "enable"},
    **{
        f"saved_views:{act}": {"path": "/orders/", "query": "q=x", "name": "Mine now"}
        for act in ("rename", "replace", "default", "undefault", "delete")
    },
}
METHODS = ("get", "post", "put", "patch", "delete")


def ids(routes: list[Route]) -> list[str]:
    return [route.template for route in routes]


def values(route: Route, made: dict[str, str]) -> dict[str, str]:
    found = {}
    for parameter in route.parameters:
        kind = kind_of(route.template, parameter)
        assert kind, f"{route.template}: nobody said what {parameter!r} names (tests/architecture/objects.py)"
        found[parameter] = WORDS[parameter] if kind == "word" else made[kind]
    return found


def asked(client, method: str, path: str, body: dict):
    if path.startswith("/api/") and method != "get":
        return getattr(client, method)(path, data=json.dumps(body), content_type="application/json")
    return getattr(client, method)(path, body) if method == "post" else getattr(client, method)(path)


def test_every_parameter_is_classified():
    unknown = {f"{r.template}: {p}" for r in ROUTES for p in r.parameters if kind_of(r.template, p) is None}
    assert unknown == set()


def test_every_address_has_a_name():
    assert [route.template for route in ROUTES if not route.name or route.name.endswith(":")] == []


@pytest.fixture
def theirs(acme, rival) -> dict[str, str]:
    """Objects of the other supplier."""
    with serve(rival):
        return make_everything(CANARY)


@pytest.fixture
def doras(acme) -> dict[str, str]:
    """Objects of another dealer of the same supplier."""
    return make_everything(CANARY)


def test_another_suppliers_object_is_not_found(theirs, as_olga):
    assert found_by(as_olga, theirs, {404, 405, 410}, skip_put_by_external_id=True) == []


def test_another_dealers_object_is_not_found(doras, as_xavier):
    assert found_by(as_xavier, doras, {403, 404, 405, 410}) == []


def found_by(
    client, made: dict[str, str], good: set[int], *, skip_put_by_external_id: bool = False
) -> list[str]:
    """Ask every address that names an object, by every method; what answers as if it were there."""
    wrong = []
    for route in NAMING:
        if route.name in ANSWERS_STRANGERS:
            continue
        path = route.path(values(route, made))
        for method in METHODS:
            makes_own = route.name in MAKES_OWN or skip_put_by_external_id
            if method == "put" and makes_own and "external_id" in route.parameters:
                continue
            shared = (
                method == "get"
                and good >= {403}
                and SHARED & {kind_of(route.template, p) for p in route.parameters}
            )
            answer = asked(client, method, path, BODIES.get(route.name, {}))
            if answer.status_code not in good and not (shared and answer.status_code == 200):
                wrong.append(f"{method} {route.template}: {answer.status_code}")
            if CANARY in answer.content.decode() and not shared:
                wrong.append(f"{method} {route.template} shows the canary")
    return wrong


def test_another_dealers_external_id_changes_nothing_of_it(doras, as_xavier):
    rows = [
        (Shop.objects.get(public_id=doras["shop"]), "shops", {"code": "X-1", "name": "X"}, 422),
        (Role.objects.get(public_id=doras["role"]), "roles", {"name": "X"}, 201),
        (
            Membership.objects.get(user__public_id=doras["person"]),
            "people",
            {"name": "X", "login": "x-2"},
            201,
        ),
    ]
    for row, name, body, status in rows:
        row.external_id = "7"
        row.save()

        answer = asked(as_xavier, "put", f"/api/v1/{name}/by-external-id/7", body)

        assert (name, answer.status_code) == (name, status)
        before, after = dict(vars(row)), dict(vars(type(row).objects.get(pk=row.pk)))
        assert {k: v for k, v in after.items() if k != "_state"} == {
            k: before[k] for k in after if k != "_state"
        }


@pytest.mark.parametrize("route", PLAIN, ids=ids(PLAIN))
def test_nothing_is_shown_to_the_unknown(route, acme, anonymous):
    answer = anonymous.get(route.path(values(route, {})))

    if route.name in OPEN:
        assert answer.status_code in {200, 302, 404, 405, 503}
    else:
        assert answer.status_code in {302, 401, 403, 405}, answer.status_code
        if answer.status_code == 302:
            assert answer["Location"].startswith("/login/")


def test_no_page_holds_anything_of_another_supplier(theirs, as_olga):
    assert shown_to(as_olga) == []


def test_no_page_holds_anything_of_another_dealer(doras, as_xavier):
    assert shown_to(as_xavier) == []


def shown_to(client) -> list[str]:
    """Addresses without an object that fail, or show what is marked as somebody else's."""
    wrong = []
    for route in PLAIN:
        answer = client.get(route.path(values(route, {})))
        if answer.status_code >= 500 or CANARY.encode() in b"".join(answer):
            wrong.append(f"{route.template}: {answer.status_code}")
    return wrong
