"""Shapes of what the pages of orders send; the rules stand in the commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from platform_core.kernel.quantity import plain
from platform_core.kernel.regions import CHINA, likely_area
from platform_core.kernel.search_keys import fold
from platform_core.web.countries import country_choices
from platform_core.web.regions import suggesting
from tenant_apps.logistics.models import Carrier
from tenant_apps.orders.calendars import OPENS_BEFORE_MAX
from tenant_apps.orders.models import OrderingCalendar
from tenant_apps.orders.queries.choosing import address_in
from tenant_apps.orders.queries.delivery import NEW, Delivery
from tenant_apps.orders.queries.lists import DEFAULT_SORT, SORTS, OrderFilter
from tenant_apps.orders.queries.pasting import PastedLine
from tenant_apps.orders.queries.search import EXACT
from tenant_apps.orders.rules import LINES_MAX, Address, WantedLine
from tenant_apps.orders.states import OrderState

_ASKED = {"data-quote": ""}
QUANTITY, PACK, SALES = "quantity-", "pack-", "sales-"
BUNDLE, BUNDLES = "bundle", "bundles-"


def _text(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs), required=False
    )


def _choice(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:
    """A list to choose from whose choice the rules judge, not the shape: an address decides the carriers."""
    return forms.CharField(label=label, help_text=help_text, widget=forms.Select(attrs=attrs), required=False)


class DeliveryForm(forms.Form):
    """Where an order goes and how. Fields with `data-quote` change the totals."""

    shop = _choice(gettext_lazy("Shop"), gettext_lazy("The order is placed for this shop."), **_ASKED)
    address = _choice(gettext_lazy("Deliver to"), **_ASKED)
    consignee = _text(gettext_lazy("Consignee"), **_ASKED)
    phone = _text(
        gettext_lazy("Phone"),
        gettext_lazy("China: 010-1234567 or 11 digits of a mobile number."),
        inputmode="tel",
        **_ASKED,
    )
    country = _choice(gettext_lazy("Country"), **_ASKED)
    region1 = _text(
        gettext_lazy("Province or state"),
        gettext_lazy("In full: 浙江省; municipalities without 市: 北京."),
        **_ASKED,
    )
    region2 = _text(gettext_lazy("City"), gettext_lazy("In full: 杭州市, 北京市."), **_ASKED)
    region3 = _text(gettext_lazy("District"), **_ASKED)
    postcode = _text(gettext_lazy("Postcode"), **_ASKED)
    line1 = _text(gettext_lazy("Street and number"), **_ASKED)
    line2 = _text(gettext_lazy("Building, floor"), **_ASKED)
    carrier = _choice(gettext_lazy("Carrier"), **_ASKED)
    warehouse = _choice(gettext_lazy("Ship from"), **_ASKED)
    client_ref = _text(
        gettext_lazy("Your reference"),
        gettext_lazy("Your own order number. It can be used once."),
        maxlength="80",
    )
    coupon = _text(
        gettext_lazy("Coupon"), gettext_lazy("A code from your supplier."), maxlength="40", **_ASKED
    )
    memo = _text(gettext_lazy("Memo"), gettext_lazy("Printed on the order."), maxlength="500", **_ASKED)

    def __init__(self, *args: Any, delivery: Delivery, home_country: str, **kwargs: Any) -> None:
        """`home_country` is the supplier's (ISO 3166): it is preset; only China gets the Chinese hints."""
        super().__init__(*args, **kwargs)
        self.delivery = delivery
        self._offer("country", country_choices())
        self.initial.setdefault("country", home_country)
        if home_country != CHINA:
            for name in ("phone", "region1", "region2"):
                self.fields[name].help_text = ""
        suggesting(self)
        self._offer("shop", [(one.public_id, one.name) for one in delivery.shops])
        stored = [(one.public_id, _place(one)) for one in delivery.addresses]
        self._offer("address", [*stored, (NEW, _("Another address…"))])
        carriers = [(one.public_id, one.name) for one in delivery.carriers]
        usual = delivery.usual
        if delivery.reads_memo:
            by_memo = (
                _("By the memo, else {carrier}").format(carrier=usual.name) if usual else _("By the memo")
            )
            carriers.insert(0, ("", by_memo))
        elif usual not in delivery.carriers:
            none = (
                _("{carrier} (does not reach this address)").format(carrier=usual.name)
                if usual
                else _("Choose")
            )
            carriers.insert(0, ("", none))
        elif usual and not self.is_bound and not self.initial.get("carrier"):
            self.initial["carrier"] = usual.public_id
        self._offer("carrier", carriers)
        houses = [(one.public_id, one.name) for one in delivery.warehouses]
        self._offer("warehouse", [("", _("Automatic")), *houses])
        if not self.is_bound:
            chosen = delivery.chosen.public_id if delivery.chosen else NEW
            self.initial.setdefault("address", chosen)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].widget.choices = choices  # type: ignore[attr-defined]

    @property
    def is_typed(self) -> bool:
        """Whether the address is typed here instead of chosen."""
        return self.delivery.chosen is None


