"""The form of a promotion: what was typed becomes what the command asks for, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from platform_core.kernel.context import serving
from platform_core.kernel.money import Currency
from platform_core.web.formats import moment_text
from tenant_apps.access import queries as access
from tenant_apps.catalog import queries as catalog
from tenant_apps.strategies.models import Promotion, PromotionKind
from tenant_apps.strategies.promotion_checks import EFFECTS, LISTS, minor_of, promotion_problems, shaped
from tenant_apps.strategies.promotion_words import effect
from tenant_apps.strategies.queries import promotions_list as lists

_MINUTE: Final = "%Y-%m-%dT%H:%M"
_OPTIONAL: dict[str, Any] = {"required": False}
_CODES: Final = ("dealers", "skus")
_AMOUNTS: Final = ("unit_off", "off", "threshold")


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget, input_formats=[_MINUTE])


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=help_text, **_OPTIONAL)


def _codes(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}), **_OPTIONAL
    )


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **_OPTIONAL)


class PromotionForm(forms.Form):
    """A promotion of one kind; fields of the other kinds are not there. Times are the supplier's."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("Your dealers read it."))
    percent = _number(gettext_lazy("Percent off"))
    unit_off = _number(gettext_lazy("Amount off each unit"))
    off = _number(gettext_lazy("Amount off"))
    threshold = _number(
        gettext_lazy("From goods of"), gettext_lazy("What its goods must come to, after line discounts.")
    )
    every = _number(gettext_lazy("For every"), gettext_lazy("So many of its goods, in base units."))
    gift_quantity = _number(gettext_lazy("Give"))
    gift_sku = forms.CharField(
        label=gettext_lazy("Gift"), help_text=gettext_lazy("Merchant code of a SKU."), **_OPTIONAL
    )
    code = forms.CharField(
        label=gettext_lazy("Coupon code"), help_text=gettext_lazy("Dealers type it."), **_OPTIONAL
    )
    uses_max = forms.IntegerField(
        label=gettext_lazy("Uses in all"), help_text=gettext_lazy("Blank: no limit."), **_OPTIONAL
    )
    uses_per_dealer = forms.IntegerField(
        label=gettext_lazy("Uses per dealer"), help_text=gettext_lazy("Blank: no limit."), **_OPTIONAL
    )
    combines = forms.BooleanField(
        label=gettext_lazy("Other discounts stay beside it"),
        help_text=gettext_lazy("Else a dealer gets the better: the coupon, or the rest."),
        **_OPTIONAL,
    )
    starts_at = _moment(gettext_lazy("Runs from"))
    ends_at = _moment(gettext_lazy("Until"), gettext_lazy("It ends as this minute begins."))
    groups = _several(gettext_lazy("Dealer groups"))
    levels = _several(gettext_lazy("Levels"))
    dealers = _codes(gettext_lazy("Dealers"), gettext_lazy("Codes, one per line."))
    categories = _several(gettext_lazy("Categories"))
    skus = _codes(gettext_lazy("SKUs"), gettext_lazy("Merchant codes, one per line."))
    external_id = forms.CharField(label=gettext_lazy("ID in other systems"), **_OPTIONAL)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        every = {name for names in EFFECTS.values() for name in names}
        for name in every - set(EFFECTS[kind]):
            del self.fields[name]
        if kind != PromotionKind.COUPON:
            del self.fields["combines"]
        for name in _AMOUNTS:
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = serving().currency
        for name in ("groups", "levels", "categories"):
            choices = choices_of(name)
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]

    @property
    def effects(self) -> list[Any]:
        """The fields of what it does."""
        return [self[name] for name in (*EFFECTS[self.kind], "combines") if name in self.fields]

    @property
    def audience(self) -> list[Any]:
        """The fields of whom it is for."""
        return [self[name] for name in ("groups", "levels", "dealers") if name in self.fields]

    @property
    def goods(self) -> list[Any]:
        """The fields of what it is about."""
        return [self[name] for name in ("categories", "skus") if name in self.fields]

    def values(self) -> dict[str, Any]:
        """What the command asks for."""
        found = {"kind": self.kind, **self.cleaned_data}
        for name in ("starts_at", "ends_at"):
            if isinstance(found.get(name), datetime):
                found[name] = found[name].replace(tzinfo=ZoneInfo(serving().timezone))
        for name in _CODES:
            found[name] = str(found.get(name) or "").splitlines()
        return {**found, **{name: found.get(name, []) for name in LISTS}}

    def shown_values(self) -> dict[str, Any]:
        """What the form says now, typed or stored; what cannot be read is missing."""
        if self.is_bound:
            self.is_valid()
            return shaped(self.values())
        found = {"kind": self.kind, **self.initial}
        for name in ("starts_at", "ends_at"):
            text = found.get(name) or ""
            zone = ZoneInfo(serving().timezone)
            found[name] = datetime.strptime(text, _MINUTE).replace(tzinfo=zone) if text else None
        return shaped({**found, **{name: str(found.get(name) or "").splitlines() for name in _CODES}})


