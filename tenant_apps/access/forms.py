"""What may come in by the forms of access: shapes only, the rules are the commands'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.app_settings import LoginMethod
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.internal.flows.login import derive_login_method
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from platform_core.web.countries import country_choices
from tenant_apps.access import queries, rules
from tenant_apps.access.models import Membership, SupplierSettings
from tenant_apps.access.permissions import grouped

_TEXT = {"autocomplete": "off"}


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """One field for all three names. A phone number counts in any spelling."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password, remember = (self.fields[key] for key in ("login", "password", "remember"))
        name.label = _("E-mail, phone or account name")
        name.max_length = 254
        name.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254, "spellcheck": "false"}
        )
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs.pop("placeholder", None)
        remember.label = _("Stay logged in on this device")

    def clean_login(self) -> str:
        """The name as it is kept, so that wrong tries add up over all spellings of a number."""
        name = str(super().clean_login())
        if "@" in name or any(character.isalpha() for character in name):
            return name
        return rules.phone_number(name, queries.settings().country) or name

    def user_credentials(self) -> dict[str, str]:
        """Exactly one name: trying several would hash several times and so tell which exists."""
        name = self.cleaned_data["login"]
        kind: LoginMethod = derive_login_method(name)
        return {kind.value: name, "password": self.cleaned_data["password"]}


class PersonForm(forms.Form):
    """Who somebody is."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=120, widget=forms.TextInput(attrs=_TEXT)
    )
    employee_code = forms.CharField(
        label=_("Employee code"), max_length=40, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    login = forms.CharField(
        label=_("Account name"),
        max_length=60,
        required=False,
        help_text=_("At least one of account name, e-mail and phone is needed; each of them logs in."),
        widget=forms.TextInput(attrs={**_TEXT, "spellcheck": "false"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Needed to set a new password without help."),
        widget=forms.EmailInput(attrs=_TEXT),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "tel"}),
    )


def person_values(person: Membership) -> dict[str, Any]:
    """A person as the form shows it."""
    user = person.user
    return {
        "version": person.version,
        "name": user.name,
        "employee_code": person.employee_code,
        "login": user.login,
        "email": user.email,
        "phone": user.phone,
    }


class PermissionsField(forms.MultipleChoiceField):
    """Check boxes of permissions, by group."""

    def __init__(self, codes: Iterable[str], **kwargs: Any) -> None:
        choices = grouped(frozenset(codes))
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **kwargs)


class RoleForm(forms.Form):
    """A permission group."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=_TEXT))

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"] = PermissionsField(codes, label=_("Permissions"))


class CeilingForm(forms.Form):
    """What a dealer's people may hold at most."""

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"] = PermissionsField(codes, label=_("Permissions"))


