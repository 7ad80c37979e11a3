"""Price rules as the supplier's people see them, and what a rule that somebody wrote names (WK-13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.search_keys import fold
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access.models import SupplierSettings
from tenant_apps.catalog.models import Sku
from tenant_apps.dealers import queries as dealers
from tenant_apps.dealers.models import Dealer, DealerLevel
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.packs import Packs, price_needed, unit_price
from tenant_apps.strategies.price_checks import RuleFacts, rule_problems
from tenant_apps.strategies.queries.overlay import local_day
from tenant_apps.strategies.queries.per_pack import packs_of

SORTS = {
    "who": ("level__name", "dealer__sort_key"),
    "sku": ("sku__sort_key",),
    "from": ("from_quantity",),
    "begin": ("valid_from",),
    "updated": ("updated_at",),
}
NOW, LATER, OVER = "now", "later", "over"
EVERY_SKU = "every"
FIELDS = ("fixed", "rate", "from_quantity", "valid_from", "valid_until")
# Of each pair a rule has one: naming one of an edited rule takes the other away.
_EITHER = (("fixed", "rate"), ("rate", "fixed"), ("dealer", "level"), ("level", "dealer"))
_UNKNOWN = {
    "dealer": noop("There is no dealer {name}."),
    "level": noop("There is no level {name}."),
    "sku": noop("There is no SKU {name} in the goods archive."),
}


@dataclass(frozen=True, slots=True)
class PriceRuleFilter:
    """What narrows and orders price rules.

    `q` are words of the SKU or of the dealer; `level` and `dealer` public ids; `sku` one too, or `every`
    for rules of every SKU; `state` is `now`, `later`, `over` or blank.
    """

    q: str = ""
    level: str = ""
    dealer: str = ""
    sku: str = ""
    state: str = ""
    sort: str = "who"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> PriceRuleFilter:
        """The filter as an address words it."""
        names = ("q", "level", "dealer", "sku", "state", "sort")
        return cls(**{name: asked[name].replace("\0", "") for name in names if asked.get(name)})


def price_rules_visible_to(actor: Actor) -> QuerySet[PriceRule]:
    """Rules of all levels and of the dealers that the actor may see, with names; none for a dealer."""
    rows = PriceRule.objects.select_related("dealer", "level", "sku__product").order_by("id")
    if actor.dealer_id is not None:
        return rows.none()
    if actor.dealer_ids is not None:
        return rows.filter(Q(dealer__isnull=True) | Q(dealer__in=actor.dealer_ids))
    return rows


def price_rule_for(actor: Actor, public_id: str) -> PriceRule:
    """One price rule. Raises NotFound."""
    return current(price_rules_visible_to(actor).filter(public_id=public_id), _("price rule"))


def price_rules_matching(actor: Actor, wanted: PriceRuleFilter) -> QuerySet[PriceRule]:
    """The visible price rules, narrowed and ordered."""
    rows = price_rules_visible_to(actor)
    for word in fold(wanted.q).split():
        rows = rows.filter(Q(sku__search_key__contains=word) | Q(dealer__search_key__contains=word))
    for name in ("level", "dealer"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{f"{name}__public_id": value})
    if wanted.sku == EVERY_SKU:
        rows = rows.filter(sku__isnull=True)
    elif wanted.sku:
        rows = rows.filter(sku__public_id=wanted.sku)
    rows = rows.filter(_in_state(wanted.state))
    way = "-" if wanted.sort.startswith("-") else ""
    columns = SORTS.get(wanted.sort.removeprefix("-"), SORTS["who"])
    return rows.order_by(*(f"{way}{column}" for column in columns), f"{way}id")


def _in_state(state: str) -> Q:
    day = local_day()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    lasts = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return {NOW: begun & lasts, LATER: ~begun, OVER: ~lasts}.get(state, Q())


def state_of(rule: PriceRule) -> str:
    """Whether a rule counts today, later, or no more."""
    day = local_day()
    if rule.valid_from is not None and rule.valid_from > day:
        return LATER
    return OVER if rule.valid_until is not None and rule.valid_until < day else NOW


@dataclass(frozen=True, slots=True)
class Named:
    """What rules may name, by public id and by the code or name that people write."""

    dealers: Mapping[str, Dealer]
    levels: Mapping[str, DealerLevel]
    skus: Mapping[str, Sku]
    packs: Mapping[int, Packs] = field(default_factory=dict)


def named(actor: Actor, rows: Iterable[Mapping[str, Any]]) -> Named:
    """The dealers, levels and SKUs that these rules name, in three statements however many there are.

    A fourth one reads the packs of the SKUs when a rule is priced in packs.
    """
    asked = list(rows)
    dealer_names, level_names, sku_names = (
        {str(row[name]) for row in asked if row.get(name)} for name in ("dealer", "level", "sku")
    )
    found_dealers = dealers.dealers_visible_to(actor).filter(
        Q(public_id__in=dealer_names) | Q(code__in=dealer_names)
    )
    found_levels = DealerLevel.objects.filter(Q(public_id__in=level_names) | Q(name__in=level_names))
    found_skus = list(Sku.objects.filter(Q(public_id__in=sku_names) | Q(merchant_code__in=sku_names)))
    return Named(
        dealers={name: row for row in found_dealers for name in (row.public_id, row.code)},
        levels={name: row for row in found_levels for name in (row.public_id, row.name)},
        skus={name: row for row in found_skus for name in (row.public_id, row.merchant_code)},
        packs=packs_of([row.pk for row in found_skus]) if any(row.get("pack") for row in asked) else {},
    )


def rules_for(owners: Named) -> Iterator[PriceRule]:
    """The stored rules of these dealers and levels, in one statement, for an import to compare with."""
    mine = {row.pk for row in owners.dealers.values()}
    theirs = {row.pk for row in owners.levels.values()}
    return PriceRule.objects.filter(Q(dealer__in=mine) | Q(level__in=theirs)).iterator()


def filled(
    row: PriceRule, values: Mapping[str, Any], known: Named, settings: SupplierSettings
) -> list[FieldProblem]:
    """Write the named values onto a rule; everything wrong with what it says then. Stores nothing."""
    for here, other in _EITHER:
        if values.get(here) not in {None, ""} and other not in values:
            setattr(row, other, None)
    problems = _named_on(row, values, known)
    values, of_pack = _in_base_units(row, values, known, settings.unit_price_precision)
    problems += of_pack
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if not row.from_quantity:
        row.from_quantity = Decimal(0)
    if "external_id" in values:
        row.external_id = (values["external_id"] or "").strip() or None
        problems += text_problems({"external_id": row.external_id}, {"external_id": 80})
    if of_pack or {problem.pointer for problem in problems} & {"/dealer", "/level"}:
        return problems
    has_owner = (row.dealer_id is not None, row.level_id is not None)
    facts = RuleFacts(*has_owner, **{name: getattr(row, name) for name in FIELDS})
    places = (settings.unit_price_precision, settings.quantity_precision)
    return [*problems, *rule_problems(facts, price_places=places[0], quantity_places=places[1])]


def _in_base_units(
    row: PriceRule, values: Mapping[str, Any], known: Named, places: int
) -> tuple[Mapping[str, Any], list[FieldProblem]]:
    """The values with the fixed price of one base unit, when it is given for a pack."""
    pack, fixed = str(values.get("pack") or "").strip(), values.get("fixed")
    if not pack:
        return values, []
    if fixed is None:
        return values, [price_needed(pack)]
    of = known.packs.get(row.sku_id) or packs_of([row.sku_id])[row.sku_id] if row.sku_id else None
    made = unit_price(fixed, pack, of, places)
    if isinstance(made, FieldProblem):
        return values, [replace(made, pointer="/fixed") if made.pointer == "/price" else made]
    return {**values, "fixed": made}, []


def _named_on(row: PriceRule, values: Mapping[str, Any], known: Named) -> list[FieldProblem]:
    problems = []
    for part, rows in (("dealer", known.dealers), ("level", known.levels), ("sku", known.skus)):
        if part not in values:
            continue
        name = str(values[part] or "")
        setattr(row, part, rows.get(name))
        if name and name not in rows:
            problems.append(FieldProblem(f"/{part}", f"{part}_unknown", _UNKNOWN[part], {"name": name}))
    return problems
