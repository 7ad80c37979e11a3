"""Pages for visitors: what this is, what it costs, sign-up."""

from django.apps import AppConfig


class PublicSiteConfig(AppConfig):
    name = "public_site"
