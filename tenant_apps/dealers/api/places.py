"""REST doors of a dealer's shops and addresses."""

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
from platform_core.kernel.actor import Actor
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.serializers import (
    AddressInput,
    AddressOutput,
    AddressPage,
    NewShop,
    ShopChange,
    ShopOutput,
    ShopPage,
    ShopUpsert,
    address_shape,
    shop_shape,
)

SHOP_COLUMNS = Columns(
    "code", "external_id", "kind", flags=("enabled", "auto_review"), dealer="dealer__public_id"
)
ADDRESS_COLUMNS = Columns(
    "external_id", "label", "country", "region1", "region2", "postcode", flags=("is_default",)
)
SHOP_STEPS = {"enable": commands.enable_shop, "disable": commands.disable_shop}


class ShopList(Endpoint):
    """Shops."""

    @extend_schema(operation_id="list_shops", parameters=SHOP_COLUMNS.parameters, responses=ShopPage)
    def get(self, request: Request) -> Response:
        """The shops the caller may see."""
        self.actor.require(DealerPermission.READ)
        rows = queries.shops_visible_to(self.actor)
        return listed(request, rows, lambda found: map(shop_shape, found), columns=SHOP_COLUMNS)

    @extend_schema(operation_id="add_shop", parameters=[KEY], request=NewShop, responses={201: ShopOutput})
    def post(self, request: Request) -> Response:
        """Add a shop: `dealer` names whose, for a dealer's own people its own."""
        values = dict(self.parsed(NewShop))
        dealer_id = _whose(self.actor, values)
        return self.once(commands.add_shop, shop_shape, status=201, dealer_id=dealer_id, values=values)


class ShopOne(Endpoint):
    """One shop."""

    @extend_schema(operation_id="get_shop", responses=ShopOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One shop."""
        self.actor.require(DealerPermission.READ)
        row = queries.shop_for(self.actor, public_id)
        return tagged(sparse(request, shop_shape(row)), row.version)

    @extend_schema(operation_id="change_shop", request=ShopChange, responses=ShopOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change a shop; `If-Match` refuses when somebody else did meanwhile."""
        row = commands.change_shop(
            actor=self.actor,
            shop_id=public_id,
            changes=self.parsed(ShopChange),
            version=self.expected_version(),
        )
        return tagged(shop_shape(row), row.version)


class ShopByExternalId(Endpoint):
    """A shop by the id of another system."""

    @extend_schema(operation_id="put_shop", request=ShopUpsert, responses={200: ShopOutput, 201: ShopOutput})
    def put(self, request: Request, external_id: str) -> Response:
        """Change the shop with this external id, or add it to the dealer named by `dealer`."""
        values = {**self.parsed(ShopUpsert), "external_id": external_id}
        changes = {name: value for name, value in values.items() if name != "dealer"}
        return put_row(
            queries.shops_visible_to(self.actor),
            external_id,
            add=lambda: commands.add_shop(
                actor=self.actor, dealer_id=_whose(self.actor, values), values=values
            ),
            change=lambda known: commands.change_shop(
                actor=self.actor, shop_id=known, changes=changes, version=self.expected_version()
            ),
            shape=shop_shape,
        )


class ShopStep(Endpoint):
    """What can be done with a shop."""

    @extend_schema(operation_id="step_shop", request=None, responses=ShopOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable or disable."""
        row = SHOP_STEPS[step](actor=self.actor, shop_id=public_id)
        return tagged(shop_shape(row), row.version)


class AddressList(Endpoint):
    """The addresses of a dealer."""

    @extend_schema(
        operation_id="list_addresses", parameters=ADDRESS_COLUMNS.parameters, responses=AddressPage
    )
    def get(self, request: Request, public_id: str) -> Response:
        """The addresses in use, those of the dealer only."""
        self.actor.require(DealerPermission.READ)
        dealer = queries.dealer_for(self.actor, public_id)
        rows = queries.addresses_of(self.actor, dealer)
        return listed(request, rows, lambda found: map(address_shape, found), columns=ADDRESS_COLUMNS)

    @extend_schema(
        operation_id="add_address", parameters=[KEY], request=AddressInput, responses={201: AddressOutput}
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Add an address."""
        return self.once(
            commands.add_address,
            address_shape,
            status=201,
            dealer_id=public_id,
            values=self.parsed(AddressInput),
        )


class AddressOne(Endpoint):
    """One address."""

    @extend_schema(operation_id="get_address", responses=AddressOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One address."""
        self.actor.require(DealerPermission.READ)
        row = queries.address_for(self.actor, public_id)
        return tagged(sparse(request, address_shape(row)), row.version)

    @extend_schema(operation_id="change_address", request=AddressInput, responses=AddressOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change the named members of an address; what results is checked as a whole."""
        row = commands.change_address(
            actor=self.actor,
            address_id=public_id,
            changes=_named(self),
            version=self.expected_version(),
        )
        return tagged(address_shape(row), row.version)

    @extend_schema(operation_id="archive_address", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Offer the address no longer; orders that went there keep it."""
        commands.archive_address(actor=self.actor, address_id=public_id)
        return Response(status=204)


class AddressByExternalId(Endpoint):
    """An address of a dealer by the id of another system."""

    @extend_schema(
        operation_id="put_address", request=AddressInput, responses={200: AddressOutput, 201: AddressOutput}
    )
    def put(self, request: Request, public_id: str, external_id: str) -> Response:
        """Change the dealer's address with this external id, or add it."""
        dealer = queries.dealer_for(self.actor, public_id)
        values = {**_named(self), "external_id": external_id}
        return put_row(
            queries.addresses_of(self.actor, dealer),
            external_id,
            add=lambda: commands.add_address(actor=self.actor, dealer_id=public_id, values=values),
            change=lambda known: commands.change_address(
                actor=self.actor, address_id=known, changes=values, version=self.expected_version()
            ),
            shape=address_shape,
        )


def _whose(actor: Actor, values: dict[str, Any]) -> str:
    """Take from a new shop's values which dealer's it is: without a name the actor's own."""
    return values.pop("dealer", "") or queries.own_dealer(actor).public_id


def _named(endpoint: Endpoint) -> dict[str, Any]:
    """Of an address only what the caller named: no default may overwrite what it has."""
    parsed: dict[str, Any] = endpoint.parsed(AddressInput)
    return {name: value for name, value in parsed.items() if name in endpoint.request.data}
