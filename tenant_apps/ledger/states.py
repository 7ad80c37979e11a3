"""The life of a top-up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.flow import Flow, step
from tenant_apps.ledger.permissions import LedgerPermission as May


class TopUpState(models.TextChoices):
    """Every top-up waits for a review (W-193)."""

    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    CANCELLED = "cancelled", _("cancelled")


TOP_UP_FLOW = Flow(
    step("approve", {TopUpState.PENDING}, TopUpState.APPROVED, May.REVIEW_TOP_UP),
    step("cancel", {TopUpState.PENDING}, TopUpState.CANCELLED, May.CANCEL_TOP_UP),
)
