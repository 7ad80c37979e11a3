"""Which subdomains may be taken."""

from __future__ import annotations

import pytest

from tenants.rules import SubdomainMalformed, SubdomainRefused, SubdomainReserved, check_slug, skeleton


@pytest.mark.parametrize("slug", ["acme", "a1b", "north-wind", "x" * 40, "  ACME "])
def test_well_formed_names_are_free_to_ask_for(slug):
    assert check_slug(slug) == slug.strip().lower()


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "ab",
        "x" * 41,
        "1acme",
        "-acme",
        "acme-",
        "ac--me",
        "xn--80ak6aa92e",
        "ac_me",
        "acme.shop",
        "акме",
        "農夫",
        "a b c",
        "_dmarc",
    ],
)
def test_malformed_names_are_refused(slug):
    with pytest.raises(SubdomainMalformed):
        check_slug(slug)


@pytest.mark.parametrize(
    "slug", ["www", "api", "Admin", "a-d-m-i-n", "adrnin", "l0gin", "1ogin", "dem0", "bi11ing", "payrnent"]
)
def test_reserved_names_and_what_looks_like_them_are_refused(slug):
    with pytest.raises(SubdomainRefused) as refusal:
        check_slug(slug)

    expected = SubdomainMalformed if slug[0].isdigit() else SubdomainReserved
    assert refusal.type is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("modern", "rnodern"), ("acme", "acrne"), ("shop-a", "shopa"), ("vvine", "wine"), ("s01id", "soiid")],
)
def test_names_that_look_alike_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)
