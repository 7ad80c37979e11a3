"""Dealers, their levels, shops and addresses: what an actor may see of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.search_keys import fold
from platform_core.kernel.words import noop
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Row, Table, read_table
from tenant_apps.access.models import Membership
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerGroup, DealerLevel, Shop
from tenant_apps.dealers.rules import IMPORT_COLUMNS, IMPORT_ROWS_MAX

SORTS = {
    "code": "code",
    "name": "sort_key",
    "level": "level__position",
    "group": "group__name",
    "created": "created_at",
    "enabled": "enabled",
}
DEFAULT_SORT = "name"
NO_GROUP: Final = "none"
IMPORT: Final = "dealers"
_UNKNOWN_LEVEL = noop("There is no level {level}. Write its name as in the list of levels.")
_UNKNOWN_GROUP = noop("There is no dealer group {group}. Write its name as in the list of groups.")
_LOGIN_MISSING = noop("A new dealer needs an account name for its administrator.")


@dataclass(frozen=True, slots=True)
class DealerFilter:
    """What narrows the list of dealers. `enabled` is `yes`, `no` or blank.

    `level` and `group` are public ids; the group `none` leaves those that stand in none.
    """

    q: str = ""
    level: str = ""
    enabled: str = ""
    group: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> DealerFilter:
        """The filter that the parameters of the list's URL say."""
        return cls(
            q=asked.get("q", ""),
            level=asked.get("level", ""),
            enabled=asked.get("enabled", ""),
            group=asked.get("group", ""),
            sort=asked.get("sort", DEFAULT_SORT),
        )


def dealers_visible_to(actor: Actor) -> QuerySet[Dealer]:
    """Its own dealer for a dealer's people, those of the data scope for the supplier's (W-025)."""
    rows = Dealer.objects.select_related("level", "group")
    if actor.dealer_id is not None:
        return rows.filter(pk=actor.dealer_id)
    return rows if actor.dealer_ids is None else rows.filter(pk__in=actor.dealer_ids)


def dealer_for(actor: Actor, public_id: str) -> Dealer:
    """One visible dealer. Raises NotFound, also for a dealer that exists but is not the actor's."""
    return current(dealers_visible_to(actor).filter(public_id=public_id), _("dealer"))


def own_dealer(actor: Actor) -> Dealer:
    """The dealer that the actor belongs to. Raises NotFound for the supplier's people."""
    rows = dealers_visible_to(actor)
    return current(rows if actor.dealer_id is not None else rows.none(), _("dealer"))


def dealers_matching(actor: Actor, wanted: DealerFilter) -> QuerySet[Dealer]:
    """The visible dealers that the filter leaves, in its order, with `shop_count`.

    Every word of `q` must be found in code, name, pinyin, contact, phone or e-mail (W-063).
    """
    rows = dealers_visible_to(actor)
    for word in fold(wanted.q).split():
        rows = rows.filter(search_key__contains=word)
    if wanted.level:
        rows = rows.filter(level__public_id=wanted.level)
    if wanted.group == NO_GROUP:
        rows = rows.filter(group__isnull=True)
    elif wanted.group:
        rows = rows.filter(group__public_id=wanted.group)
    if wanted.enabled:
        rows = rows.filter(enabled=wanted.enabled == "yes")
    column = SORTS.get(wanted.sort.lstrip("-"), SORTS[DEFAULT_SORT])
    shops = Shop.objects.filter(dealer=OuterRef("pk")).order_by().values("dealer")
    return rows.annotate(shop_count=Subquery(shops.annotate(count=Count("pk")).values("count"))).order_by(
        f"-{column}" if wanted.sort.startswith("-") else column, "id"
    )


def levels_visible_to(actor: Actor) -> QuerySet[DealerLevel]:
    """All levels for the supplier's people, none for a dealer's: what others see is no business of theirs."""
    rows = DealerLevel.objects.order_by("position", "id")
    return rows if actor.dealer_id is None else rows.none()