class AccessForm(forms.Form):
    """What a person may: administrator, roles, direct permissions, data scopes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_administrator = forms.BooleanField(
        label=_("Administrator"),
        required=False,
        help_text=_("May everything that the organisation may, and sees everything."),
    )

    def __init__(
        self,
        *args: Any,
        codes: Iterable[str],
        roles: Iterable[tuple[str, str]],
        scopes: dict[str, list[tuple[str, str]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = _several(_("Roles"), roles)
        self.fields["permissions"] = PermissionsField(codes, label=_("Direct permissions"))
        for kind, choices in scopes.items():
            everything, listed = _SCOPE_WORDS[kind]
            self.fields[f"all_{kind}"] = forms.BooleanField(label=everything, required=False)
            self.fields[f"only_{kind}"] = _several(listed, choices)


_SCOPE_WORDS = {
    "warehouse": (_("All warehouses, also later ones"), _("Only these warehouses")),
    "dealer": (_("All dealers, also later ones"), _("Only these dealers")),
    "shop": (_("All shops, also later ones"), _("Only these shops")),
}


def _several(label: Any, choices: Iterable[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple
    )


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Which system uses it, for instance “ERP”."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    expires = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=365,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("No end"))],
    )

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"] = PermissionsField(codes, label=_("The key may"))


class ProfileForm(forms.Form):
    """The own name and language."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class IssuedPasswordForm(forms.Form):
    """A new password instead of the issued one."""

    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters, none of the common ones, not like your name."),
    )
    repeated = forms.CharField(
        label=_("New password, again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        values = super().clean() or {}
        if {"password", "repeated"} <= set(values) and values["password"] != values["repeated"]:
            self.add_error("repeated", _("The two passwords differ."))
        return values


class OwnPasswordForm(IssuedPasswordForm):
    """The same, proven by the present one."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "password", "repeated")


class SettingsForm(forms.Form):
    """The supplier's choices; each says what it does."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        help_text=_("Phone numbers without country code are read as of this country."),
    )
    prices_include_tax = forms.BooleanField(
        label=_("Prices include tax"),
        required=False,
        help_text=_("Fixed at the first order. Without it, tax is added on top of every price."),
    )
    freight_tax_rate = forms.DecimalField(
        label=_("Tax on freight, %"), max_digits=6, decimal_places=3, help_text=_("For new orders.")
    )
    fee_tax_rate = forms.DecimalField(
        label=_("Tax on the service fee, %"), max_digits=6, decimal_places=3, help_text=_("For new orders.")
    )
    unit_price_precision = forms.IntegerField(
        label=_("Decimals of unit prices"),
        help_text=_(
            "0 to 6, for prices entered from now on. Amounts always have the decimals of the currency."
        ),
    )
    quantity_precision = forms.IntegerField(
        label=_("Decimals of quantities"), help_text=_("0 to 3. With 0, only whole numbers can be ordered.")
    )
    stock_sync_percent = forms.IntegerField(
        label=_("Share of the synced stock, %"),
        help_text=_(
            "An ERP's stock times this share is what can be sold here. Your own stock takes count fully."
        ),
    )
    show_stock = forms.ChoiceField(
        label=_("Stock that dealers see"),
        choices=[
            ("exact", _("Exact number")),
            ("yes_no", _("Only whether there is some")),
            ("never", pgettext_lazy("stock", "None")),
        ],
        help_text=_("On the order pad, in lists, files and the API; refusals tell no more than that either."),
    )
    check_stock_at_submit = forms.BooleanField(
        label=_("Refuse orders without enough stock at once"),
        required=False,
        help_text=_("Without it, such orders can be placed; their review waits until the stock is there."),
    )
    check_balance_at_submit = forms.BooleanField(
        label=_("Refuse orders without enough money at once"),
        required=False,
        help_text=_("Without it, such orders can be placed; their review waits until the dealer topped up."),
    )
    carrier_required = forms.BooleanField(
        label=_("Dealers choose a carrier"),
        required=False,
        help_text=_(
            "Without it, an order may be placed without carrier; freight is then set in finance review."
        ),
    )
    complete_after_days = forms.IntegerField(
        label=_("Complete shipped orders after, days"),
        help_text=_("When the dealer does not confirm the receipt."),
    )
    stale_after_days = forms.IntegerField(
        label=_("List waiting orders after, days"),
        help_text=_("Orders without review for so long are listed to both sides."),
    )

    allocation = forms.ChoiceField(
        label=_("Warehouse of an order that names none"),
        choices=[
            ("first", _("The first by code")),
            ("cheapest", _("The one with the cheapest freight")),
            ("most_stock", _("The one with the most stock of its goods")),
            ("nearest", _("The one nearest to the address")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Of those that have the goods and reach the address."
            " “The first by code” takes the default warehouse always."
        ),
    )
    may_split = forms.BooleanField(
        label=_("Split orders over several warehouses"),
        required=False,
        help_text=_(
            "Where no single warehouse can send everything, the request becomes an order for each of as few"
            " as can; the default warehouse is only the first."
            " Dealers see the parts and their freight before."
        ),
    )
    show_own_codes = forms.BooleanField(
        label=_("Dealers' own item codes"),
        required=False,
        help_text=_(
            "Shown beside yours on the order pad, in lists, orders, print and files;"
            " dealers can order by them."
        ),
    )
    public_catalogue = forms.BooleanField(
        label=_("Public catalogue"),
        required=False,
        help_text=_("Anybody may see your goods without login; never the stock, never a dealer's prices."),
    )
    public_price = forms.ChoiceField(
        label=_("Price in the public catalogue"),
        choices=[
            ("none", pgettext_lazy("price", "None")),
            ("retail", _("Retail price")),
            ("strategy", _("Prices of a goods strategy")),
        ],
    )
    public_strategy = forms.ChoiceField(
        label=_("Goods strategy of the public catalogue"),
        required=False,
        help_text=_("Needed for its prices. Only the SKUs that it has on offer are shown then."),
    )
    balance_warning = forms.DecimalField(
        label=_("Amount warning line"),
        help_text=_("Dealers with less available are asked to top up, and listed to you. 0 warns nobody."),
    )
    stock_warning = forms.DecimalField(
        label=_("Stock warning line"),
        decimal_places=3,
        help_text=_(
            "SKUs with so much or less available are listed to you, unless one has a line of its own. 0 lists"
            " none."
        ),
    )

    def __init__(
        self, *args: Any, row: SupplierSettings, strategies: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prices_include_tax"].disabled = row.tax_mode_fixed
        chosen: Any = self.fields["public_strategy"]
        chosen.choices = [("", _("Not chosen")), *strategies]
