"""Imports of workbooks: from the upload to the report, whoever dies on the way."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "platform_core.imports"
    label = "imports"
