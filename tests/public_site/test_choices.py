"""What the form guesses and suggests."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from public_site.choices import currencies, guess, suggested_slug, time_zone


@pytest.mark.parametrize(
    ("header", "currency", "zone"),
    [
        ("zh-CN,zh;q=0.9", "CNY", "Asia/Shanghai"),
        ("zh-Hans-SG", "SGD", "Asia/Singapore"),
        ("zh-Hant", "TWD", "Asia/Taipei"),
        ("en-GB,en;q=0.8", "GBP", "Europe/London"),
        ("en", "USD", "America/New_York"),
        ("de-AT", "EUR", "Europe/Vienna"),
        ("de", "EUR", "Europe/Berlin"),
        ("xx-YY", "CNY", "Asia/Shanghai"),
        ("", "CNY", "Asia/Shanghai"),
    ],
)
def test_currency_and_zone_follow_the_browsers_language(header, currency, zone):
    found = guess(RequestFactory().get("/", headers={"accept-language": header}))

    assert (found.currency, found.timezone) == (currency, zone)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
        ("Atlantis", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_found_by_name_or_by_city(typed, zone):
    assert time_zone(typed) == zone


@pytest.mark.parametrize(
    ("company", "slug"),
    [
        ("Northwind Traders Ltd.", "northwind-traders"),
        ("上海明远贸易有限公司", "shanghaimingyuanmaoyi"),
        ("农夫山泉 NFC", "nongfushanquan-nfc"),
        ("Café Müller GmbH", "cafe-muller"),
        ("3M", "shop-3m"),
        ("AB", "ab-trade"),
        ("Acme", "acme-trade"),
        ("Admin", "admin-trade"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_a_free_address_is_suggested(database, company, slug):
    assert suggested_slug(company) == slug


def test_each_currency_has_a_name():
    assert all(code in label and label != f"{code} · " for code, label in currencies())
