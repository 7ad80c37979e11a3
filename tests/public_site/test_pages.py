"""The pages that only tell, in both languages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

PAGES = ["landing", "pricing", "first_steps", "developers", "terms", "privacy", "sign_up"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_page_opens(visitor, database, page, language):
    visitor.cookies["language"] = language

    answer = visitor.get(reverse(f"public_site:{page}"))

    assert answer.status_code == 200
    assert answer["Content-Language"] == language


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_pages_hold_no_english_sentence(visitor, database, page):
    visitor.cookies["language"] = "zh-hans"

    text = visible_text(visitor.get(reverse(f"public_site:{page}")).content.decode())

    # Three English words in a row are a sentence; names, codes and addresses are not.
    assert re.findall(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b", text) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_needs_what_the_content_policy_refuses(visitor, database, page):
    answer = visitor.get(reverse(f"public_site:{page}"))
    html = answer.content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html) == []
    assert "http://*.localhost" in answer["Content-Security-Policy"]


def test_the_page_for_developers_leads_to_the_reference(visitor, database):
    html = visitor.get(reverse("public_site:developers")).content.decode()

    assert "<em>your-name</em>.localhost:8000/api/docs/</span>" in html


def test_the_language_is_kept_by_the_switch(visitor, database):
    answer = visitor.post("/i18n/setlang/", {"language": "zh-hans", "next": "/pricing/"})

    assert (answer.status_code, answer["Location"]) == (302, "/pricing/")
    assert visitor.get("/pricing/")["Content-Language"] == "zh-hans"


def test_the_switch_leads_to_no_other_site(visitor, database):
    answer = visitor.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_robots_may_find_the_public_site_but_no_supplier(client, visitor, acme):
    assert "Disallow: /\n" not in visitor.get("/robots.txt").content.decode()
    assert (
        client.get("/robots.txt", HTTP_HOST="acme.localhost").content.decode()
        == "User-agent: *\nDisallow: /\n"
    )


def test_the_inbox_does_not_exist_outside_of_development(visitor, database):
    assert visitor.get("/__inbox").status_code == 404


def visible_text(html: str) -> str:
    """The text between tags, without scripts and data lists."""
    html = re.sub(r"(?s)<(script|style|datalist|pre|head)\b.*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"(?s)<[^>]+>", " | ", html))
