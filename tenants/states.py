"""States of suppliers, schemas and provisionings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SupplierState(models.TextChoices):
    """What a supplier's hosts answer: only an active one is served."""

    PROVISIONING = "provisioning", _("being prepared")
    ACTIVE = "active", _("active")
    READ_ONLY = "read_only", _("read-only")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


class SchemaState(models.TextChoices):
    """A schema of the warm pool, from its first statement to its supplier."""

    BUILDING = "building", "building"
    READY = "ready", "ready"
    ASSIGNED = "assigned", "assigned"
    FAILED = "failed", "failed"


class ProvisioningState(models.TextChoices):
    """How far a confirmed sign-up has come. Each is resumed by the sweep when its lease ends."""

    WAITING = "waiting", _("waiting")
    BUILDING = "building", _("preparing your database")
    SEEDING = "seeding", _("setting up your account")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