class WarehouseQueryForm(forms.Form):
    """What the warehouse query asks: carrier, address, weight."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"), required=False)
    weight_kg = forms.DecimalField(
        label=gettext_lazy("Weight in kg"), min_value=0, max_value=1_000_000, max_digits=12, decimal_places=3
    )
    address_text = _text(
        gettext_lazy("Address in one piece"),
        gettext_lazy("Paste it here, and province, city and district are filled in."),
        maxlength="300",
        placeholder="浙江省杭州市西湖区文三路 1 号",
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), required=False, max_length=20)
    region1 = forms.CharField(label=gettext_lazy("Province or state"), required=False, max_length=60)
    region2 = forms.CharField(label=gettext_lazy("City"), required=False, max_length=60)
    region3 = forms.CharField(label=gettext_lazy("District"), required=False, max_length=60)

    def __init__(self, *args: Any, carriers: list[Carrier], home_country: str, **kwargs: Any) -> None:
        """The default carrier and the supplier's country (ISO 3166) are preset."""
        usual = next((one.public_id for one in carriers if one.is_default), "")
        super().__init__(*args, **kwargs)
        self.initial = {"carrier": usual, "country": home_country, "weight_kg": 1}
        named = [(one.public_id, f"{one.name} ({one.code})") for one in carriers]
        self.fields["carrier"].choices = [("", _("No carrier")), *named]  # type: ignore[attr-defined]
        if home_country != CHINA:
            del self.fields["address_text"]
        suggesting(self)

    def understand(self) -> None:
        """Let the regions of a pasted address stand in their fields. Raises Invalid."""
        text = self.cleaned_data.get("address_text", "")
        if not text:
            return
        place = address_in(text)
        regions = {name: getattr(place, name) for name in ("country", "region1", "region2", "region3")}
        self.cleaned_data |= regions
        self.data = {**self.data.dict(), **regions, "address_text": ""}  # type: ignore[attr-defined]

    def values(self, carriers: list[Carrier]) -> tuple[Carrier | None, Address, Decimal]:
        """Carrier, address (in China the one that was probably meant) and weight in kg."""
        data = self.cleaned_data
        carrier = next((one for one in carriers if one.public_id == data["carrier"]), None)
        regions = tuple(data[name] for name in ("region1", "region2", "region3"))
        if data["country"] == CHINA:
            regions = likely_area(*regions)
        names = dict(zip(("region1", "region2", "region3"), regions, strict=True))
        return carrier, Address(data["country"], **names, postcode=data["postcode"]), data["weight_kg"]


def _place(address: Any) -> str:
    parts = (address.label, address.consignee, address.region2 or address.region1, address.line1)
    return " · ".join(part for part in parts if part)


def typed_address(data: Mapping[str, Any]) -> Address:
    """The address as it was typed; nothing missing is made up but the country."""
    names = [name for name in Address.__dataclass_fields__ if name != "country"]
    return Address(country=str(data.get("country") or "CN"), **{n: str(data.get(n) or "") for n in names})


def typed_lines(data: QueryDict) -> tuple[WantedLine, ...]:
    """The quantities of a posted pad, by SKU, in the pack chosen beside it; blank and plain 0 are no line.

    A line that came from a bundle brings its part of the bundle's sales price along.
    """
    found = []
    for name, text in data.items():
        if name.startswith(QUANTITY) and str(text).strip():
            quantity, sku = typed_quantity(str(text)), name.removeprefix(QUANTITY)
            if quantity != 0:
                price = typed_quantity(str(data.get(f"{SALES}{sku}", "")))
                sales = price if price.is_finite() else None
                found.append(WantedLine(sku, quantity, str(data.get(f"{PACK}{sku}", "")), sales))
    return tuple(found)


