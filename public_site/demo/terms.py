"""What the demo supplier agreed with its dealers: groups, prices, promotions, approvals, ordering days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from platform_core.identity.models import User
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from public_site.demo.once import Part
from public_site.demo.stage import actor_named
from tenant_apps.access.commands.people import AccessFacts, PersonFacts, ScopeFacts, create_person, set_access
from tenant_apps.access.commands.settings import change_settings
from tenant_apps.access.models import Role
from tenant_apps.catalog.models import Category, Sku
from tenant_apps.dealers.commands import add_group, change_dealer
from tenant_apps.dealers.models import Dealer, DealerGroup, DealerLevel
from tenant_apps.logistics.commands import add_memo_rule
from tenant_apps.orders.commands.approvals import add_chain, name_delegate
from tenant_apps.orders.commands.calendars import add_calendar
from tenant_apps.orders.commands.limits import set_buyer_limit
from tenant_apps.strategies.commands.bundles import add_bundle
from tenant_apps.strategies.commands.own_codes import put_codes
from tenant_apps.strategies.commands.price_rules import put_price_rules
from tenant_apps.strategies.commands.promotions import create_promotion, disable_promotion
from tenant_apps.strategies.commands.publication import (
    add_organisation,
    publish_sku,
    set_dealer_organisations,
)
from tenant_apps.strategies.rules import CodeChange

CONVENIENCE, TABLES, MARKETS = "Convenience stores", "Restaurants and hotels", "Market halls"
GROUPS: Mapping[str, Sequence[str]] = {
    CONVENIENCE: ("D001", "D003", "D008", "D011", "D018", "D029"),
    TABLES: ("D019", "D024", "D027", "D038", "D040"),
    MARKETS: ("D007", "D016", "D023", "D039"),
}
SEEN_ONLY_BY_TABLES = ("P028-04", "P033-05")
_PAUSED = "Restaurants: 3 % on everything"
_PROMOTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Spring water weeks", "kind": "line_discount", "percent": Decimal(10),
        "groups": [CONVENIENCE], "category": "Water",
    },
    {"name": "50 off from 2,000", "kind": "order_discount", "off": Decimal(50), "threshold": Decimal(2000)},
    {
        "name": "Hand soap with every 10 shower gels", "kind": "gift", "every": Decimal(10),
        "gift_sku": "P045-01", "gift_quantity": Decimal(1), "skus": ["P044-01", "P044-02"],
    },
    {
        "name": "Welcome back", "kind": "coupon", "code": "HELLO30", "off": Decimal(30),
        "threshold": Decimal(500), "uses_max": 200, "uses_per_dealer": 1,
    },
    {
        "name": "Coffee for the cold season", "kind": "line_discount", "percent": Decimal("7.5"),
        "category": "Coffee", "days": (20, 34),
    },
    {"name": _PAUSED, "kind": "line_discount", "percent": Decimal(3), "groups": [TABLES]},
)  # fmt: skip
CLERK = "dan"
HEAD_OF_FINANCE = "mei"
_FINANCE = "Finance and dispatch"


def terms(owner: Actor, password: str) -> list[Part]:
    """The parts, in their order, as of the clock's time."""
    hashed = cache(lambda: make_password(password))
    return [
        ("settings", lambda: _choose(owner)),
        ("dealer groups", lambda: _group(owner)),
        ("publication", lambda: _publish(owner)),
        ("price rules", lambda: _price(owner)),
        ("promotions", lambda: _promote(owner)),
        ("dealer codes", lambda: _name_goods(owner)),
        ("bundles", _bundle),
        ("memo rules", lambda: _read_memos(owner)),
        ("approval chains", lambda: _approve(owner, hashed)),
        ("buyer limits", lambda: _limit(hashed)),
        ("ordering calendar", lambda: _open_days(owner)),
    ]


def _choose(owner: Actor) -> None:
    values = {
        "balance_warning": Decimal(6000),
        "stock_warning": Decimal(40),
        "show_own_codes": True,
        "public_catalogue": True,
        "public_price": "retail",
    }
    change_settings(actor=owner, values=values)


def _group(owner: Actor) -> None:
    ids = dict(Dealer.objects.values_list("code", "public_id"))
    for name, codes in GROUPS.items():
        group = add_group(actor=owner, values={"name": name})
        for code in codes:
            if code in ids:
                change_dealer(actor=owner, dealer_id=ids[code], changes={"group": group.public_id})


