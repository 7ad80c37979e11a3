"""The choice of columns: parsed from the URL, shown by head, cells and menu, kept by every link, exported."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template import Context, Template

from platform_core.web import lists
from platform_core.web.list_columns import ListColumn, ListColumns, asked_keys
from platform_core.workbooks.columns import Column
from tests.platform_core.web_kit import show

LIST = ListColumns(
    ListColumn("code", "Code", sort="code"),
    ListColumn("name", "Name", fixed=True, export=("name", "spec")),
    ListColumn("price", "Price", numeric=True, priced=True),
    ListColumn("note", 'No"te', shown=False),
    ListColumn("picture", "Picture", quiet=True, export=()),
    order="name",
)
FILE = [Column(key, key, key) for key in ("code", "name", "spec", "price", "weight")]


def shown(query: str, **how) -> list[str]:
    return [column.key for column in LIST.chosen(QueryDict(query), **how).shown]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", []),
        ("columns=", []),
        ("columns=code,name", ["code", "name"]),
        ("columns=code&columns=name", ["code", "name"]),
        ("columns=code,,code&columns=%20name%20,", ["code", "name"]),
    ],
)
def test_columns_are_asked_by_comma_or_by_a_forms_boxes(query, keys):
    assert asked_keys(QueryDict(query)) == keys


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["code", "name", "price", "picture"]),
        ("columns=note,code", ["code", "name", "note"]),
        ("columns=name", ["name"]),
        ("columns=nonsense,note", ["name", "note"]),
        ("columns=nonsense", ["code", "name", "price", "picture"]),
    ],
)
def test_the_known_ones_show_in_their_order_and_the_fixed_one_always(query, keys):
    assert shown(query) == keys


def test_what_a_reader_is_not_offered_cannot_be_asked():
    assert shown("columns=price,code", without=("price",)) == ["code", "name"]
    assert shown("columns=price", without=("price",)) == ["code", "name", "picture"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["code", "name", "spec", "price", "weight"]),
        ("columns=price", ["name", "spec", "price"]),
        ("columns=picture", ["name", "spec"]),
    ],
)
def test_the_file_holds_what_is_chosen_or_everything(query, keys):
    assert [column.key for column in LIST.exported(QueryDict(query), FILE)] == keys


def cells(query: str, template: str) -> str:
    loaded = Template("{% load dealerdesk %}" + template)
    return loaded.render(Context({"columns": LIST.chosen(QueryDict(query)), "value": "<b>"}))


def test_a_cell_bears_its_head_and_is_left_out_with_its_column():
    template = '{% cell "price" class="muted" %}{{ value }}{% endcell %}{% cell "note" %}x{% endcell %}'

    assert cells("", template) == '<td class="num muted" data-label="Price">&lt;b&gt;</td>'
    assert cells("columns=note", template) == '<td data-label="No&quot;te">x</td>'
    assert cells("", '{% cell "picture" class="shrink" %}i{% endcell %}') == '<td class="shrink">i</td>'


def test_a_cell_of_no_declared_column_is_a_mistake():
    with pytest.raises(KeyError, match="prise"):
        cells("", '{% cell "prise" %}{% endcell %}')


def test_head_and_menu_say_what_shows():
    context = {"columns": LIST.chosen(QueryDict("columns=note,price"), currency="CNY")}

    head = show('<c-table caption="T" :columns="columns">x</c-table>', "/?columns=note,price", **context)
    menu = show('<c-filters :columns="columns" />', "/?columns=note,price&q=tea&page=3", **context)

    assert [word in head for word in ("Name", "Price (CNY)", "No&quot;te", "Code", "Picture")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert 'name="columns" value="note" form="list-columns" checked' in menu
    assert 'name="columns" value="code" form="list-columns">' in menu
    assert '<input type="hidden" name="columns" value="name" form="list-columns">' in menu
    # The form of the menu keeps the filters, forgets the page, and does not repeat the choice.
    own_form = menu[menu.index('id="list-columns"') :]
    assert '<input type="hidden" name="q" value="tea">' in own_form
    assert 'name="page"' not in own_form
    assert 'name="columns"' not in own_form


def test_every_link_keeps_the_choice_as_one_value():
    query = QueryDict("columns=code&columns=note&q=tea&page=2")

    assert lists.sort_link(query, "code").url == "?columns=code,note&q=tea&sort=code"
    assert lists.filter_chips(query, {"q": lists.FilterWords("Search")})[0].remove_url == "?columns=code,note"
    assert lists.clear_url(query, "sort columns") == "?columns=code,note"
    assert lists.columns_url(query) == "?q=tea"
    assert lists.file_url("/x", query, "csv") == "/x?columns=code,note&q=tea&format=csv"


def test_no_link_is_bare_as_a_bare_address_opens_the_default_view():
    query = QueryDict("q=tea")

    assert lists.filter_chips(query, {"q": lists.FilterWords("Search")})[0].remove_url == "?view=all"
    assert lists.clear_url(query, "sort") == "?view=all"
    assert lists.columns_url(QueryDict("columns=note")) == "?view=all"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q=tea&sort=name", "sort=name&q=tea&page=3"),
        ("q=tea&level=", "q=tea&view=all&after=x&before=y&format=csv"),
        ("columns=code,name", "columns=code&columns=name"),
        ("state=a&state=b", "state=b&state=a"),
        ("", "view=all&page=2"),
    ],
)
def test_the_same_wishes_are_the_same_state(one, other):
    assert lists.state_of(QueryDict(one)) == lists.state_of(QueryDict(other))


def test_other_wishes_are_another_state():
    assert lists.state_of(QueryDict("q=a%26b&sort=-x&columns=a,b")) == "columns=a,b&q=a%26b&sort=-x"
    assert lists.state_of(QueryDict("q=a")) != lists.state_of(QueryDict("q=b"))
