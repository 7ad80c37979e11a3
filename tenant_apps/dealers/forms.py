"""Shapes of what the pages of dealers send; the rules stand in the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from platform_core.kernel.money import Currency, Money
from platform_core.kernel.regions import CHINA
from platform_core.web.countries import country_choices
from platform_core.web.regions import suggesting
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerGroup, DealerLevel, Shop
from tenant_apps.dealers.rules import ADDRESS_TEXTS, AdministratorFacts, DealerFacts

_OPTIONAL: dict[str, Any] = {"required": False}


class DealerForm(forms.Form):
    """What the supplier keeps of a dealer."""

    code = forms.CharField(label=_("Code"), help_text=_("Unique, without spaces."))
    name = forms.CharField(label=_("Name"))
    level = forms.ChoiceField(
        label=_("Level"), help_text=_("It decides the share of the stock the dealer sees.")
    )
    group = forms.ChoiceField(
        label=_("Group"),
        help_text=_("Promotions, calendars, approval and published goods can name it."),
        **_OPTIONAL,
    )
    contact = forms.CharField(label=_("Contact"), **_OPTIONAL)
    phone = forms.CharField(label=_("Phone"), **_OPTIONAL)
    email = forms.CharField(
        label=_("E-mail"), widget=forms.TextInput(attrs={"inputmode": "email"}), **_OPTIONAL
    )
    service_fee = forms.DecimalField(
        label=_("Service fee per order"),
        initial=0,
        help_text=_("Charged to the wallet with every reviewed order."),
    )
    invoice_title = forms.CharField(label=_("Invoice title"), **_OPTIONAL)
    tax_number = forms.CharField(label=_("Tax number"), **_OPTIONAL)
    erp_shop_code = forms.CharField(label=_("Shop code in your ERP"), **_OPTIONAL)
    external_id = forms.CharField(label=_("ID in other systems"), **_OPTIONAL)
    remark = forms.CharField(
        label=_("Remark"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only your own people see it."),
        **_OPTIONAL,
    )

    def __init__(
        self, *args: Any, levels: list[DealerLevel], groups: list[DealerGroup], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(one.public_id, one.name) for one in levels]  # type: ignore[attr-defined]
        none = ("", _("No group"))
        self.fields["group"].choices = [none, *((one.public_id, one.name) for one in groups)]  # type: ignore[attr-defined]


class NewDealerForm(DealerForm):
    """A dealer and its first person."""

    administrator_name = forms.CharField(label=_("Name"))
    administrator_login = forms.CharField(
        label=_("Account name"), help_text=_("To log in. E-mail and phone work as well."), **_OPTIONAL
    )
    administrator_email = forms.CharField(label=_("E-mail"), **_OPTIONAL)
    administrator_phone = forms.CharField(label=_("Phone"), **_OPTIONAL)
    administrator_employee_code = forms.CharField(label=_("Employee code"), **_OPTIONAL)
    administrator_password = forms.CharField(
        label=_("First password"),
        help_text=_("Blank: we make one up and show it once. It must be changed at the first login."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **_OPTIONAL,
    )

    def facts(self) -> tuple[DealerFacts, AdministratorFacts]:
        """What the command asks for."""
        mark = "administrator_"
        data = self.cleaned_data
        person = {name.removeprefix(mark): data[name] for name in data if name.startswith(mark)}
        dealer = {name: data[name] for name in data if not name.startswith(mark)}
        return DealerFacts(**dealer), AdministratorFacts(**person)


def initial_of(dealer: Dealer, currency: str) -> dict[str, Any]:
    """What the form of an existing dealer shows."""
    names = [name for name in DealerForm.base_fields if name not in {"level", "group", "service_fee"}]
    return {
        **{name: getattr(dealer, name) for name in names},
        "level": dealer.level.public_id,
        "group": dealer.group.public_id if dealer.group else "",
        "service_fee": Money(dealer.service_fee_minor, Currency(currency)).amount,
    }


class LevelForm(forms.Form):
    """A level."""

    name = forms.CharField(label=_("Name"))
    stock_percent = forms.DecimalField(
        label=_("Share of the stock, in percent"),
        initial=100,
        help_text=_("A dealer of the level sees and may order this share: 90 % of 100 pieces are 90."),
    )


def initial_of_level(level: DealerLevel) -> dict[str, Any]:
    """What the form of an existing level shows."""
    return {"name": level.name, "stock_percent": level.stock_percent.normalize().__format__("f")}


class GroupForm(forms.Form):
    """A dealer group."""

    name = forms.CharField(label=_("Name"))


class ShopForm(forms.Form):
    """A shop."""

    code = forms.CharField(label=_("Code"), help_text=_("Unique, without spaces. Order files name it."))
    name = forms.CharField(label=_("Name"))
    auto_review = forms.BooleanField(
        label=_("Review orders automatically"),
        required=False,
        help_text=_("Orders of this shop are reviewed, charged and reserved as soon as they are placed."),
    )


def initial_of_shop(shop: Shop) -> dict[str, Any]:
    """What the form of an existing shop shows."""
    return {name: getattr(shop, name) for name in ShopForm.base_fields}


class AddressForm(forms.Form):
    """An address to ship to."""

    label = forms.CharField(label=_("Label"), help_text=_("For example “Warehouse north”."), **_OPTIONAL)
    consignee = forms.CharField(label=_("Consignee"))
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("China: 010-1234567 or 11 digits of a mobile number."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="CN")
    region1 = forms.CharField(
        label=_("Province or state"),
        help_text=_("In full: 浙江省; municipalities without 市: 北京."),
        **_OPTIONAL,
    )
    region2 = forms.CharField(label=_("City"), help_text=_("In full: 杭州市, 北京市."), **_OPTIONAL)
    region3 = forms.CharField(label=_("District"), **_OPTIONAL)
    postcode = forms.CharField(label=_("Postcode"), **_OPTIONAL)
    line1 = forms.CharField(label=_("Street and number"))
    line2 = forms.CharField(label=_("Building, floor"), **_OPTIONAL)
    is_default = forms.BooleanField(label=_("Use this address by default"), required=False)

    def __init__(self, *args: Any, home_country: str, **kwargs: Any) -> None:
        """`home_country` is the supplier's (ISO 3166): it is preset; only China gets the Chinese hints."""
        super().__init__(*args, **kwargs)
        self.fields["country"].initial = home_country
        if home_country != CHINA:
            for name in ("phone", "region1", "region2"):
                self.fields[name].help_text = ""
        suggesting(self)


def initial_of_address(address: DealerAddress) -> dict[str, Any]:
    """What the form of an existing address shows."""
    return {name: getattr(address, name) for name in (*ADDRESS_TEXTS, "is_default")}


class UploadForm(forms.Form):
    """A workbook."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("xlsx or csv, at most 2,000 dealers."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
