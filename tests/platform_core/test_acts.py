"""Forms and buttons of pages: what they ask is done once, and a refusal is told where it belongs."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from platform_core.kernel.errors import Conflict, DomainError, FieldProblem, Invalid, NotFound, NotPermitted
from platform_core.kernel.words import noop
from platform_core.web.acts import pressed, submitted, version_of

TOO_LONG = FieldProblem(
    "/administrator/login", "too_long", noop("At most {length} characters."), {"length": 9}
)
ELSEWHERE = FieldProblem("/lines/0/sku", "unknown", noop("There is no such SKU."))


class PersonForm(forms.Form):
    name = forms.CharField()
    login = forms.CharField(required=False)


def refuse_with(error: DomainError):
    def act():
        raise error

    return act


@pytest.fixture
def filled() -> PersonForm:
    return PersonForm({"name": "Ann", "login": "ann"})


@pytest.fixture
def click():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    return request


def told(request) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def test_a_form_gets_what_its_command_returns(filled):
    assert submitted(filled, lambda: f"made {filled.cleaned_data['name']}") == ("made Ann", 200)


def test_a_form_with_mistakes_asks_nothing():
    assert submitted(PersonForm({"name": ""}), refuse_with(AssertionError("asked"))) == (None, 422)


def test_a_refusal_stands_at_its_field_or_above_the_form(filled):
    answer = submitted(filled, refuse_with(Invalid(problems=[TOO_LONG, ELSEWHERE])))

    assert answer == (None, 422)
    assert filled.errors == {"login": ["At most 9 characters."], "__all__": ["There is no such SKU."]}


def test_a_refusal_without_field_keeps_its_status_and_stands_above_the_form(filled):
    assert submitted(filled, refuse_with(Conflict())) == (None, 412)
    assert filled.non_field_errors() == [str(Conflict())]


def test_a_page_may_show_a_refusal_in_its_own_way(filled):
    assert submitted(
        filled, refuse_with(Conflict()), lambda form, error: error.status + len(form.fields)
    ) == (
        None,
        414,
    )


@pytest.mark.parametrize("error", [NotFound(noun="dealer"), NotPermitted(permission="x")])
def test_what_has_a_page_of_its_own_is_not_shown_on_the_form(filled, click, error):
    with pytest.raises(type(error)):
        submitted(filled, refuse_with(error))
    with pytest.raises(type(error)):
        pressed(click, refuse_with(error))
    assert (filled.errors, told(click)) == ({}, [])


def test_a_button_tells_what_was_done(click):
    assert pressed(click, lambda: "Anna is enabled.")
    assert told(click) == [("success", "Anna is enabled.")]


def test_a_button_tells_why_nothing_was_done(click):
    assert not pressed(click, refuse_with(Conflict()))
    assert told(click) == [("error", str(Conflict()))]


@pytest.mark.parametrize(
    ("posted", "version"),
    [({}, 4), ({"version": "3"}, 3), ({"version": ""}, 0), ({"version": "x"}, 0), ({"version": "9" * 99}, 0)],
)
def test_a_form_says_from_which_version_it_was_filled(posted, version):
    assert version_of(RequestFactory().post("/", posted), 4) == version
