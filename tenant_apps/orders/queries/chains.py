"""Approval chains as they are set up, for reviews and for their pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.db.fast import fetched
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotPermitted
from tenant_apps.orders.approval import Chain, Level, chains_of
from tenant_apps.orders.models import ApprovalChain, ApprovalLevel, SalesOrderStep
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.orders import orders_visible_to

# A select of its own inside the review's: null as long as no chain is in use.
CHAINS_IN_USE = """
(SELECT jsonb_agg(jsonb_build_object('id', c.public_id, 'name', c.name, 'amount_from', c.amount_from_minor,
   'forces', c.forces_review, 'groups', c.groups, 'dealer_levels', c.dealer_levels,
   'warehouses', c.warehouses, 'levels',
   (SELECT jsonb_agg(jsonb_build_object('name', v.name, 'people', v.people, 'roles', v.roles)
      ORDER BY v.position) FROM orders_approvallevel v WHERE v.chain_id = c.id))
   ORDER BY c.position, c.id) FROM orders_approvalchain c WHERE c.enabled)
"""


def chains_told(text: Any) -> list[Chain]:
    """The chains that such a select answered."""
    return chains_of(json.loads(text) if isinstance(text, str) else text)


def chains_in_use() -> list[Chain]:
    """The enabled chains in their order, in one statement."""
    return chains_told(fetched(f"SELECT {CHAINS_IN_USE}", [])[0][0])


def chains_visible_to(actor: Actor) -> QuerySet[ApprovalChain]:
    """All chains with their levels, in their order, for those who manage them. Raises NotPermitted."""
    actor.require(OrderPermission.MANAGE_APPROVALS)
    if actor.dealer_id is not None:
        raise NotPermitted(permission=str(OrderPermission.MANAGE_APPROVALS))
    levels = Prefetch("levels", ApprovalLevel.objects.order_by("position"))
    return ApprovalChain.objects.order_by("position", "id").prefetch_related(levels)


@dataclass(frozen=True, slots=True)
class ChainFilter:
    """What narrows the list of chains. `enabled` is `yes`, `no` or blank."""

    q: str = ""
    enabled: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> ChainFilter:
        """The filter that the parameters of the list's URL say."""
        return cls(asked.get("q", ""), asked.get("enabled", ""))


def chains_matching(actor: Actor, wanted: ChainFilter) -> QuerySet[ApprovalChain]:
    """The visible chains that the filter leaves, in their order."""
    rows = chains_visible_to(actor)
    if text := wanted.q.replace("\0", "").strip():
        rows = rows.filter(name__icontains=text)
    return rows.filter(enabled=wanted.enabled == "yes") if wanted.enabled else rows


def approvals_under(actor: Actor, chain: ApprovalChain, newest: int = 20) -> list[SalesOrderStep]:
    """Who took which level of the visible orders under a chain, newest first: one statement."""
    steps = SalesOrderStep.objects.filter(
        order__in=orders_visible_to(actor).filter(approval__id=chain.public_id)
    ).exclude(level="")
    return list(steps.select_related("order").order_by("-pk")[:newest])


def chain_row(actor: Actor, public_id: str) -> ApprovalChain:
    """One chain. Raises NotFound."""
    return current(chains_visible_to(actor).filter(public_id=public_id), _("approval chain"))


def levels_in(row: ApprovalChain) -> list[Level]:
    """A chain's levels as rules take them."""
    return [Level(v.name, tuple(v.people), tuple(v.roles)) for v in row.levels.all()]
