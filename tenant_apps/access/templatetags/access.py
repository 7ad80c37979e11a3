"""What the templates of access say by themselves: permissions in groups, outcomes of a login."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField

from tenant_apps.access.states import LoginOutcome

register = template.Library()
_TONES = {
    LoginOutcome.LOGGED_IN: "good",
    LoginOutcome.HANDED_OVER: "good",
    LoginOutcome.REFUSED: "warn",
    LoginOutcome.DISABLED: "bad",
    LoginOutcome.LIMITED: "bad",
}


@register.filter
def option_groups(field: BoundField) -> list[tuple[str, list[dict[str, Any]]]]:
    """The check boxes of a grouped field: heading and options, as Django would draw them."""
    value = field.value() or []
    groups = field.field.widget.optgroups(field.html_name, [str(one) for one in value])
    drawn = []
    number = 0
    for heading, options, _index in groups:
        for option in options:
            option["id"] = f"{field.auto_id}_{number}"
            number += 1
        drawn.append((str(heading or ""), options))
    return drawn


@register.filter
def outcome_tone(outcome: str) -> str:
    """The tone of a line of the login log."""
    return _TONES[LoginOutcome(outcome)]


@register.filter
def outcome_label(outcome: str) -> str:
    """The words for it."""
    return str(LoginOutcome(outcome).label)
