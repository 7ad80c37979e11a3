"""Who must approve an order: the supplier's chains and delegates, a dealer's limits (WK-07, WK-19)."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_core.db.fields import ClockTime, public_id
from platform_core.db.models import ActedRow


class ApprovalChain(models.Model):
    """Levels of finance review for the orders that meet its conditions (WK-07).

    The first enabled one by `position` that fits an order holds for it. `amount_from_minor` is the
    least total; the lists hold row ids of dealer groups, dealer levels and warehouses, opaque as a
    data scope's; an empty one does not narrow. With `forces_review` a fitting order goes to finance
    although its warehouse does not ask for it.
    """

    public_id = public_id("apc")
    external_id = models.CharField(max_length=80, null=True, blank=True)
    name = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    forces_review = models.BooleanField(default=False)
    amount_from_minor = models.BigIntegerField(null=True)
    groups: models.JSONField[Any, Any] = models.JSONField(default=list)
    dealer_levels: models.JSONField[Any, Any] = models.JSONField(default=list)
    warehouses: models.JSONField[Any, Any] = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="chain_name_once"),
            models.UniqueConstraint(fields=["external_id"], name="chain_external_id_once"),
            models.CheckConstraint(
                condition=models.Q(amount_from_minor__isnull=True) | models.Q(amount_from_minor__gt=0),
                name="chain_amount_positive",
            ),
        ]


class ApprovalLevel(models.Model):
    """One level: any one of the named people (users' public ids) or of the holders of a named role.

    Opaque ids and no foreign keys: access does not know orders, and may delete a role.
    """

    chain = models.ForeignKey(ApprovalChain, on_delete=models.CASCADE, related_name="levels", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    people: models.JSONField[Any, Any] = models.JSONField(default=list)
    roles: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="approval_level_place")]


class ApprovalDelegation(ActedRow):
    """Somebody approves in an absent person's place from `first_day` to `last_day`, both included.

    Days are the supplier's. People are users' public ids with their names as they were.
    """

    public_id = public_id("apd")
    person_id = models.CharField(max_length=40)
    person_name = models.CharField(max_length=120)
    delegate_id = models.CharField(max_length=40)
    delegate_name = models.CharField(max_length=120)
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = ClockTime(on="create")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["last_day"], name="delegations_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="delegation_has_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(person_id=models.F("delegate_id")), name="delegation_between_two"
            ),
        ]


class BuyerLimit(models.Model):
    """What one person of a dealer may spend alone (WK-07, WK-19); amounts in minor units, null is no limit.

    `always` asks for an approval of every order; `is_approver` lets the person approve what others
    placed. `person_id` is the user's public id, which steps and orders keep of who acted.
    """

    membership = models.OneToOneField("access.Membership", on_delete=models.CASCADE, related_name="+")
    person_id = models.CharField(max_length=40, unique=True, db_collation="C")
    order_limit_minor = models.BigIntegerField(null=True)
    month_limit_minor = models.BigIntegerField(null=True)
    always = models.BooleanField(default=False)
    is_approver = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = ClockTime(on="save")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(order_limit_minor__isnull=True) | models.Q(order_limit_minor__gte=0),
                name="order_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(month_limit_minor__isnull=True) | models.Q(month_limit_minor__gte=0),
                name="month_limit_not_negative",
            ),
        ]


class CancelledLine(ActedRow):
    """A line that was taken out of a reviewed order (W-160), as it was, and what went back for it."""

    order = models.ForeignKey("orders.SalesOrder", on_delete=models.CASCADE, related_name="cancelled_lines")
    position = models.PositiveIntegerField()
    merchant_code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=20)
    quantity = models.DecimalField(max_digits=18, decimal_places=3)
    returned_minor = models.BigIntegerField()
    reason = models.CharField(max_length=500, blank=True, default="")
    at = ClockTime(on="create")
