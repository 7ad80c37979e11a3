"""Bundles: whose they are, what they hold, and what they become when they are ordered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from platform_core.db.editing import current
from platform_core.kernel.actor import Actor
from platform_core.kernel.money import Currency
from platform_core.kernel.quantity import PLACES_MAX, quantity_errors
from tenant_apps.strategies.bundles import ExpandedLine, Part, expanded, written
from tenant_apps.strategies.models import Bundle
from tenant_apps.strategies.queries.overlay import offers_named

SORTS = {"code": "code", "name": "name", "price": "sales_price", "updated": "updated_at"}


def bundles_visible_to(actor: Actor) -> QuerySet[Bundle]:
    """The bundles of the actor's own dealer; for the supplier's people those of the dealers they see."""
    rows = Bundle.objects.select_related("dealer")
    if actor.dealer_id is not None:
        return rows.filter(dealer=actor.dealer_id)
    return rows if actor.dealer_ids is None else rows.filter(dealer__in=actor.dealer_ids)


def bundle_for(actor: Actor, public_id: str) -> Bundle:
    """One visible bundle with its items at hand. Raises NotFound."""
    rows = bundles_visible_to(actor).prefetch_related("items__sku__product")
    return current(rows.filter(public_id=public_id), _("bundle"))


def bundles_matching(actor: Actor, q: str = "", state: str = "", sort: str = "code") -> QuerySet[Bundle]:
    """The visible bundles by code, name or a SKU's code; `state` is `enabled`, `disabled` or blank."""
    rows = bundles_visible_to(actor)
    if q := q.strip().replace("\0", ""):
        holds = Q(pk__in=Bundle.objects.filter(items__sku__merchant_code__iexact=q).values("pk"))
        rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q) | holds)
    if state in {"enabled", "disabled"}:
        rows = rows.filter(enabled=state == "enabled")
    name = SORTS.get(sort.removeprefix("-"), "code")
    return rows.order_by(f"-{name}" if sort.startswith("-") else name, "id")


def bundles_found(*, dealer_id: int, text: str, most: int = 5) -> list[tuple[Bundle, str]]:
    """A dealer's bundles in use whose code or name has the text in it, with their parts as one text.

    The one of exactly that code comes first. No statement without text, one where nothing is found, else two.
    """
    text = text.strip().replace("\0", "")
    if not text:
        return []
    named = Q(code__icontains=text) | Q(name__icontains=text)
    rows = Bundle.objects.filter(named, dealer=dealer_id, enabled=True).prefetch_related("items__sku")
    found = rows.annotate(is_other=~Q(code__iexact=text)).order_by("is_other", "code")[:most]
    return [(row, written(_parts_of(row))) for row in found]


def bundle_names(*, dealer_id: int, codes: Collection[str]) -> dict[str, str]:
    """The names of a dealer's bundles by code, in one statement; none without codes."""
    if not codes:
        return {}
    return dict(Bundle.objects.filter(dealer=dealer_id, code__in=codes).values_list("code", "name"))


def _parts_of(bundle: Bundle) -> list[tuple[str, Decimal]]:
    items = sorted(bundle.items.all(), key=lambda item: item.position)
    return [(item.sku.merchant_code, item.quantity) for item in items]


def not_own(dealer_id: int, codes: Collection[str]) -> set[str]:
    """Which of these merchant codes are not among a dealer's goods."""
    return set(codes) - set(offers_named(dealer_id=dealer_id, names=codes))


def lines_of_bundles(
    *, dealer_id: int, asked: Sequence[tuple[str, Decimal, Decimal | None]], currency: Currency
) -> list[list[ExpandedLine] | None]:
    """What ordered bundles become; None for a code that is no bundle in use of the dealer.

    `asked` has for each its code, how many, and the sales price of one where the order names its own. A
    number of bundles that nobody can order (`quantity_errors`) becomes no line at all. Two statements.
    """
    rows = Bundle.objects.filter(dealer=dealer_id, enabled=True, code__in={code for code, *_ in asked})
    known = {row.code: row for row in rows.prefetch_related("items__sku")}
    return [
        _opened(known[code], count, price, currency) if code in known else None
        for code, count, price in asked
    ]


def _opened(
    bundle: Bundle, count: Decimal, sales_price: Decimal | None, currency: Currency
) -> list[ExpandedLine]:
    if quantity_errors(count, PLACES_MAX):
        return []
    items = sorted(bundle.items.all(), key=lambda item: item.position)
    parts = [Part(item.sku.merchant_code, item.quantity, item.sku.retail_price) for item in items]
    return expanded(parts, count, bundle.sales_price if sales_price is None else sales_price, currency)
