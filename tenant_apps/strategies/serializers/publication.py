"""Publication limits and ordering organisations in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_core.api.fields import instant
from platform_core.api.paging import page_of
from tenant_apps.strategies.models import OrderingOrganisation
from tenant_apps.strategies.queries.publication import Published

Shape = serializers.Serializer[Any]
_BLANK: dict[str, Any] = {"required": False, "allow_null": True, "allow_blank": True}


class _Names(serializers.ListField):
    """Ids, or codes and names as people know them; at most 1,000."""

    child = serializers.CharField(max_length=80)
    max_length = 1000


class PublicationInput(Shape):
    """How a SKU is published, as a whole: what is left out is taken away.

    No dealers and no groups: every dealer gets it, when it is among its goods.
    """

    dealers = _Names(required=False, help_text="dlr_… or codes.")
    groups = _Names(required=False, help_text="grp_… or names.")
    organisation = serializers.CharField(max_length=80, help_text="oog_… or code.", **_BLANK)
    display_warehouse = serializers.CharField(
        max_length=80, help_text="Id or code; null: every warehouse counts.", **_BLANK
    )


class PublicationOutput(Shape):
    """How a SKU is published. `version` 0: nothing was ever said. `dealers`: those the reader may see."""

    sku = serializers.CharField()
    for_all = serializers.BooleanField(help_text="Every dealer gets it.")
    dealers = serializers.ListField(child=serializers.CharField())
    groups = serializers.ListField(child=serializers.CharField())
    organisation = serializers.CharField(allow_null=True)
    display_warehouse = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField(allow_null=True)


class OrganisationInput(Shape):
    """An ordering organisation that comes in."""

    code = serializers.CharField()
    name = serializers.CharField()
    external_id = serializers.CharField(**_BLANK)


class OrganisationChange(OrganisationInput):
    """Any part of an ordering organisation."""

    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class OrderingOrganisationOutput(Shape):
    """An ordering organisation that goes out."""

    id = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    enabled = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DealerOrganisationsShape(Shape):
    """The ordering organisations a dealer is limited to (ids or codes in, ids out); none: all."""

    organisations = _Names()


OrderingOrganisationPage = page_of("OrderingOrganisationPage", OrderingOrganisationOutput)


def publication_shape(row: Published) -> dict[str, Any]:
    """A publication as the API says it."""
    return {
        "sku": row.sku.public_id,
        "for_all": row.is_for_all,
        "dealers": [one.public_id for one in row.dealers],
        "groups": [one.public_id for one in row.groups],
        "organisation": row.organisation.public_id if row.organisation else None,
        "display_warehouse": row.display_warehouse.public_id if row.display_warehouse else None,
        "version": row.version,
        "updated_at": instant(row.updated_at) if row.updated_at else None,
    }


def organisation_shape(row: OrderingOrganisation) -> dict[str, Any]:
    """An ordering organisation as the API says it."""
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "code": row.code,
        "name": row.name,
        "enabled": row.enabled,
        "version": row.version,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }
