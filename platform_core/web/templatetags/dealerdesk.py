"""Template words for pages: money, quantities, times, states and assets, by the active language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from platform_core.kernel.money import Money
from platform_core.web import formats, tones
from platform_core.web.countries import country_name
from platform_core.web.formats import NOTHING
from platform_core.web.list_columns import ChosenColumns
from platform_core.web.regions import FIELDS as REGION_FIELDS
from platform_core.web.regions import region_lists as lists_of

register = template.Library()


@register.filter
def money(value: object, currency: str = "") -> str:
    """`{{ order.total|money }}` or `{{ minor|money:"CNY" }}`: an amount with its currency sign."""
    return _money(value, currency, symbol=True)


@register.filter
def money_plain(value: object, currency: str = "") -> str:
    """As `money`, without the sign: for columns whose head names the currency."""
    return _money(value, currency, symbol=False)


@register.filter
def money_change(value: object, currency: str = "") -> str:
    """As `money`, with + before a gain."""
    return _money(value, currency, symbol=True, plus=True)


@register.filter
def is_negative(value: object) -> bool:
    """Whether an amount or a number is below zero."""
    if isinstance(value, Money):
        return value.minor < 0
    number = _decimal(value)
    return number is not None and number < 0


@register.filter
def unit_price(value: object, currency: str = "") -> str:
    """A unit price with the decimals it has, at least the currency's."""
    number = _decimal(value)
    return NOTHING if number is None else formats.unit_price_text(number, currency)


@register.filter
def price_input(value: object, currency: str = "") -> str:
    """A unit price as an input shows it: `3.20`, never grouped, at least the currency's decimals."""
    number = _decimal(value)
    return "" if number is None else formats.plain_text(number, least=formats.exponent_of(currency))


@register.filter
def country(code: object) -> str:
    """The name of a country in the reader's language."""
    return country_name(str(code))


@register.filter
def quantity(value: object, unit: str = "") -> str:
    """A quantity with at most three decimals, none of them idle; with its unit when given."""
    number = _decimal(value)
    if number is None:
        return NOTHING
    text = formats.decimal_text(number)
    return f"{text}\u00a0{unit}" if unit else text


@register.filter
def number(value: object) -> str:
    """A count or a number, grouped."""
    found = _decimal(value)
    return NOTHING if found is None else formats.decimal_text(found, most=6)


@register.filter
def weight(kilograms: object) -> str:
    """A weight given in kilograms: `12.35 kg`."""
    return quantity(kilograms, "kg")


@register.filter
def plain(value: object) -> str:
    """A number for machines (data attributes, the order pad): `1234.5`, never by language."""
    found = _decimal(value)
    return "" if found is None else formats.plain_text(found)


@register.filter
def day(value: object) -> str:
    """A date, or the day of an instant in the active time zone."""
    return formats.day_text(value) if isinstance(value, dt.date) else NOTHING


@register.filter
def moment(value: object) -> str:
    """Day and minute of an instant in the active time zone."""
    return formats.moment_text(value) if isinstance(value, dt.datetime) else day(value)


@register.filter
def state_tone(value: object) -> str:
    """The tone of a state word (`platform_core.web.tones`)."""
    return tones.tone_of(value)


@register.filter
def or_nothing(value: object) -> object:
    """A dash for what is not there (None or empty text); 0 is there."""
    return NOTHING if value is None or value == "" else value


@register.filter
def shown(value: object) -> object:
    """An amount, a time or a text as people read it: for values whose kind the template does not know."""
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, dt.date):
        return moment(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal | int):
        return number(value)
    return or_nothing(value)


@register.simple_tag
def asset(path: str) -> str:
    """Address of a built file; the plain one where nothing was collected (an error page must still show)."""
    try:
        return staticfiles_storage.url(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


class _Cell(Node):
    """A cell of one column; what stands in it is not even asked when the column does not show."""

    def __init__(self, key: str, css: FilterExpression | None, inside: NodeList) -> None:
        self.key, self.css, self.inside = key, css, inside

    def render(self, context: Context) -> SafeString:
        """The cell, or nothing."""
        columns: ChosenColumns = context["columns"]
        if not columns.shows(self.key):
            return SafeString("")
        css = str(self.css.resolve(context)) if self.css else ""
        # The opening and the nodes escaped themselves.
        return SafeString(f"{columns.opening(self.key, css)}{self.inside.render(context)}</td>")


@register.tag
def cell(parser: Parser, token: Token) -> _Cell:
    """`{% cell "phone" class="tnum" %}…{% endcell %}`: the cell of a column that `columns` may show.

    Its words on a phone and its alignment come from the column's declaration (`web.list_columns`).
    """
    _, key, *words = token.split_contents()
    css = token_kwargs(words, parser).get("class")
    inside = parser.parse(("endcell",))
    parser.delete_first_token()
    return _Cell(key.strip("\"'"), css, inside)


def _money(value: object, currency: str, *, symbol: bool, plus: bool = False) -> str:
    if isinstance(value, Money):
        return formats.money_text(value.minor, value.currency.value, symbol=symbol, plus=plus)
    # Only whole minor units are money; a decimal here would be a wrong call, not an amount to guess.
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.money_text(value, currency, symbol=symbol, plus=plus)
    if value is None or value == "":
        return NOTHING
    raise template.TemplateSyntaxError(
        f"money wants a Money or whole minor units, got {type(value).__name__}"
    )


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(getattr(value, "value", value)))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@register.inclusion_tag("web/parts/region_lists.html")
def region_lists(form: forms.Form) -> dict[str, Any]:
    """`{% region_lists form %}`: what the form's province, city and district fields suggest."""
    return {"lists": lists_of({name: form[name].value() for name in REGION_FIELDS})}
