"""What a pad offers for delivery: shops, the dealer's addresses, warehouses, carriers that get there."""

from __future__ import annotations

from dataclasses import dataclass

from platform_core.kernel.actor import Actor
from tenant_apps.access.models import SupplierSettings
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import DealerAddress, Shop
from tenant_apps.logistics import queries as logistics
from tenant_apps.logistics.models import Carrier, Warehouse
from tenant_apps.orders.allocation import Allocation
from tenant_apps.orders.queries.parties import warehouses_for
from tenant_apps.orders.rules import Address
from tenant_apps.strategies.queries.freight_tables import carriers_reaching

NEW = "new"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The choices, and the address that is chosen (None: one that is typed)."""

    shops: list[Shop]
    addresses: list[DealerAddress]
    chosen: DealerAddress | None
    warehouses: list[Warehouse]
    carriers: list[Carrier]
    usual: Carrier | None
    reads_memo: bool
    is_reachable: bool


def delivery_of(
    actor: Actor,
    shop: Shop,
    *,
    address: str,
    settings: SupplierSettings,
    typed: Address | None = None,
    warehouse: str = "",
) -> Delivery:
    """The choices for one shop's order. `address` is a public id, `new`, or blank for the default one.

    Carriers are those that a warehouse in question can send with to the address (W-138); when no one
    gets there all are offered, because the supplier then sets the freight (W-168). The usual one is what an
    order gets that names none, wherever it goes.
    """
    addresses = list(dealers.addresses_of(actor, shop.dealer))
    chosen = next((one for one in addresses if one.public_id == address), None)
    if chosen is None and address != NEW and addresses:
        chosen = addresses[0]
    place = typed or Address()
    if chosen is not None:
        place = Address(**{name: getattr(chosen, name) for name in Address.__dataclass_fields__})
    open_ones = logistics.carriers_visible_to(actor).filter(enabled=True).order_by("name")
    enabled = list(logistics.with_memo_reading(open_ones))
    reaching = None
    if place.region1 or place.postcode:
        takes_default = settings.allocation == Allocation.FIRST and not settings.may_split
        houses = warehouses_for(actor, warehouse, takes_default=takes_default)
        reaching = _reaching(houses, place)
    carriers = [one for one in enabled if reaching is None or one.pk in reaching]
    offered = logistics.warehouses_visible_to(actor).filter(enabled=True).order_by("code")
    return Delivery(
        shops=list(dealers.shops_visible_to(actor).filter(enabled=True, dealer=shop.dealer)),
        addresses=addresses,
        chosen=chosen,
        warehouses=list(offered),
        carriers=carriers or enabled,
        usual=next((one for one in enabled if one.is_default), None),
        reads_memo=any(one.reads_memo for one in enabled),
        is_reachable=bool(carriers),
    )


def _reaching(houses: list[Warehouse], place: Address) -> set[int]:
    ids = [house.pk for house in houses]
    return {one.pk for one in carriers_reaching(warehouse_ids=ids, address=place)}
