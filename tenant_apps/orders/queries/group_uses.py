"""What of orders names a dealer group: `settings.DEALER_GROUP_USES`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenant_apps.orders.models import ApprovalChain, OrderingCalendar, SupplyBoard


def uses_of_group(*, group_id: int) -> list[str]:
    """Its ordering calendar, approval chains by name, and how many supply boards were drawn up for it."""
    told = [_("its ordering calendar")] if OrderingCalendar.objects.filter(group=group_id).exists() else []
    chains = ApprovalChain.objects.filter(groups__contains=[group_id]).order_by("name")
    told += [_("approval chain {name}").format(name=name) for name in chains.values_list("name", flat=True)]
    count = SupplyBoard.objects.filter(group=group_id).count()
    if count:
        told.append(ngettext("{count} supply board", "{count} supply boards", count).format(count=count))
    return told
