"""A changed model without its migration is refused by name."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models


def test_the_models_of_this_checkout_have_their_migrations():
    call_command("missing_migrations")


def test_a_model_without_migration_is_named():
    class Forgotten(models.Model):
        class Meta:
            app_label = "identity"

    try:
        with pytest.raises(CommandError) as refusal:
            call_command("missing_migrations")
    finally:
        del apps.all_models["identity"]["forgotten"]
        apps.clear_cache()

    assert str(refusal.value) == "Migrations are missing; write them:\nidentity: Create model Forgotten"
