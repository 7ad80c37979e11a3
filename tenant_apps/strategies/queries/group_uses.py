"""What of strategies names a dealer group: `settings.DEALER_GROUP_USES`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenant_apps.strategies.models import Promotion, PublicationTarget


def uses_of_group(*, group_id: int) -> list[str]:
    """Promotions by name, and how many SKUs are published to the group."""
    promotions = Promotion.objects.filter(audience__group=group_id).order_by("name").distinct()
    told = [_("promotion {name}").format(name=name) for name in promotions.values_list("name", flat=True)]
    count = PublicationTarget.objects.filter(group=group_id).count()
    if count:
        said = ngettext("{count} SKU published to it", "{count} SKUs published to it", count)
        told.append(said.format(count=count))
    return told
