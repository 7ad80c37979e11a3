"""Production refuses what is only fit for development."""

from __future__ import annotations

import pytest

from platform_core.checks import production_is_safe

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 50,
    "DEBUG": False,
    "SCHEME": "https",
    "BASE_HOST": "dealerdesk.example",
}


def found(settings, **changes):
    for name, value in {**SAFE, **changes}.items():
        setattr(settings, name, value)
    return [message.id.split(".")[1] for message in production_is_safe(None)]


def test_a_safe_production_starts(settings):
    assert found(settings) == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"SECRET_KEY": "insecure-key-for-development-only"}, "E001"),
        ({"SECRET_KEY": "short"}, "E001"),
        ({"DEBUG": True}, "E002"),
        ({"SCHEME": "http"}, "E003"),
        ({"BASE_HOST": "localhost:8000"}, "E004"),
    ],
)
def test_each_unsafe_setting_is_named(settings, changes, number):
    assert found(settings, **changes) == [number]


def test_development_is_left_alone(settings):
    assert found(settings, ENVIRONMENT="dev", SECRET_KEY="x", DEBUG=True) == []
