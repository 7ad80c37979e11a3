"""Shapes of the sign-up: what may be typed, and what is wrong with it in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from platform_core.identity.models import User
from public_site import choices

PASSWORD_LENGTH_MAX = 200  # hashing reads every letter: an endless one would be a cheap way to keep us busy


class SlugForm(forms.Form):
    """The subdomain alone, for whoever must choose another one."""

    slug = forms.CharField(
        label=_("Your address"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "none",
                "autocorrect": "off",
                "spellcheck": "false",
                "autocomplete": "off",
            }
        ),
    )

    def clean_slug(self) -> str:
        """Subdomains are written small."""
        return str(self.cleaned_data["slug"]).lower()


class SignUpForm(SlugForm):
    """Company, address, person, password, and what the books are kept in."""

    company = forms.CharField(
        label=_("Company"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_LENGTH_MAX,
        strip=False,
        help_text=_("At least 12 characters; a few words that belong together only for you are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=choices.currencies,
        help_text=_("Of your prices and your dealers' wallets."),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        help_text=_("Type a city to search."),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_timezone(self) -> str:
        """The zone that is meant, by its IANA name."""
        zone = choices.time_zone(self.cleaned_data["timezone"])
        if zone is None:
            raise ValidationError(_("Choose a time zone from the list."), code="unknown_time_zone")
        return zone

    def clean(self) -> dict[str, Any]:
        """Hold the password against the person's own words as well."""
        cleaned: dict[str, Any] = self.cleaned_data
        password = cleaned.get("password")
        if password:
            person = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
