"""Dealers, levels, shops and addresses for tests: dull on purpose."""

from __future__ import annotations

from tenant_apps.access.models import Organisation, OrganisationKind
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel, Shop
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts

ADDRESS = {
    "country": "CN",
    "region1": "浙江省",
    "region2": "杭州市",
    "region3": "西湖区",
    "postcode": "310000",
    "line1": "文三路 1 号",
    "consignee": "王小明",
    "phone": "0571-12345678",
}


def facts(code: str = "D-1", **fields: object) -> DealerFacts:
    """Input of create_dealer."""
    return DealerFacts(**{"code": code, "name": f"Dealer {code}", **fields})


def administrator(login: str = "ann", **fields: object) -> AdministratorFacts:
    """Input of create_dealer."""
    return AdministratorFacts(**{"name": "Ann", "login": login, **fields})


def make_level(name: str = "Level", percent: int = 100) -> DealerLevel:
    """A level."""
    return DealerLevel.objects.create(name=name, stock_percent=percent, position=99)


def make_dealer(code: str, **fields: object) -> Dealer:
    """A dealer with its organisation, on the first level; nobody in it, no shop, no wallet."""
    organisation = Organisation.objects.create(kind=OrganisationKind.DEALER, name=code)
    level = fields.pop("level", None) or DealerLevel.objects.order_by("position", "id").first()
    name = fields.pop("name", f"Dealer {code}")
    keys = {"search_key": f"{code} {name}".lower(), "sort_key": str(name).lower()}
    return Dealer.objects.create(
        organisation=organisation, code=code, name=name, level=level, **keys, **fields
    )


def make_shop(dealer: Dealer, code: str, **fields: object) -> Shop:
    """An offline shop."""
    return Shop.objects.create(dealer=dealer, code=code, name=f"Shop {code}", **fields)


def make_address(dealer: Dealer, **fields: object) -> DealerAddress:
    """An address in Hangzhou."""
    return DealerAddress.objects.create(dealer=dealer, **{**ADDRESS, **fields})
