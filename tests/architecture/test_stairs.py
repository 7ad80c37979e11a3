"""Foreign keys run down the same stairs as imports; control and supplier data share none."""

from __future__ import annotations

from django.apps import apps

from platform_core.settings.apps import BOTH_LABELS, CONTROL_LABELS, SUPPLIER_LABELS
from tests.architecture.houses import FLOOR


def relations():
    """All foreign keys between our models, as (model, field, target)."""
    ours = CONTROL_LABELS | BOTH_LABELS | SUPPLIER_LABELS
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if model._meta.app_label in ours and field.is_relation and field.concrete and field.related_model:
                yield model, field, field.related_model


def test_foreign_keys_run_down():
    climbs = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in relations()
        if model._meta.app_label in FLOOR
        and target._meta.app_label in FLOOR
        and target._meta.app_label != model._meta.app_label
        and FLOOR[target._meta.app_label] >= FLOOR[model._meta.app_label]
    ]
    assert climbs == []


def test_no_foreign_key_spans_control_and_supplier_data():
    spans = [
        f"{model._meta.label}.{field.name}"
        for model, field, target in relations()
        if (model._meta.app_label in CONTROL_LABELS) != (target._meta.app_label in CONTROL_LABELS)
    ]
    assert spans == []


def test_every_app_says_where_its_tables_live():
    placed = CONTROL_LABELS | BOTH_LABELS | SUPPLIER_LABELS
    homeless = {model._meta.app_label for model in apps.get_models() if model._meta.app_label not in placed}
    assert homeless == {"auth", "contenttypes"}


def test_ids_come_from_the_one_sequence():
    own = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith(("tenant_apps", "tenants", "platform_core"))
        and model._meta.auto_field is not None
        and type(model._meta.pk).__name__ != "RowId"
    ]
    assert own == []
