"""What the components themselves need (attributes, widgets, links); pages do not load this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import template
from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from platform_core.web import lists
from platform_core.web.list_columns import PARAMETER
from platform_core.web.navigation import NavGroup, NavItem

register = template.Library()

_NAME: Final = re.compile(r"[a-zA-Z@_][\w.:@-]*")
_MESSAGE_TONES: Final = {
    "debug": "neutral",
    "info": "info",
    "success": "good",
    "warning": "warn",
    "error": "bad",
}
_ICONS: Final = {
    "neutral": "info", "info": "info", "review": "clock", "move": "truck",
    "warn": "triangle-alert", "good": "circle-check", "bad": "circle-alert",
}  # fmt: skip


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Pass-through attributes, escaped; a component's own `attrs` text is not. None and False are left out.

    Raises TemplateSyntaxError for `style`, `on…` and malformed names: the content policy refuses them.
    """
    given = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else dict(attrs)
    parts = [
        _attribute(name, value) for name, value in given.items() if value is not None and value is not False
    ]
    # Every name is checked and every value escaped above.
    return mark_safe("".join(f" {part}" for part in parts))  # noqa: S308


def _attribute(name: str, value: object) -> str:
    if not _NAME.fullmatch(name) or name == "style" or name.startswith(("on", "hx-on")):
        raise template.TemplateSyntaxError(f"attribute {name!r} may not be passed to a component")
    if value is True:
        return name
    # Text already marked safe (a translation) may still hold a quote.
    text = str(conditional_escape(value if isinstance(value, SafeString) else str(value))).replace(
        '"', "&quot;"
    )
    return f'{name}="{text}"'


@register.simple_tag
def widget(field: BoundField, described_by: str = "") -> SafeString:
    """A form field's widget with the class of its kind and what describes it."""
    kind = widget_kind(field)
    base = field.field.widget.attrs.get("class", "")
    classes = f"{_class_of(kind)} {base}".strip()
    attrs: dict[str, str | bool] = {"class": classes} if classes else {}
    if described_by:
        attrs["aria-describedby"] = described_by
    return field.as_widget(attrs=attrs)


@register.filter
def widget_kind(field: BoundField) -> str:
    """`check`, `choices`, `checks`, `select`, `text_area`, `file`, `hidden` or `input`."""
    form_widget = field.field.widget
    if form_widget.is_hidden:
        return "hidden"
    kinds: tuple[tuple[type, str], ...] = (
        (CheckboxSelectMultiple, "checks"),
        (RadioSelect, "choices"),
        (CheckboxInput, "check"),
        (Select, "select"),
        (Textarea, "text_area"),
        (ClearableFileInput, "file"),
        (FileInput, "file"),
    )
    return next((kind for known, kind in kinds if isinstance(form_widget, known)), "input")


def _class_of(kind: str) -> str:
    known = {
        "check": "checkbox",
        # Django puts the class on the group as well; the stylesheet reaches the boxes inside of it.
        "checks": "",
        "choices": "",
        "select": "select",
        "text_area": "textarea",
        "file": "file-input",
    }
    return known.get(kind, "input")


@register.simple_tag(takes_context=True)
def sort_link(context: Context, name: str, current: str = "") -> lists.SortLink:
    """Link and direction of a column head, from the request's URL."""
    return lists.sort_link(_query(context), name, current or "")


@register.simple_tag(takes_context=True)
def kept(context: Context, names: str) -> list[tuple[str, str]]:
    """Hidden parameters of a filter form."""
    return lists.kept(_query(context), names)


@register.simple_tag(takes_context=True)
def kept_but_columns(context: Context) -> list[tuple[str, str]]:
    """Hidden parameters of the form that chooses columns: everything else that the URL asks."""
    query = _query(context)
    return lists.kept(query, " ".join(name for name in query if name not in (PARAMETER, *lists.PAGING)))


@register.simple_tag(takes_context=True)
def columns_url(context: Context) -> str:
    """The same list with the columns that show when nobody chose."""
    return lists.columns_url(_query(context))


@register.simple_tag(takes_context=True)
def file_url(context: Context, base: str, kind: str) -> str:
    """The whole filtered list as a file."""
    return lists.file_url(base, _query(context), kind)


@register.simple_tag(takes_context=True)
def saved_views(context: Context) -> Any:
    """The reader's saved views of this list; None where the page keeps none (`platform_core.saved_views`)."""
    return getattr(context.get("request"), "saved_views", None)


@register.simple_tag(takes_context=True)
def clear_url(context: Context, keep: str) -> str:
    """The list without any filter."""
    return lists.clear_url(_query(context), keep)


@register.simple_tag(takes_context=True)
def place_url(context: Context, name: str, value: object) -> str:
    """The same list at another page or cursor."""
    query = _query(context).copy()
    for other in lists.PAGING:
        query.pop(other, None)
    query[name] = str(value)
    return lists.address(query)


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """Page numbers around the present one, with gaps as `…`."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def message_tone(message: object) -> str:
    """The tone of a Django message by its level."""
    return _MESSAGE_TONES.get(getattr(message, "level_tag", ""), "info")


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that says a tone without its colour (WCAG 1.4.1)."""
    return _ICONS.get(tone, "info")


@register.filter
def initial(name: object) -> str:
    """The letter of a house without logo."""
    return str(name).strip()[:1].upper()


@register.filter
def flat_items(navigation: Iterable[NavGroup]) -> list[NavItem]:
    """All links of all groups in a row: a phone's bar has no room for headings."""
    return [item for group in navigation for item in group.items]


@register.filter
def words(state: object) -> str:
    """A state word as people read it, when a page gave no label: `pending_review` → `Pending review`."""
    return str(getattr(state, "value", state)).replace("_", " ").capitalize()


@register.filter
def is_chosen(value: object, selected: object) -> bool:
    """Whether a choice is among what is selected (one value or several)."""
    if isinstance(selected, list | tuple | set | frozenset):
        return str(value) in {str(one) for one in selected}
    return str(value) == str(selected)


@register.filter
def is_rows(errors: object) -> bool:
    """Whether errors are rows with place and message, not plain texts."""
    first = next(iter(errors), None) if isinstance(errors, list | tuple) else None
    return first is not None and (
        isinstance(first, Mapping) or (hasattr(first, "message") and hasattr(first, "row"))
    )


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request is not None else QueryDict()
