"""The workbook toolkit as an app: it has no tables, only words in two languages."""

from __future__ import annotations

from django.apps import AppConfig


class WorkbooksConfig(AppConfig):
    """Reading and writing of tables."""

    name = "platform_core.workbooks"
    label = "workbooks"