def _publish(owner: Actor) -> None:
    """Two SKUs for restaurants only, one product of a second company, one SKU with one warehouse's stock."""
    add_organisation(actor=owner, values={"code": "MAIN", "name": "Demo Beverages & Household"})
    add_organisation(actor=owner, values={"code": "CARE", "name": "Demo Home Care Ltd"})
    limits: dict[str, dict[str, Any]] = {
        **{code: {"groups": [TABLES]} for code in SEEN_ONLY_BY_TABLES},
        **{f"P059-{spec:02d}": {"organisation": "CARE"} for spec in range(1, 6)},
        "P006-02": {"organisation": "MAIN", "display_warehouse": "HZ"},
    }
    ids = dict(Sku.objects.filter(merchant_code__in=limits).values_list("merchant_code", "public_id"))
    for code, values in limits.items():
        if code in ids:
            publish_sku(actor=owner, sku_id=ids[code], values=values)
    cafe = _dealer("D040")
    set_dealer_organisations(actor=owner, dealer_id=cafe.public_id, organisations=["MAIN"])


def _price(owner: Actor) -> None:
    """Tiers for a level, a rate and tiers for a dealer, a rule of each time: over, now, to come."""
    standard, silver, gold = _levels()
    day = _today()
    soon, later = day + timedelta(days=14), day + timedelta(days=74)

    def rule(who: Mapping[str, str], sku: str, at_least: int, **more: Any) -> dict[str, Any]:
        return {**who, "sku": sku, "from_quantity": Decimal(at_least), **more}

    rows = [
        rule({"level": gold}, "", 96, rate=Decimal("0.97")),
        rule({"level": gold}, "P001-02", 240, fixed=Decimal("1.08")),
        rule({"level": gold}, "P016-02", 48, fixed=Decimal("1.52")),
        rule({"level": gold}, "P016-02", 240, fixed=Decimal("1.45")),
        rule({"level": gold}, "P016-02", 960, fixed=Decimal("1.38")),
        rule({"level": silver}, "P016-02", 240, fixed=Decimal("1.49")),
        rule({"level": silver}, "", 0, rate=Decimal("0.985"), valid_from=soon, valid_until=later),
        rule({"level": standard}, "P026-02", 0, fixed=Decimal("14.90"), valid_until=day - timedelta(days=20)),
        rule({"dealer": "D001"}, "P001-02", 480, fixed=Decimal("1.02")),
        rule({"dealer": "D002"}, "", 0, rate=Decimal("0.95"), valid_from=day.replace(month=1, day=1)),
        rule({"dealer": "D024"}, "P056-03", 0, fixed=Decimal("22.50"), valid_until=later),
    ]
    put_price_rules(actor=owner, rows=rows)


def _promote(owner: Actor) -> None:
    """One of each kind that runs, one to come, one paused."""
    standard, silver, _gold = _levels()
    for wanted in _PROMOTIONS:
        begin, end = wanted.get("days", (-6, 30))
        values = {name: value for name, value in wanted.items() if name not in {"days", "category"}}
        if "category" in wanted:
            values["categories"] = [Category.objects.get(name=wanted["category"]).public_id]
        if wanted["kind"] == "gift":
            values["levels"] = [standard, silver]
        values |= {"starts_at": _in_days(begin), "ends_at": _in_days(end)}
        row = create_promotion(actor=owner, values=values)
        if wanted["name"] == _PAUSED:
            disable_promotion(actor=owner, promotion_id=row.public_id)


def _name_goods(owner: Actor) -> None:
    names = (
        ("P001-02", "W-500", "Spring water, shelf 3"),
        ("P016-01", "COLA-S", "Cola, small can"),
        ("P021-04", "MILK-1L", "Whole milk 1 L"),
        ("P036-02", "TP-10", "Toilet paper, 10 rolls"),
    )
    items = [CodeChange(code, own_code=own, own_name=name) for code, own, name in names]
    put_codes(actor=owner, dealer_id=_dealer("D001").public_id, items=items)


def _bundle() -> None:
    dora = actor_named("dora")
    bundles: tuple[dict[str, Any], ...] = (
        {
            "code": "BREAKFAST", "name": "Breakfast box", "sales_price": Decimal("39.90"),
            "items": [("P021-04", Decimal(2)), ("P011-04", Decimal(1)), ("P026-02", Decimal(1))],
        },
        {
            "code": "OFFICE", "name": "Office month: water, tissue, coffee",
            "items": [("P001-05", Decimal(24)), ("P039-02", Decimal(4)), ("P027-04", Decimal(2))],
        },
    )  # fmt: skip
    for values in bundles:
        add_bundle(actor=dora, values=values)


