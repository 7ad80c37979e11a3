"""People: operators in the control schema, a supplier's people in the supplier's."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "platform_core.identity"
    label = "identity"
