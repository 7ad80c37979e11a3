"""The ground: wires the kernel's words to gettext and checks the settings."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext

from platform_core.checks import production_is_safe
from platform_core.kernel.words import install_translator


class PlatformCoreConfig(AppConfig):
    name = "platform_core"

    def ready(self) -> None:
        """Hand gettext to the kernel; register the checks."""
        register(production_is_safe)
        install_translator(gettext)