def _read_memos(owner: Actor) -> None:
    for keyword, carrier in (("own truck", "OWN"), ("顺丰", "SF"), ("中通", "ZTO")):
        add_memo_rule(actor=owner, values={"target": "memo", "keyword": keyword, "carrier": carrier})


def _approve(owner: Actor, hashed: Callable[[], str]) -> None:
    """Two signatures for restaurants, one for large orders; the owner is away and named her delegate."""
    facts = PersonFacts("Mei Lin", login=HEAD_OF_FINANCE, email="mei@demo.example", employee_code="E-007")
    mei = create_person(actor=owner, facts=facts).person.user
    finance = Role.objects.get(name=_FINANCE)
    everything = ScopeFacts(everything=True)
    access = AccessFacts(roles=[finance.public_id], scopes={"warehouse": everything, "dealer": everything})
    set_access(actor=owner, person_id=mei.public_id, access=access)
    _let_in(HEAD_OF_FINANCE, hashed())
    first = {"name": "Finance", "roles": [finance.public_id]}
    last = {"name": "Management", "people": [owner.id]}
    group = DealerGroup.objects.get(name=TABLES)
    add_chain(
        actor=owner,
        values={
            "name": "Restaurants and hotels: two signatures",
            "groups": [group.public_id],
            "forces_review": True,
            "amount_from": 60_000,
            "levels": [first, last],
        },
    )
    add_chain(actor=owner, values={
        "name": "Large orders", "forces_review": True, "amount_from": 800_000, "levels": [last],
    })  # fmt: skip
    day = _today()
    last_day = day + timedelta(days=13)
    name_delegate(actor=owner, delegate_id=mei.public_id, first_day=day, last_day=last_day)


def _limit(hashed: Callable[[], str]) -> None:
    """Dora's clerk orders alone up to 800.00; above that Dora approves."""
    dora = actor_named("dora")
    dan = create_person(actor=dora, facts=PersonFacts("Dan Clerk", login=CLERK)).person.user
    rights = [
        "orders.read", "orders.place", "orders.edit", "orders.review", "strategies.read_offer",
        "dealers.read", "logistics.read", "fulfilment.read",
    ]  # fmt: skip
    access = AccessFacts(permissions=rights, scopes={"shop": ScopeFacts(everything=True)})
    set_access(actor=dora, person_id=dan.public_id, access=access)
    _let_in(CLERK, hashed())
    limits = {"order_limit_minor": 80_000, "month_limit_minor": 500_000}
    set_buyer_limit(actor=dora, person_id=dan.public_id, changes=limits)
    set_buyer_limit(actor=dora, person_id=dora.id, changes={"is_approver": True})


def _open_days(owner: Actor) -> None:
    """Market halls order for Monday, Wednesday and Friday; the other groups whenever they like."""
    group = DealerGroup.objects.get(name=MARKETS)
    day = _today()
    values = {
        "group": group.public_id,
        "weekdays": [0, 2, 4],
        "opens_days_before": 2,
        "cut_off": time(16, 0),
        "one_per_cycle": True,
        "two_phase": True,
        "order_minimum": Decimal(12),
        "dates": [
            {"day": _next(day + timedelta(days=10), 4), "kind": "closed", "note": "Yearly stock take"},
            {"day": _next(day + timedelta(days=10), 5), "kind": "extra", "note": "Instead of Friday"},
        ],
    }
    add_calendar(actor=owner, values=values)


def _let_in(login: str, hashed: str) -> None:
    """The demo's logins work at once, without the change that issued passwords ask for."""
    User.objects.filter(login=login).update(password=hashed, must_change_password=False)


def _levels() -> list[str]:
    """Names of the first three levels, the smallest share first."""
    return list(DealerLevel.objects.order_by("position").values_list("name", flat=True)[:3])


def _dealer(code: str) -> Dealer:
    return Dealer.objects.get(code=code)


def _today() -> date:
    return clock.today(serving().timezone)


def _in_days(days: int) -> datetime:
    """Midnight of a day of the supplier's, counted from today."""
    return clock.start_of(_today() + timedelta(days=days), serving().timezone).astimezone(ZoneInfo("UTC"))


def _next(day: date, weekday: int) -> date:
    """The first such weekday from a day on, Monday = 0."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)