def levels_with_counts(actor: Actor) -> QuerySet[DealerLevel]:
    """The visible levels, each with `dealer_count`."""
    return levels_visible_to(actor).annotate(dealer_count=Count("dealers"))


def level_for(actor: Actor, public_id: str) -> DealerLevel:
    """One visible level. Raises NotFound."""
    return current(levels_visible_to(actor).filter(public_id=public_id), _("level"))


def groups_visible_to(actor: Actor) -> QuerySet[DealerGroup]:
    """All dealer groups for the supplier's people, none for a dealer's, by name."""
    rows = DealerGroup.objects.order_by("name", "id")
    return rows if actor.dealer_id is None else rows.none()


def groups_with_counts(actor: Actor) -> QuerySet[DealerGroup]:
    """The visible groups, each with `dealer_count`."""
    return groups_visible_to(actor).annotate(dealer_count=Count("dealers"))


def group_for(actor: Actor, public_id: str) -> DealerGroup:
    """One visible group. Raises NotFound."""
    return current(groups_visible_to(actor).filter(public_id=public_id), _("group"))


def uses_of_group(group: DealerGroup) -> list[str]:
    """What names the group, in words: its dealers, and what `settings.DEALER_GROUP_USES` find above us."""
    count = group.dealers.count()
    told = [ngettext("{count} dealer", "{count} dealers", count).format(count=count)] if count else []
    for path in settings.DEALER_GROUP_USES:
        told += import_string(path)(group_id=group.pk)
    return told


def shops_visible_to(actor: Actor) -> QuerySet[Shop]:
    """Shops of the visible dealers, for a dealer's people those of their data scope (W-026)."""
    rows = Shop.objects.select_related("dealer").order_by("code")
    if actor.dealer_id is not None:
        rows = rows.filter(dealer_id=actor.dealer_id)
    elif actor.dealer_ids is not None:
        rows = rows.filter(dealer_id__in=actor.dealer_ids)
    return rows if actor.shop_ids is None else rows.filter(pk__in=actor.shop_ids)


def shops_matching(actor: Actor, dealer: Dealer, q: str = "", enabled: str = "") -> QuerySet[Shop]:
    """A dealer's visible shops by a part of code or name (W-100); `enabled` is `yes`, `no` or blank."""
    rows = shops_visible_to(actor).filter(dealer=dealer)
    if q := q.strip().replace("\0", ""):
        rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q))
    return rows.filter(enabled=enabled == "yes") if enabled in {"yes", "no"} else rows


# The same rule for a statement whose text is made once, shop `s`; a test holds the two together.
VISIBLE_SHOP = """
(%(dealer)s::bigint IS NULL OR s.dealer_id = %(dealer)s)
AND (%(dealers)s::bigint[] IS NULL OR s.dealer_id = ANY(%(dealers)s))
AND (%(shops)s::bigint[] IS NULL OR s.id = ANY(%(shops)s))
"""


def shop_visibility_of(actor: Actor) -> dict[str, Any]:
    """The parameters of `VISIBLE_SHOP`."""
    dealers = actor.dealer_ids if actor.dealer_id is None else None
    return {
        "dealer": actor.dealer_id,
        "dealers": None if dealers is None else sorted(dealers),
        "shops": None if actor.shop_ids is None else sorted(actor.shop_ids),
    }


def shop_for(actor: Actor, public_id: str) -> Shop:
    """One visible shop with its dealer. Raises NotFound."""
    return current(shops_visible_to(actor).filter(public_id=public_id), _("shop"))


def addresses_visible_to(actor: Actor) -> QuerySet[DealerAddress]:
    """Addresses in use of the visible dealers, the default one first."""
    rows = DealerAddress.objects.select_related("dealer").filter(archived_at__isnull=True)
    if actor.dealer_id is not None:
        rows = rows.filter(dealer_id=actor.dealer_id)
    elif actor.dealer_ids is not None:
        rows = rows.filter(dealer_id__in=actor.dealer_ids)
    return rows.order_by("-is_default", "id")


