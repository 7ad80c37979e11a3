"""REST doors of a dealer's shops and addresses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.paging import listed
from platform_core.api.views import Endpoint, tagged
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
    address_shape,
    shop_shape,
)

SHOP_STEPS = {"enable": commands.enable_shop, "disable": commands.disable_shop}


class ShopList(Endpoint):
    """Shops."""

    @extend_schema(operation_id="list_shops", responses=ShopPage)
    def get(self, request: Request) -> Response:
        """The shops the caller may see; `?dealer=` narrows to one dealer."""
        self.actor.require(DealerPermission.READ)
        rows = queries.shops_visible_to(self.actor)
        if dealer := request.query_params.get("dealer"):
            rows = rows.filter(dealer__public_id=dealer)
        return listed(request, rows, lambda found: map(shop_shape, found))

    @extend_schema(operation_id="add_shop", request=NewShop, responses={201: ShopOutput})
    def post(self, request: Request) -> Response:
        """Add a shop: `dealer` names whose, for a dealer's own people its own."""
        values = dict(self.parsed(NewShop))
        dealer_id = values.pop("dealer", "") or queries.own_dealer(self.actor).public_id
        row = commands.add_shop(actor=self.actor, dealer_id=dealer_id, values=values)
        return tagged(shop_shape(row), row.version, 201)


class ShopOne(Endpoint):
    """One shop."""

    @extend_schema(operation_id="get_shop", responses=ShopOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One shop."""
        self.actor.require(DealerPermission.READ)
        row = queries.shop_for(self.actor, public_id)
        return tagged(shop_shape(row), row.version)

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


class ShopStep(Endpoint):
    """What can be done with a shop."""

    @extend_schema(operation_id="step_shop", request=None, responses=ShopOutput)
    def post(self, request: Request, public_id: str, step: str) -> Response:
        """Enable or disable."""
        row = SHOP_STEPS[step](actor=self.actor, shop_id=public_id)
        return tagged(shop_shape(row), row.version)


class AddressList(Endpoint):
    """The addresses of a dealer."""

    @extend_schema(operation_id="list_addresses", responses=AddressPage)
    def get(self, request: Request, public_id: str) -> Response:
        """The addresses in use, those of the dealer only."""
        self.actor.require(DealerPermission.READ)
        dealer = queries.dealer_for(self.actor, public_id)
        rows = queries.addresses_of(self.actor, dealer)
        return listed(request, rows, lambda found: map(address_shape, found))

    @extend_schema(operation_id="add_address", request=AddressInput, responses={201: AddressOutput})
    def post(self, request: Request, public_id: str) -> Response:
        """Add an address."""
        row = commands.add_address(actor=self.actor, dealer_id=public_id, values=self.parsed(AddressInput))
        return tagged(address_shape(row), row.version, 201)


class AddressOne(Endpoint):
    """One address."""

    @extend_schema(operation_id="get_address", responses=AddressOutput)
    def get(self, request: Request, public_id: str) -> Response:
        """One address."""
        self.actor.require(DealerPermission.READ)
        row = queries.address_for(self.actor, public_id)
        return tagged(address_shape(row), row.version)

    @extend_schema(operation_id="change_address", request=AddressInput, responses=AddressOutput)
    def patch(self, request: Request, public_id: str) -> Response:
        """Change the named members of an address; what results is checked as a whole."""
        parsed: dict[str, Any] = self.parsed(AddressInput)
        row = commands.change_address(
            actor=self.actor,
            address_id=public_id,
            changes={name: value for name, value in parsed.items() if name in request.data},
            version=self.expected_version(),
        )
        return tagged(address_shape(row), row.version)

    @extend_schema(operation_id="archive_address", responses={204: None})
    def delete(self, request: Request, public_id: str) -> Response:
        """Offer the address no longer; orders that went there keep it."""
        commands.archive_address(actor=self.actor, address_id=public_id)
        return Response(status=204)