def typed_quantity(text: str) -> Decimal:
    """A number as people type it, full-width figures too; NaN for anything else, which the rules refuse."""
    try:
        return Decimal(fold(text).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return Decimal("NaN")


def pasted_lines(text: str) -> list[PastedLine]:
    """Each pasted line: code, quantity and perhaps a pack, parted by a tab, a comma, a semicolon or spaces.

    A line without quantity has one that is no number. At most one line more than an order may have, so
    that too many are noticed.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.replace("，", ",").replace("；", ";").strip()
        if not bare:
            continue
        mark = next((mark for mark in "\t,;" if mark in bare), "")
        if mark:
            code, _mark, rest = bare.partition(mark)
            rest = rest.strip(" \t,;")
            typed, _mark, pack = rest.rpartition(mark)
            if not typed or _is_number(pack):
                typed, pack = _typed_pack(rest)
        else:
            code, typed, pack = _spaced(bare)
        quantity = typed_quantity(typed.strip(" \t,;"))
        found.append(PastedLine(number, code.strip(), quantity, pack.strip(" \t,;")))
        if len(found) > LINES_MAX:
            break
    return found


def _spaced(line: str) -> tuple[str, str, str]:
    """Code, quantity and pack of `A-1 2 case`; the last word is a pack only behind a number."""
    words = line.split()
    if len(words) > 2 and not _is_number(words[-1]) and _is_number(words[-2]):  # noqa: PLR2004 - code, number, pack
        return " ".join(words[:-2]), words[-2], words[-1]
    return (" ".join(words[:-1]), words[-1], "") if len(words) > 1 else (line, "", "")


def _typed_pack(text: str) -> tuple[str, str]:
    """`2 case` as quantity and pack; everything is the quantity when it does not begin with a number."""
    typed, _gap, pack = text.strip().partition(" ")
    return (typed, pack) if pack and _is_number(typed) and not _is_number(pack) else (text, "")


def _is_number(text: str) -> bool:
    return typed_quantity(text).is_finite()


def filter_from(data: QueryDict) -> OrderFilter:
    """The list's filter as the address holds it; what makes no sense is left out."""
    names = ("q", "warehouse", "shop", "dealer", *EXACT)
    sort = data.get("sort", DEFAULT_SORT)
    state = data.get("state", "")
    return OrderFilter(
        **{name: data.get(name, "").strip() for name in names},
        state=state if state in OrderState.values else "",
        first=_day(data.get("from", "")),
        last=_day(data.get("to", "")),
        waiting=data.get("waiting", ""),
        unread=data.get("unread", ""),
        on=data.get("on", ""),
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class CalendarForm(forms.Form):
    """When the dealers of a group may order; its single dates are rows beside the fields."""

    group = _choice(gettext_lazy("Dealer group"))
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Order days"),
        help_text=gettext_lazy("The days on which you settle orders, week by week."),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    opens_days_before = forms.IntegerField(
        label=gettext_lazy("Opens, days before"),
        help_text=gettext_lazy("2: ordering opens two days before the order day, at midnight."),
        min_value=0,
        max_value=OPENS_BEFORE_MAX,
        initial=2,
    )
    cut_off = forms.TimeField(
        label=gettext_lazy("Cut-off on the order day"),
        help_text=gettext_lazy("00:00 closes with the day before. At this minute ordering is closed."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="00:00",
    )
    one_per_cycle = forms.BooleanField(
        label=gettext_lazy("One order for each order day"),
        help_text=gettext_lazy("A dealer changes its order instead of placing a second one."),
        required=False,
    )
    two_phase = forms.BooleanField(
        label=gettext_lazy("Save first, then decide to buy"),
        help_text=gettext_lazy(
            "A saved order can be changed and is void unless the dealer decides to buy before the cut-off."
        ),
        required=False,
    )
    order_minimum = forms.DecimalField(
        label=gettext_lazy("Least units of an order"), initial=0, min_value=0, max_digits=18, decimal_places=3
    )
    order_multiple = forms.DecimalField(
        label=gettext_lazy("Units in multiples of"),
        help_text=gettext_lazy("Of all lines together. 0 asks for nothing."),
        initial=0,
        min_value=0,
        max_digits=18,
        decimal_places=3,
    )
    external_id = _text(gettext_lazy("ID in your ERP"), maxlength="80")

    def __init__(self, *args: Any, groups: list[tuple[str, str]], **kwargs: Any) -> None:
        """`groups` are those that may be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["group"].widget.choices = [("", _("Choose")), *groups]  # type: ignore[attr-defined]
        self.date_rows = _date_rows(self.data) if self.is_bound else []

    def clean(self) -> dict[str, Any]:
        """The typed dates too: a row without a day is none."""
        data = super().clean() or {}
        data["weekdays"] = [int(day) for day in data.get("weekdays", ())]
        data["dates"] = []
        for row in self.date_rows:
            try:
                day = date.fromisoformat(row["day"])
            except ValueError:
                row["error"] = _("This is not a day.")
                self.add_error(None, _("Correct the dates below."))
                continue
            data["dates"].append({"day": day, "kind": row["kind"], "note": row["note"]})
        return data


def _date_rows(data: Any) -> list[dict[str, str]]:
    names = ("day", "kind", "note")
    columns = [data.getlist(f"date_{name}") for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["day"].strip()]


def initial_of_calendar(row: OrderingCalendar) -> dict[str, Any]:
    """What the form of an existing calendar shows."""
    names = ("opens_days_before", "cut_off", "one_per_cycle", "two_phase", "external_id")
    return {
        **{name: getattr(row, name) for name in names},
        "group": row.group.public_id,
        "weekdays": [str(day) for day in row.weekdays],
        "order_minimum": plain(row.order_minimum),
        "order_multiple": plain(row.order_multiple),
    }
