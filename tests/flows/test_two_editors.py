"""Two people edit the same thing: the slower one is refused, and again when it just presses Save once more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db.models import Model
from django.http import HttpResponse

from tenant_apps.access.models import Membership
from tests.cast import actor_of, make_person
from tests.factories import catalog, dealers, logistics, orders

# The page that edits a row, the row, and a form that would be taken.
Edit = tuple[str, Model, dict[str, str]]


def _product() -> Edit:
    row = catalog.product()
    return f"/catalog/products/{row.public_id}/edit", row, {}


def _sku() -> Edit:
    row = catalog.sku()
    form = {"unit": "bottle", "wholesale_price": "1", "retail_price": "99"}
    return f"/catalog/skus/{row.public_id}/edit", row, form


def _category() -> Edit:
    row = catalog.category()
    return f"/catalog/categories/{row.public_id}", row, {}


def _brand() -> Edit:
    row = catalog.brand()
    return f"/catalog/brands/{row.public_id}", row, {}


def _dealer() -> Edit:
    row = dealers.make_dealer("D-1")
    form = {"code": "D-1", "level": row.level.public_id, "service_fee": "0"}
    return f"/dealers/{row.public_id}/edit", row, form


def _shop() -> Edit:
    row = dealers.make_shop(dealers.make_dealer("D-1"), "S-1")
    return f"/dealers/shops/{row.public_id}", row, {"code": "S-1"}


def _address() -> Edit:
    row = dealers.make_address(dealers.make_dealer("D-1"))
    return f"/dealers/addresses/{row.public_id}", row, {**dealers.ADDRESS, "consignee": "Late"}


def _level() -> Edit:
    row = dealers.make_level()
    return f"/dealers/levels/{row.public_id}", row, {"stock_percent": "1"}


def _warehouse() -> Edit:
    row = logistics.make_warehouse()
    return f"/logistics/warehouses/{row.public_id}", row, {"code": "W-1", "kind": "own", "country": "CN"}


def _carrier() -> Edit:
    row = logistics.make_carrier()
    return f"/logistics/carriers/{row.public_id}", row, {"code": "SF"}


def _order() -> Edit:
    dealer = dealers.make_dealer("D-1")
    trade = orders.trade(dealer)
    dora = actor_of(make_person(dealer.organisation, "dora", administrator=True))
    row = orders.place(dora, trade.wanted())
    sku = trade.skus[1].public_id
    form = {"shop": trade.shop.code, "address": "new", **orders.ADDRESS.columns(), f"quantity-{sku}": "5"}
    return f"/orders/{row.public_id}/edit", row, form


def _person() -> Edit:
    olga = Membership.objects.get(user__email="olga@acme.example")
    row = make_person(olga.organisation, "pat").membership
    return f"/people/{row.user.public_id}/", row, {"login": "pat"}


EDITS = [
    _product, _sku, _category, _brand, _dealer, _shop, _address, _level, _warehouse, _carrier, _order, _person,
]  # fmt: skip


def version_in(answer: HttpResponse) -> str:
    """What the form on the page says it was filled from."""
    (tag,) = re.findall(r'<input[^>]+name="version"[^>]*>', answer.content.decode())
    return re.search('value="([^"]*)"', tag).group(1)


@pytest.mark.parametrize("made", EDITS)
def test_who_was_slower_is_refused_until_it_loads_the_page_again(as_olga, made: Callable[[], Edit]):
    path, row, typed = made()
    form = {"name": "Late", **typed}
    seen = version_in(as_olga.get(path))
    type(row).objects.update(version=int(seen) + 1)  # somebody else saved meanwhile

    refused = as_olga.post(path, {**form, "version": seen})
    pressed_again = as_olga.post(path, {**form, "version": version_in(refused)})

    assert (refused.status_code, pressed_again.status_code) == (412, 412)
    assert type(row).objects.get(pk=row.pk).version == int(seen) + 1
    loaded = version_in(as_olga.get(path))
    assert as_olga.post(path, {**form, "version": loaded}).status_code == 302
    assert type(row).objects.get(pk=row.pk).version == int(seen) + 2


@pytest.mark.parametrize("nonsense", ["x", "²", "9" * 5000])
@pytest.mark.parametrize("made", EDITS)
def test_a_version_that_is_none_changes_nothing(as_olga, made: Callable[[], Edit], nonsense: str):
    path, row, typed = made()

    answer = as_olga.post(path, {"name": "Late", **typed, "version": nonsense})

    assert answer.status_code in {412, 422}
    assert type(row).objects.get(pk=row.pk).version == row.version
