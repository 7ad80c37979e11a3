"""Limits hold under parallel use, and when Redis is away."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from platform_core.rates import Rate, TooOften, ip_of, spend
from platform_core.redis_client import redis_client
from tests.tenants.trail import in_threads


def test_of_forty_at_once_exactly_ten_pass(django_db_blocker):
    rate = Rate("test", most=10, seconds=60)

    with django_db_blocker.unblock():
        answers = in_threads(*[lambda: spend(rate, "203.0.113.9") for _ in range(40)])

    assert sum(answer is None for answer in answers) == 10
    assert sum(isinstance(answer, TooOften) for answer in answers) == 30


def test_limits_are_counted_by_whom_and_by_what():
    one, other = Rate("one", most=1, seconds=60), Rate("other", most=1, seconds=60)
    spend(one, "a@example.com")

    spend(one, "b@example.com")
    spend(other, "a@example.com")
    with pytest.raises(TooOften):
        spend(one, " A@example.com ")


def test_a_counter_ends_and_keeps_no_address():
    spend(Rate("test", most=1, seconds=60), "olga@example.com")

    (key,) = redis_client().scan_iter("dd:rate:*")
    assert "olga" not in key
    assert 0 < redis_client().ttl(key) <= 60


def test_without_redis_reading_goes_on_but_no_mail_is_sent(no_redis):
    spend(Rate("reads", most=1, seconds=60), "x")
    with pytest.raises(TooOften):
        spend(Rate("mails", most=1, seconds=60, is_strict=True), "x")


@pytest.mark.parametrize(
    ("trusted", "forwarded", "ip"),
    [
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "198.51.100.7", "127.0.0.1"),
    ],
)
def test_a_client_cannot_claim_an_address(settings, trusted, forwarded, ip):
    settings.TRUSTED_PROXIES = trusted

    assert ip_of(RequestFactory().get("/", headers={"x-forwarded-for": forwarded})) == ip
