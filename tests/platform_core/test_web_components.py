"""The components render what they promise: amounts, links, states, forms, escapes. No database is touched."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import TemplateSyntaxError
from django.utils import translation

from platform_core.kernel.money import Currency, Money
from platform_core.web import lists, tones
from tests.platform_core.web_kit import WEB, cny, kit_alone, show

__all__ = ["kit_alone"]

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
    assert show('{{ price|price_input:"CNY" }}', price=Decimal(price)) == expected.removeprefix("¥")


def test_an_input_shows_no_decimals_that_a_currency_does_not_have():
    assert show('{{ price|price_input:"JPY" }}', price=Decimal("1200.00")) == "1200"
    assert show('{{ price|price_input:"CNY" }}', price=None) == ""


def test_a_country_stands_with_its_name():
    assert show("{{ code|country }}", code="NL") == "Netherlands"


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
    words = [
        "saved",
        "voided",
        "pending",
        "submitted",
        "cancelled",
        "pending_review",
        "pending_finance",
        "approved",
        "pushed",
        "partly_shipped",
        "shipped",
        "completed",
        "none",
        "requested",
        "partial",
        "full",
        "open",
        "done",
        "void",
        "push_failed",
        "received",
        "pending_settlement",
        "settled",
        "packed",
    ]

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
        '{% include "web/pad_row.html" with row=row currency="CNY" %}',
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
        row={
            **dict.fromkeys(("sku", "code", "name", "spec", "unit", "quantity", "error"), HOSTILE),
            "price": 1,
            "stock_word": "in",
        },
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

    assert shown.startswith('<fieldset class="field ')
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
