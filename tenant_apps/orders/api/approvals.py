"""REST doors of approval chains, delegations and spending limits."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.orders.commands import approvals as commands
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.orders.models import ApprovalChain, ApprovalDelegation
from tenant_apps.orders.queries.approvers import delegation_for, delegations_visible_to
from tenant_apps.orders.queries.buyers import buyer_for, buyers_visible_to, with_limits
from tenant_apps.orders.queries.chain_choices import CONDITIONS, choices_of
from tenant_apps.orders.queries.chains import chain_row, chains_visible_to
from tenant_apps.orders.serializers.chains import (
    BuyerLimitInput,
    BuyerLimitOutput,
    BuyerLimitPage,
    ChainChange,
    ChainInput,
    ChainOutput,
    ChainPage,
    DelegationInput,
    DelegationOutput,
    DelegationPage,
    chain_shape,
    delegation_shape,
    limit_shape,
    minor_amounts,
)

CHAIN_COLUMNS = Columns("name", "external_id", flags=("enabled", "forces_review"))
DELEGATION_COLUMNS = Columns(person="person_id", delegate="delegate_id")


class ChainDoor(Endpoint):
    """What the doors of chains share."""

    def shaped(self, row: ApprovalChain) -> dict[str, Any]:
        """A chain with its conditions by public id."""
        return chain_shape(row, {name: choices_of(self.actor, name) for name in CONDITIONS})

    def values(self, shape: type[ChainChange]) -> dict[str, Any]:
        """What was sent, amounts in minor units; defaults of what was not sent stay out."""
        sent = self.parsed(shape)
        return minor_amounts({name: sent[name] for name in sent if name in self.request.data}, "amount_from")


class ChainList(ChainDoor):
    """Approval chains."""

    @extend_schema(
        operation_id="list_approval_chains", parameters=CHAIN_COLUMNS.parameters, responses=ChainPage
    )
    def get(self, request: Request) -> Response:
        """The supplier's chains with their levels; `position` says in which order they are asked."""
        known = {name: choices_of(self.actor, name) for name in CONDITIONS}
        rows = chains_visible_to(self.actor)
        return listed(
            request, rows, lambda found: [chain_shape(row, known) for row in found], columns=CHAIN_COLUMNS
        )

    @extend_schema(
        operation_id="add_approval_chain",
        parameters=[KEY],
        request=ChainInput,
        responses={201: ChainOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a chain after the others. A level that nobody could approve is refused."""
        return self.once(commands.add_chain, self.shaped, status=201, values=self.values(ChainInput))


class ChainOne(ChainDoor):
    """One approval chain."""

    @extend_schema(operation_id="get_approval_chain", responses=ChainOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One chain."""
        row = chain_row(self.actor, public_id)
        return tagged(sparse(request, self.shaped(row)), row.version)

    @extend_schema(operation_id="change_approval_chain", request=ChainChange, responses=ChainOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change what is named; running orders keep the chain as it was at their review."""
        row = commands.change_chain(
            actor=self.actor,
            chain_id=public_id,
            changes=self.values(ChainChange),
            version=self.expected_version(),
        )
        return tagged(self.shaped(row), row.version)

    @extend_schema(operation_id="remove_approval_chain", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Take a chain away; running orders keep what they have of it."""
        commands.remove_chain(actor=self.actor, chain_id=public_id, version=self.expected_version())
        return Response(status=204)


class ChainByExternalId(ChainDoor):
    """An approval chain by the id of another system."""

    @extend_schema(
        operation_id="put_approval_chain",
        request=ChainChange,
        responses={200: ChainOutput, 201: ChainOutput},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Change the chain with this external id, or add it."""
        values = {**self.values(ChainChange), "external_id": external_id}
        return put_row(
            chains_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_chain(actor=self.actor, values=values),
            change=lambda known: commands.change_chain(
                actor=self.actor, chain_id=known, changes=values, version=self.expected_version()
            ),
            shape=self.shaped,
        )


class ChainMove(ChainDoor):
    """The order in which chains are asked."""

    @extend_schema(operation_id="move_approval_chain", request=None, responses=ChainOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """`up` or `down`: ask the chain before or after its neighbour; the first that fits holds."""
        row = commands.move_chain(actor=self.actor, chain_id=public_id, up=step == "up")
        return tagged(self.shaped(row), row.version)


class DelegationList(Endpoint):
    """Delegations."""

    @extend_schema(
        operation_id="list_approval_delegations",
        parameters=DELEGATION_COLUMNS.parameters,
        responses=DelegationPage,
    )
    def get(self, request: Request) -> Response:
        """Who approves in whose place and when: the caller's own, or all for those who manage approvals."""
        rows = delegations_visible_to(self.actor)
        return listed(
            request,
            rows,
            lambda found: map(delegation_shape, found),
            updated="created_at",
            columns=DELEGATION_COLUMNS,
        )

    @extend_schema(
        operation_id="name_delegate",
        parameters=[KEY],
        request=DelegationInput,
        responses={201: DelegationOutput},
    )
    def post(self, request: Request) -> Response:
        """Let somebody approve in one's place on these days, both included."""
        data = self.parsed(DelegationInput)
        return self.once(
            commands.name_delegate,
            delegation_shape,
            status=201,
            person_id=data["person"],
            delegate_id=data["delegate"],
            first_day=data["first_day"],
            last_day=data["last_day"],
        )


class DelegationOne(Endpoint):
    """One delegation."""

    @extend_schema(operation_id="get_approval_delegation", responses=DelegationOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One delegation."""
        row: ApprovalDelegation = delegation_for(self.actor, public_id)
        return Response(sparse(request, delegation_shape(row)))

    @extend_schema(operation_id="withdraw_delegate", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """End it now."""
        commands.withdraw_delegate(actor=self.actor, delegation_id=public_id)
        return Response(status=204)


class BuyerLimitList(Endpoint):
    """Spending limits."""

    @extend_schema(operation_id="list_buyer_limits", responses=BuyerLimitPage)
    def get(self, request: Request) -> Response:
        """The people of the caller's dealer, or of the supplier's dealers, with what they may spend alone."""
        rows = buyers_visible_to(self.actor).order_by()
        return listed(request, rows, lambda found: [limit_shape(**row) for row in with_limits(found)])


class BuyerLimitOne(Endpoint):
    """One person's spending limit."""

    @extend_schema(operation_id="get_buyer_limit", responses=BuyerLimitOutput)
    def get(self, request: Request, buyer_id: str) -> Response:
        """What one person may spend alone."""
        person, row = buyer_for(self.actor, buyer_id)
        return tagged(sparse(request, limit_shape(person, row)), row.version)

    @extend_schema(operation_id="set_buyer_limit", request=BuyerLimitInput, responses=BuyerLimitOutput)
    def patch(self, request: Request, buyer_id: str) -> Response:
        """Change what is named; null takes a limit away."""
        sent = self.parsed(BuyerLimitInput)
        named = {name: sent[name] for name in sent if name in request.data}
        changes = minor_amounts(named, "order_limit", "month_limit", suffix="_minor")
        set_buyer_limit(
            actor=self.actor, person_id=buyer_id, changes=changes, version=self.expected_version()
        )
        person, row = buyer_for(self.actor, buyer_id)
        return tagged(limit_shape(person, row), row.version)
