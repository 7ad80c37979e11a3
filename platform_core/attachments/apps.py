"""Files that belong to rows: pictures, vouchers."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "platform_core.attachments"
    label = "attachments"
