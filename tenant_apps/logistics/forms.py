"""Shapes of what the pages of logistics send; the rules stand in the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from platform_core.kernel.regions import CHINA
from platform_core.web.countries import country_choices
from platform_core.web.regions import suggesting
from tenant_apps.logistics.models import Carrier, MemoRule, Warehouse
from tenant_apps.logistics.rules import CARRIER, FREIGHT_ZERO, REGION

KINDS = (("own", _("Own stock")), ("erp", _("Stock from the ERP")))
ADDRESS = ("country", "postcode", "region1", "region2", "region3", "line1", "line2", "consignee", "phone")


class WarehouseForm(forms.Form):
    """A warehouse with its address and what narrows its finance review."""

    code = forms.CharField(label=_("Code"), help_text=_("Unique, without spaces. Other systems use it."))
    name = forms.CharField(label=_("Name"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("kind", "Stock"),
        choices=KINDS,
        help_text=_("Own stock is adjusted by hand, ERP stock is synced."),
    )
    external_id = forms.CharField(label=_("ID in your ERP"), required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    postcode = forms.CharField(label=_("Postcode"), required=False)
    region1 = forms.CharField(label=_("Province or state"), required=False)
    region2 = forms.CharField(label=_("City"), required=False)
    region3 = forms.CharField(label=_("District"), required=False)
    line1 = forms.CharField(label=_("Street and number"), required=False)
    line2 = forms.CharField(label=_("Building, floor"), required=False)
    consignee = forms.CharField(label=_("Contact"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False)
    finance_review = forms.BooleanField(label=_("Finance review"), required=False)
    condition_carriers = forms.MultipleChoiceField(
        label=_("Carriers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    condition_regions = forms.CharField(
        label=_("Regions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "浙江省 杭州市"}),
        help_text=_("One per line: the province, a space, the city. Without city: all of the province."),
    )
    condition_freight_zero = forms.BooleanField(label=_("The freight is 0"), required=False)
    after_sales_review = forms.BooleanField(
        label=_("After-sales review"),
        required=False,
        help_text=_("Returns to this warehouse need your review."),
    )

    def __init__(self, *args: Any, carriers: list[tuple[str, str]], home_country: str, **kwargs: Any) -> None:
        """`home_country` is the supplier's (ISO 3166): it is preset; only China gets the Chinese hints."""
        super().__init__(*args, **kwargs)
        self.is_chinese = home_country == CHINA
        self.fields["country"].initial = home_country
        if not self.is_chinese:
            del self.fields["condition_regions"].widget.attrs["placeholder"]
        suggesting(self)
        self.fields["condition_carriers"].choices = carriers  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the command asks for."""
        data = dict(self.cleaned_data)
        regions = data.pop("condition_regions").splitlines()
        conditions = [{"kind": CARRIER, "carrier": one} for one in data.pop("condition_carriers")]
        conditions += [_region(line) for line in regions if line.strip()]
        if data.pop("condition_freight_zero"):
            conditions.append({"kind": FREIGHT_ZERO})
        return {**data, "conditions": conditions}


def _region(line: str) -> dict[str, str]:
    province, _space, city = line.strip().partition(" ")
    return {"kind": REGION, "region1": province, "region2": city.strip()}


def initial_of(warehouse: Warehouse) -> dict[str, Any]:
    """What the form of an existing warehouse shows."""
    rows = list(warehouse.finance_conditions.all())
    fields = ("code", "name", "kind", "external_id", *ADDRESS, "finance_review", "after_sales_review")
    regions = [f"{one.region1} {one.region2}".strip() for one in rows if one.kind == REGION]
    return {
        **{name: getattr(warehouse, name) for name in fields},
        "condition_carriers": [one.carrier.public_id for one in rows if one.carrier],
        "condition_regions": "\n".join(regions),
        "condition_freight_zero": any(one.kind == FREIGHT_ZERO for one in rows),
    }


class CarrierForm(forms.Form):
    """A carrier."""

    code = forms.CharField(label=_("Code"), help_text=_("Unique, without spaces. Order files name it."))
    name = forms.CharField(label=_("Name"))
    external_id = forms.CharField(label=_("ID in your ERP"), required=False)
    free_shipping = forms.BooleanField(
        label=_("Free shipping"),
        required=False,
        help_text=_("The freight of orders with this carrier is 0, wherever they go."),
    )


def initial_of_carrier(carrier: Carrier) -> dict[str, Any]:
    """What the form of an existing carrier shows."""
    return {name: getattr(carrier, name) for name in ("code", "name", "external_id", "free_shipping")}


TARGETS = (("memo", _("Memo")), ("service_memo", _("Service memo")))


class MemoRuleForm(forms.Form):
    """A rule of memo extraction."""

    target = forms.ChoiceField(
        label=_("Memo"),
        choices=TARGETS,
        help_text=_("Rules of the service memo come first: when one fits, those of the memo do not run."),
    )
    keyword = forms.CharField(
        label=_("Keyword"), help_text=_("The memo must hold it; capital letters do not matter.")
    )
    carrier = forms.ChoiceField(label=_("Carrier"))
    position = forms.IntegerField(
        label=_("Rank"), required=False, help_text=_("The first that fits wins. Blank: at the end.")
    )
    enabled = forms.BooleanField(label=_("Enabled"), required=False, initial=True)

    def __init__(self, *args: Any, carriers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = carriers  # type: ignore[attr-defined]


def initial_of_memo_rule(rule: MemoRule) -> dict[str, Any]:
    """What the form of an existing rule shows."""
    names = ("target", "keyword", "position", "enabled")
    return {**{name: getattr(rule, name) for name in names}, "carrier": rule.carrier.public_id}


class UploadForm(forms.Form):
    """A workbook."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("xlsx or csv, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
