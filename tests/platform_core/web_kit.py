"""Renders pieces of pages for tests of the interface kit: the kit alone, no app, no database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler

from platform_core.kernel.money import Currency, Money
from platform_core.web import formats

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
