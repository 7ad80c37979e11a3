"""Shapes of what the pages of strategies send; the rules stand in the commands."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.quantity import plain
from platform_core.web.countries import country_choices
from platform_core.web.regions import suggesting
from tenant_apps.strategies.freight import Rounding
from tenant_apps.strategies.models import PriceRule
from tenant_apps.strategies.packs import PACK_NAME_MAX
from tenant_apps.strategies.rules import ItemChange

ROUNDINGS = (
    (Rounding.LINEAR.value, _("Exactly by weight: 2.5 kg count as 2.5 kg")),
    (Rounding.PER_STARTED_UNIT.value, _("By started units: 2.5 kg count as 3 kg")),
)


_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _pack_field() -> forms.CharField:
    return forms.CharField(
        label=_("Price is for"),
        required=False,
        max_length=PACK_NAME_MAX,
        help_text=_("A pack of the SKU, such as case, when the price is for a whole one. Blank: one unit."),
    )


class NameForm(forms.Form):
    """The name of a goods strategy."""

    name = forms.CharField(label=_("Name"), help_text=_("For example: Standard prices, Gold dealers"))


class ItemForm(forms.Form):
    """A SKU and its price."""

    merchant_code = forms.CharField(label=_("Merchant code"), max_length=60)
    price = forms.DecimalField(label=_("Settlement price"))
    pack = _pack_field()

    def change(self) -> ItemChange:
        """What the command asks for."""
        data = self.cleaned_data
        return ItemChange(data["merchant_code"], data["price"], pack=data["pack"].strip())


class UploadForm(forms.Form):
    """A workbook."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("xlsx or csv, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PriceRuleForm(forms.Form):
    """A price rule: for whom, for what, how much, and when."""

    dealer = forms.CharField(
        label=_("Dealer code"), required=False, help_text=_("Either a dealer or a level.")
    )
    level = forms.ChoiceField(label=_("Level"), required=False)
    sku = forms.CharField(label=_("Merchant code"), required=False, help_text=_("Blank: every SKU."))
    fixed = forms.DecimalField(
        label=_("Fixed price"), required=False, help_text=_("Either a price of one unit or a rate.")
    )
    pack = _pack_field()
    rate = forms.DecimalField(
        label=_("Settlement rate"),
        required=False,
        help_text=_("0.85 is 85 % of the goods strategy's price."),
    )
    from_quantity = forms.DecimalField(
        label=_("From quantity"),
        required=False,
        help_text=_("Counts when at least so many are ordered. Blank: always."),
    )
    valid_from = forms.DateField(label=_("First day"), required=False, widget=_DAY)
    valid_until = forms.DateField(
        label=_("Last day"), required=False, widget=_DAY, help_text=_("Included. Blank: without end.")
    )

    def __init__(self, *args: Any, levels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", "–"), *levels]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the command asks for."""
        return {**self.cleaned_data, "from_quantity": self.cleaned_data["from_quantity"] or Decimal(0)}


def initial_of_rule(rule: PriceRule) -> dict[str, Any]:
    """What the form of an existing rule shows."""
    numbers = {name: getattr(rule, name) for name in ("fixed", "rate", "from_quantity")}
    return {
        "dealer": rule.dealer.code if rule.dealer else "",
        "level": rule.level.public_id if rule.level else "",
        "sku": rule.sku.merchant_code if rule.sku else "",
        **{name: None if number is None else plain(number) for name, number in numbers.items()},
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
    }


class PublicationForm(forms.Form):
    """To whom a SKU is published, who sells it, whose stock is shown (K-12…K-14)."""

    groups = forms.MultipleChoiceField(
        label=_("Dealer groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    dealers = forms.CharField(
        label=_("Dealers"),
        required=False,
        help_text=_("Codes, one per line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    organisation = forms.ChoiceField(label=_("Ordering organisation"), required=False)
    display_warehouse = forms.ChoiceField(
        label=_("Stock shown of"),
        required=False,
        help_text=_("Dealers see and may order what this warehouse has."),
    )

    def __init__(
        self,
        *args: Any,
        groups: list[tuple[str, str]],
        organisations: list[tuple[str, str]],
        warehouses: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        self.fields["organisation"].choices = [("", _("no organisation")), *organisations]  # type: ignore[attr-defined]
        self.fields["display_warehouse"].choices = [("", _("every warehouse")), *warehouses]  # type: ignore[attr-defined]
        if not groups:
            del self.fields["groups"]

    def values(self) -> dict[str, Any]:
        """What the command asks for."""
        data = self.cleaned_data
        return {**data, "dealers": data["dealers"].split(), "groups": data.get("groups", [])}


class OrganisationForm(forms.Form):
    """An ordering organisation."""

    code = forms.CharField(label=_("Code"), help_text=_("Unique, without spaces."))
    name = forms.CharField(label=_("Name"))
    external_id = forms.CharField(label=_("ID in other systems"), required=False)


class DealerOrganisationsForm(forms.Form):
    """From which organisations a dealer orders."""

    organisations = forms.MultipleChoiceField(
        label=_("Ordering organisations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: it orders from all of them. Goods of no organisation are for everybody."),
    )

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisations"].choices = organisations  # type: ignore[attr-defined]


class FreightUploadForm(UploadForm):
    """A freight table and its warehouse."""

    warehouse = forms.ChoiceField(label=_("Warehouse"))
    field_order = ("warehouse", "file")

    def __init__(self, *args: Any, warehouses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = warehouses  # type: ignore[attr-defined]


class FreightForm(forms.Form):
    """Name and rounding of a freight table."""

    name = forms.CharField(label=_("Name"))
    rounding = forms.ChoiceField(label=_("Weight above the first weight"), choices=ROUNDINGS)


class QuoteForm(forms.Form):
    """What the freight calculator asks."""

    warehouse = forms.ChoiceField(label=_("Warehouse"))
    carrier = forms.ChoiceField(label=_("Carrier"), required=False)
    weight_kg = forms.DecimalField(
        label=_("Weight in kg"), min_value=0, max_value=1_000_000, max_digits=12, decimal_places=3
    )
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    region1 = forms.CharField(label=_("Province or state"), required=False, max_length=60)
    region2 = forms.CharField(label=_("City"), required=False, max_length=60)
    region3 = forms.CharField(label=_("District"), required=False, max_length=60)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=20)

    def __init__(
        self,
        *args: Any,
        warehouses: list[tuple[str, str]],
        carriers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        suggesting(self)
        self.fields["warehouse"].choices = warehouses  # type: ignore[attr-defined]
        self.fields["carrier"].choices = [("", _("No carrier")), *carriers]  # type: ignore[attr-defined]


_NO_NUMBER = _("Line %(line)s: “%(text)s” does not end in a number. Write the merchant code, then how many.")


class BundleForm(forms.Form):
    """A bundle: its name and its SKUs, one in each line."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("You order by it, as by a merchant code."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    sales_price = forms.DecimalField(
        label=_("Sales price"),
        required=False,
        min_value=0,
        help_text=_("What one is sold for; blank: the SKUs' retail prices. Only for your profit."),
    )
    items = forms.CharField(
        label=_("SKUs"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "textarea code", "spellcheck": "false"}),
        help_text=_("One in each line: the merchant code, then how many one bundle holds."),
    )
    enabled = forms.BooleanField(label=_("Can be ordered"), required=False, initial=True)

    def clean_items(self) -> list[tuple[str, Decimal]]:
        """The lines as (merchant code, quantity); one that does not end in a number is refused as typed."""
        found = []
        for place, line in enumerate(str(self.cleaned_data["items"]).splitlines(), start=1):
            text = " ".join(line.replace(",", " ").split())
            code, _gap, typed = text.rpartition(" ")
            quantity = _quantity(typed)
            if text and (not code or quantity is None):
                raise forms.ValidationError(_NO_NUMBER % {"line": place, "text": text})
            if quantity is not None:
                found.append((code, quantity))
        return found


def _quantity(text: str) -> Decimal | None:
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        return None
    return quantity if quantity.is_finite() else None