def addresses_of(actor: Actor, dealer: Dealer) -> QuerySet[DealerAddress]:
    """The addresses of one dealer, none when the actor may not see it."""
    return addresses_visible_to(actor).filter(dealer=dealer)


def address_for(actor: Actor, public_id: str) -> DealerAddress:
    """One visible address with its dealer. Raises NotFound."""
    return current(addresses_visible_to(actor).filter(public_id=public_id), _("address"))


def administrators_of(dealer: Dealer) -> QuerySet[Membership]:
    """The dealer's active administrators with their users, the first one first."""
    return (
        Membership.objects.filter(organisation_id=dealer.organisation_id, is_administrator=True, enabled=True)
        .select_related("user")
        .order_by("id")
    )


def with_administrator(rows: QuerySet[Dealer]) -> QuerySet[Dealer]:
    """The same dealers, each with name and login of its first administrator: for lists and exports."""
    first = Membership.objects.filter(organisation=OuterRef("organisation"), is_administrator=True).order_by(
        "id"
    )
    return rows.annotate(
        administrator_name=Subquery(first.values(name=F("user__name"))[:1]),
        administrator_login=Subquery(first.values(login=F("user__login"))[:1]),
    )


def codes_taken(codes: set[str]) -> set[str]:
    """Which of these dealer codes exist, whoever may see them: codes are unique in the supplier."""
    return set(Dealer.objects.filter(code__in=codes).values_list("code", flat=True))


def shop_codes_like(code: str) -> set[str]:
    """Shop codes that are `code` or `code-2`, `code-3` and so on."""
    rows = Shop.objects.filter(Q(code=code) | Q(code__startswith=f"{code}-"))
    return set(rows.values_list("code", flat=True))


def dealer_id_of_code(actor: Actor, code: str) -> str:
    """Public id of the visible dealer with this code. Raises NotFound."""
    return current(dealers_visible_to(actor).filter(code=code), _("dealer")).public_id


@dataclass(frozen=True, slots=True)
class ImportedDealer:
    """A row of the workbook: what it says, whether its code is new, level and group (blank: none named)."""

    row: Row
    values: dict[str, Any]
    is_new: bool
    level_id: str
    group_id: str


def imported_dealers(
    actor: Actor, file: BinaryIO, name: str, *, locale: str
) -> tuple[Table, list[ImportedDealer]]:
    """Read a workbook of dealers and check what only we can know: levels, groups, who shall log in."""
    limits = Limits(rows_max=IMPORT_ROWS_MAX)
    table = read_table(file, name, IMPORT_COLUMNS, limits=limits, locale=locale)
    levels = {level.name.casefold(): level.public_id for level in levels_visible_to(actor)}
    groups = {group.name.casefold(): group.public_id for group in groups_visible_to(actor)}
    known = codes_taken({str(row.values["code"]) for row in table.rows})
    faults, dealers = [], []
    for row in table.rows:
        # A blank cell leaves the field as it is.
        values = {key: value for key, value in row.values.items() if value is not None}
        level = str(values.get("level", ""))
        group = str(values.get("group", ""))
        is_new = values["code"] not in known
        if level and level.casefold() not in levels:
            faults.append(table.fault(row, "level", "level_unknown", _UNKNOWN_LEVEL, level=level))
        if group and group.casefold() not in groups:
            faults.append(table.fault(row, "group", "group_unknown", _UNKNOWN_GROUP, group=group))
        if is_new and not values.get("administrator_login"):
            faults.append(table.fault(row, "administrator_login", "login_missing", _LOGIN_MISSING))
        ids = levels.get(level.casefold(), level), groups.get(group.casefold(), group)
        dealers.append(ImportedDealer(row, values, is_new, *ids))
    return table.with_faults(faults), dealers
