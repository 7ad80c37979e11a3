"""What people type about goods. Shapes only: every rule stands in `rules/goods.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.catalog.models import Brand, Product, Sku
from tenant_apps.catalog.rules.goods import TEXT_LENGTHS
from tenant_apps.catalog.rules.tree import Tree

PACKS_SHOWN = 3
_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
Choices = list[tuple[str, str]]


def _text(key: str, label: Any, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=TEXT_LENGTHS[key], **more)


def _number(label: Any, *, required: bool = False, **more: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs=_NUMBER)
    return forms.DecimalField(label=label, required=required, widget=widget, max_digits=18, **more)


class ProductForm(forms.Form):
    """A product. Its code can be typed once only (W-082)."""

    code = _text("code", _("Product code"), required=True, help_text=_("It never changes afterwards."))
    name = _text("name", _("Product name"), required=True)
    short_name = _text("short_name", _("Short name"))
    alias = _text("alias", _("Alias"), help_text=_("Another name that people search for."))
    category = forms.ChoiceField(label=_("Category"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    origin = _text("origin", _("Origin"), help_text=_("Dealers find goods by it."))
    remark = _text("remark", _("Remark"), help_text=_("For your own people."))
    description = _text("description", _("Description"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, categories: Choices, brands: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", _("None"))]
        self.fields["category"].choices = [*nothing, *categories]  # type: ignore[attr-defined]
        self.fields["brand"].choices = [*nothing, *brands]  # type: ignore[attr-defined]

    def without_code(self) -> ProductForm:
        """The same form for a product that exists."""
        del self.fields["code"]
        return self


class SkuForm(forms.Form):
    """A SKU with up to three named packs; numbers left blank keep their defaults."""

    merchant_code = _text(
        "merchant_code",
        _("Merchant code"),
        required=True,
        help_text=_("It never changes afterwards; other systems match on it."),
    )
    barcode = _text("barcode", _("Barcode"))
    spec = _text("spec", _("Spec"), help_text=_("What tells it from its siblings, such as 550 ml."))
    unit = _text("unit", _("Unit"), required=True, help_text=_("Prices and stock count in it."))
    weight_kg = _number(_("Weight (kg)"))
    wholesale_price = _number(
        _("Wholesale price"), required=True, help_text=_("Your cost; dealers never see it.")
    )
    retail_price = _number(_("Retail price"), required=True, help_text=_("A reference for dealers."))
    tax_rate = _number(_("Tax %"))
    multiple = _number(_("Order multiple"), help_text=_("Dealers order multiples of it."))
    minimum = _number(_("Order minimum"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index in range(PACKS_SHOWN):
            self.fields[f"packs_{index}_name"] = _text("unit", _("Pack name"))
            self.fields[f"packs_{index}_units"] = _number(_("Units in it"))

    def without_code(self) -> SkuForm:
        """The same form for a SKU that exists."""
        del self.fields["merchant_code"]
        return self

    def pack_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the packs, in pairs."""
        return [(self[f"packs_{index}_name"], self[f"packs_{index}_units"]) for index in range(PACKS_SHOWN)]

    def values(self) -> dict[str, Any]:
        """What was typed; a number left blank says nothing, packs are those with a name or a count."""
        data = self.cleaned_data
        packs = [
            {"name": data[f"packs_{index}_name"], "units": data[f"packs_{index}_units"]}
            for index in range(PACKS_SHOWN)
        ]
        plain = {
            key: value for key, value in data.items() if not key.startswith("packs_") and value is not None
        }
        return {**plain, "packs": [pack for pack in packs if pack["name"] or pack["units"] is not None]}


class CategoryForm(forms.Form):
    """A category and its place."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(self, *args: Any, parents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Top level")), *parents]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]


class BrandForm(forms.Form):
    """A brand."""

    name = forms.CharField(label=_("Name"), max_length=80)


class UploadForm(forms.Form):
    """A goods workbook."""

    file = forms.FileField(
        label=_("Goods workbook"), help_text=_("xlsx or CSV, at most 20,000 rows and 20 MB.")
    )


def product_values(product: Product) -> dict[str, Any]:
    """A product as its form shows it."""
    names = ("name", "short_name", "alias", "origin", "remark", "description")
    return {
        **{name: getattr(product, name) for name in names},
        "category": product.category.public_id if product.category else "",
        "brand": product.brand.public_id if product.brand else "",
    }


def sku_values(sku: Sku) -> dict[str, Any]:
    """A SKU as its form shows it; `packs` must be loaded."""
    numbers = ("weight_kg", "wholesale_price", "retail_price", "tax_rate", "multiple", "minimum")
    found: dict[str, Any] = {name: getattr(sku, name) for name in ("barcode", "spec", "unit")}
    found |= {name: f"{getattr(sku, name).normalize():f}" for name in numbers}
    for index, pack in enumerate(list(sku.packs.all())[:PACKS_SHOWN]):
        found[f"packs_{index}_name"] = pack.name
        found[f"packs_{index}_units"] = f"{pack.units.normalize():f}"
    return found


def category_choices(tree: Tree, *, without: Mapping[int, Any] | frozenset[int] = frozenset()) -> Choices:
    """Categories as paths, in tree order."""
    return [(node.leaf.public_id, node.path) for node in tree.nodes if node.leaf.id not in without]


def brand_choices(brands: list[Brand]) -> Choices:
    """Brands by name."""
    return [(brand.public_id, brand.name) for brand in brands]
