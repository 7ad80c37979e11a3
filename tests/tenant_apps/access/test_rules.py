"""The pure rules: effective permissions and how names to log in are read."""

from __future__ import annotations

import pytest

from tenant_apps.access import rules

MENUS = frozenset("12345")


def test_g25_a_ceiling_cuts_roles_and_direct_permissions():
    found = rules.effective(direct={"1", "4"}, roles=[{"2", "5"}], ceiling={"1", "2", "3"}, population=MENUS)
    assert found == {"1", "2"}


def test_g26_direct_permissions_and_all_roles_add_up():
    found = rules.effective(direct={"4"}, roles=[{"1", "2"}, {"2", "3"}], ceiling=None, population=MENUS)
    assert found == {"1", "2", "3", "4"}


def test_nobody_holds_what_its_population_cannot():
    found = rules.effective(direct={"1", "9"}, roles=[{"8"}], ceiling={"1", "9"}, population=MENUS)
    assert found == {"1"}


def test_an_administrator_holds_everything_under_the_ceiling():
    found = rules.effective(direct=(), roles=(), ceiling={"1", "9"}, population=MENUS, is_administrator=True)
    assert found == {"1"}


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("13800138000", "CN", "+8613800138000"),
        ("+86 138-0013-8000", "US", "+8613800138000"),
        ("0086 13800138000", "CN", "+8613800138000"),
        ("010-62345678", "CN", "+861062345678"),
        ("030 901820", "DE", "+4930901820"),
        ("123", "CN", ""),
        ("olga", "CN", ""),
        ("", "CN", ""),
    ],
)
def test_phone_numbers_are_kept_in_one_spelling(text, country, kept):
    assert rules.phone_number(text, country) == kept


@pytest.mark.parametrize(
    ("timezone", "country"),
    [("Asia/Shanghai", "CN"), ("Europe/Berlin", "DE"), ("America/Chicago", "US"), ("UTC", "CN")],
)
def test_the_country_follows_from_the_time_zone(timezone, country):
    assert rules.country_of_timezone(timezone) == country


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("dora", True),
        ("d-100.a_b", True),
        ("张三", True),
        ("13800138000", False),
        ("a@b", False),
        ("a", False),
        ("a b", False),
        ("x" * 61, False),
    ],
)
def test_account_names_are_never_taken_for_phones_or_addresses(text, is_one):
    assert rules.is_account_name(text) is is_one