def choices_of(name: str) -> list[tuple[str, str]]:
    """What can be ticked: groups and levels by name, categories by their path."""
    if name == "categories":
        return [(node.leaf.public_id, node.path) for node in catalog.tree().nodes]
    model, _columns = lists.NAMED[name]
    return list(model._default_manager.order_by("name").values_list("public_id", "name"))


def initial_of(row: Promotion) -> dict[str, Any]:
    """What the form of a stored promotion shows."""
    zone = ZoneInfo(serving().timezone)
    said = lists.values_of(row, Currency(serving().currency))
    return {
        **{name: _plain(value) for name, value in said.items()},
        "gift_sku": row.gift_sku.merchant_code if row.gift_sku else "",
        "starts_at": row.starts_at.astimezone(zone).strftime(_MINUTE),
        "ends_at": row.ends_at.astimezone(zone).strftime(_MINUTE),
        "dealers": "\n".join(one.dealer.code for one in row.audience.all() if one.dealer),
        "skus": "\n".join(one.sku.merchant_code for one in row.scope.all() if one.sku),
    }


def _plain(value: Any) -> Any:
    return value.normalize() + 0 if isinstance(value, Decimal) else value


def explained(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The sentence of what a promotion does, or what is still missing: `sentence` and `problems`."""
    currency = Currency(serving().currency)
    problems = promotion_problems(values, currency, access.settings().quantity_precision)
    # The sentence does not tell the name; a blank text says so at its own field.
    problems = [one for one in problems if one.pointer != "/name"]
    if problems:
        told = [str(one) for one in problems if one.pointer != "/code"]
        return {"sentence": "", "problems": list(dict.fromkeys(told))}
    columns = {
        **values,
        "off_minor": minor_of(values["off"], currency),
        "threshold_minor": minor_of(values["threshold"], currency),
        "gift": values["gift_sku"] or "",
    }
    facts = {
        "effect": effect(columns, currency),
        "goods": _goods_words(values),
        "dealers": _dealer_words(values),
        "start": moment_text(values["starts_at"]),
        "end": moment_text(values["ends_at"]),
    }
    sentence = _("{effect} — on {goods}, for {dealers}, from {start} until {end}.").format(**facts)
    if kind == PromotionKind.COUPON:
        sentence += " " + _coupon_words(values)
    return {"sentence": sentence, "problems": []}


def _dealer_words(values: Mapping[str, Any]) -> str:
    groups, levels, dealers = (len(values[name]) for name in ("groups", "levels", "dealers"))
    named = [
        ngettext("{count} group", "{count} groups", groups).format(count=groups) if groups else "",
        ngettext("{count} level", "{count} levels", levels).format(count=levels) if levels else "",
        ngettext("{count} dealer", "{count} dealers", dealers).format(count=dealers) if dealers else "",
    ]
    return ", ".join(filter(None, named)) or _("all dealers")


def _goods_words(values: Mapping[str, Any]) -> str:
    skus, places = len(values["skus"]), len(values["categories"])
    named = [
        ngettext("{count} SKU", "{count} SKUs", skus).format(count=skus) if skus else "",
        ngettext("{count} category", "{count} categories", places).format(count=places) if places else "",
    ]
    return ", ".join(filter(None, named)) or _("all goods")


def _coupon_words(values: Mapping[str, Any]) -> str:
    limits = []
    if values["uses_max"]:
        limits.append(_("at most {count} times").format(count=values["uses_max"]))
    if values["uses_per_dealer"]:
        limits.append(_("{count} times per dealer").format(count=values["uses_per_dealer"]))
    beside = _("beside other discounts") if values["combines"] else _("instead of other discounts")
    said = {"code": values["code"], "limits": ", ".join([beside, *limits])}
    return _("With the code {code}, {limits}.").format(**said)
