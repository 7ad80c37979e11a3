"""REST doors of wallets and top-ups."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY, NO_FEED
from platform_core.api.views import Endpoint, tagged
from tenant_apps.dealers.queries import dealer_for
from tenant_apps.ledger import commands, queries
from tenant_apps.ledger.models import TopUp, TopUpKind
from tenant_apps.ledger.serializers import (
    CancelInput,
    EntryPage,
    TopUpApproval,
    TopUpInput,
    TopUpOutput,
    TopUpPage,
    WalletOutput,
    WalletPage,
    entry_shape,
    top_up_shape,
    wallet_shape,
)
from tenant_apps.ledger.states import TopUpState

WALLET_COLUMNS = Columns(dealer="dealer__public_id", dealer_code="dealer__code")
WALLET_FILTERS = [
    OpenApiParameter("q", description="Words of the dealer."),
    OpenApiParameter(
        "state", description="`debt`, `overdue`, `low` (below the amount warning line), `empty` or `credit`."
    ),
    *WALLET_COLUMNS.parameters,
    NO_FEED,
]
ENTRY_COLUMNS = Columns(
    kind="transfer__kind", document_kind="transfer__source_kind", document="transfer__source_number"
)
TOP_UP_COLUMNS = Columns("external_id", "number", dealer="dealer__public_id")
TOP_UP_FILTERS = [
    OpenApiParameter("q", description="Words in number, dealer or note."),
    OpenApiParameter("state", enum=TopUpState.values),
    OpenApiParameter("kind", enum=TopUpKind.values),
    *TOP_UP_COLUMNS.parameters,
]


class WalletList(Endpoint):
    """Wallets."""

    @extend_schema(operation_id="list_wallets", parameters=WALLET_FILTERS, responses=WalletPage)
    def get(self, request: Request) -> Response:
        """The wallets the caller may see."""
        asked = request.query_params
        rows = queries.wallets_matching(self.actor, asked.get("q", ""), asked.get("state", ""))
        return listed(
            request, rows, lambda found: map(wallet_shape, found), updated="", columns=WALLET_COLUMNS
        )


class WalletOne(Endpoint):
    """One wallet."""

    @extend_schema(operation_id="get_wallet", responses=WalletOutput)
    def get(self, request: Request, dealer_id: str) -> Response:
        """The wallet of a dealer."""
        dealer = dealer_for(self.actor, dealer_id)
        return Response(sparse(request, wallet_shape(queries.account_of(self.actor, dealer.pk))))


class WalletEntries(Endpoint):
    """Statements."""

    @extend_schema(
        operation_id="list_wallet_entries", parameters=ENTRY_COLUMNS.parameters, responses=EntryPage
    )
    def get(self, request: Request, dealer_id: str) -> Response:
        """The lines of a dealer's wallet, newest first."""
        rows = queries.entries_of(self.actor, dealer_for(self.actor, dealer_id))
        return listed(
            request, rows, lambda found: map(entry_shape, found), updated="created_at", columns=ENTRY_COLUMNS
        )


class TopUpList(Endpoint):
    """Top-ups."""

    @extend_schema(operation_id="list_top_ups", parameters=TOP_UP_FILTERS, responses=TopUpPage)
    def get(self, request: Request) -> Response:
        """The top-ups the caller may see."""
        asked = request.query_params
        rows = queries.top_ups_matching(
            self.actor, asked.get("q", ""), asked.get("state", ""), asked.get("kind", "")
        )
        return listed(request, rows, lambda found: map(self._shown, found), columns=TOP_UP_COLUMNS)

    @extend_schema(
        operation_id="create_top_up", parameters=[KEY], request=TopUpInput, responses={201: TopUpOutput}
    )
    def post(self, request: Request) -> Response:
        """Record a top-up: a dealer its own, the supplier a received payment or a credit."""
        kind = TopUpKind.SUPPLIER if self.actor.dealer_id is None else TopUpKind.DEALER
        facts = commands.TopUpFacts(**{"kind": kind.value, **self.parsed(TopUpInput)})
        return self.once(commands.create_top_up, self._shown, status=201, facts=facts)

    def _shown(self, row: TopUp) -> dict[str, Any]:
        return top_up_shape(row, self.actor)


class TopUpOne(Endpoint):
    """One top-up."""

    @extend_schema(operation_id="get_top_up", responses=TopUpOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One top-up."""
        row = queries.top_up_for(self.actor, public_id)
        return tagged(sparse(request, top_up_shape(row, self.actor)), row.version)


class TopUpApprove(Endpoint):
    """Approving."""

    @extend_schema(
        operation_id="approve_top_up", parameters=[KEY], request=TopUpApproval, responses=TopUpOutput
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Approve a top-up: the money arrives in the wallet, or the credit limit rises."""
        asked = self.parsed(TopUpApproval)
        return self.once(
            commands.approve_top_up, lambda row: top_up_shape(row, self.actor), top_up=public_id, **asked
        )


class TopUpCancel(Endpoint):
    """Giving up."""

    @extend_schema(operation_id="cancel_top_up", parameters=[KEY], request=CancelInput, responses=TopUpOutput)
    def post(self, request: Request, public_id: str) -> Response:
        """Give a pending top-up up."""
        asked = self.parsed(CancelInput)
        return self.once(
            commands.cancel_top_up, lambda row: top_up_shape(row, self.actor), top_up=public_id, **asked
        )
