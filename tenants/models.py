"""The control schema: suppliers, their hosts, the schemas that wait for them, sign-ups."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from platform_core.db.fields import ClockTime, currency, public_id, state, state_is_known
from tenants.states import ProvisioningState, SchemaState, SupplierState


class Supplier(TenantMixin):  # type: ignore[misc]
    """One company that sells: one schema, one subdomain. `schema_name` is opaque and never changes.

    `skeleton` is the slug with look-alike letters folded, so that no two suppliers can be
    mistaken for each other. `version` grows when caches of the supplier must be forgotten.
    """

    auto_create_schema = False

    public_id = public_id("sup")
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=40, unique=True)
    skeleton = models.CharField(max_length=40, unique=True)
    shard = models.CharField(max_length=20, default="default")
    state = state(SupplierState, SupplierState.PROVISIONING)
    currency = currency()
    timezone = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    created_at = ClockTime(on="create")

    class Meta:
        constraints = [state_is_known("supplier", SupplierState)]


class Domain(DomainMixin):  # type: ignore[misc]
    """A host that answers for a supplier, without port."""


class SupplierSchema(models.Model):
    """A schema on a shard: being built, ready in the pool, or assigned for good."""

    name = models.CharField(max_length=30, unique=True)
    shard = models.CharField(max_length=20)
    state = state(SchemaState, SchemaState.BUILDING)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    supplier = models.OneToOneField(Supplier, null=True, on_delete=models.PROTECT, related_name="schema")
    error = models.TextField(blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    created_at = ClockTime(on="create")
    migrated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shard", "state"], name="schema_pool")]
        constraints = [
            state_is_known("schema", SchemaState),
            models.CheckConstraint(
                condition=models.Q(state="assigned") | models.Q(supplier__isnull=True),
                name="only_assigned_schemas_have_a_supplier",
            ),
        ]


class CapturedMigration(models.Model):
    """The statements one migration executed on the shard's template: replayed everywhere else."""

    shard = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    app = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    sql = models.TextField()
    captured_at = ClockTime(on="create")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shard", "app", "name"], name="migration_captured_once"),
            models.UniqueConstraint(fields=["shard", "position"], name="migration_has_its_place"),
        ]


class SignUp(models.Model):
    """What a visitor asked for. Nothing is built before the e-mail is confirmed.

    `password` is a hash, empty once the owner's account has it; `token_hash` the sha256 of the
    mailed token, good until `expires_at`.
    """

    public_id = public_id("sgn")
    company = models.CharField(max_length=120)
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    password = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    currency = currency()
    timezone = models.CharField(max_length=60)
    ip = models.GenericIPAddressField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = ClockTime(on="create")
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)


class Provisioning(models.Model):
    """The long work of making a supplier, as a row: whoever holds the lease continues it."""

    public_id = public_id("prv")
    sign_up = models.OneToOneField(SignUp, on_delete=models.PROTECT, related_name="provisioning")
    supplier = models.OneToOneField(Supplier, null=True, on_delete=models.PROTECT)
    owner_id = models.CharField(max_length=40, blank=True, default="")
    state = state(ProvisioningState, ProvisioningState.WAITING)
    done: models.JSONField[Any, Any] = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = ClockTime(on="create")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [state_is_known("provisioning", ProvisioningState)]


class HandOver(models.Model):
    """A one-use ticket, good for 60 seconds, that logs a person in on the supplier's host."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE)
    user_id = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
