"""Shapes of what the pages of the ledger send; the rules stand in the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenant_apps.ledger.models import TopUpKind, TopUpMethod

_AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
_DAY = {"type": "date"}


class TopUpForm(forms.Form):
    """A dealer's own top-up."""

    amount = forms.CharField(label=_("Amount"), widget=forms.TextInput(attrs=_AMOUNT))
    method = forms.ChoiceField(label=_("Paid by"), choices=TopUpMethod.choices)
    paid_from = forms.CharField(
        label=_("Paying account"), required=False, help_text=_("The account or name the money came from.")
    )
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=forms.DateInput(attrs=_DAY))
    note = forms.CharField(
        label=pgettext_lazy("remark", "Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    voucher = forms.FileField(
        label=_("Voucher"),
        required=False,
        help_text=_("A picture or PDF of the payment, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    operation = forms.CharField(widget=forms.HiddenInput, required=False)


class RecordForm(TopUpForm):
    """What the supplier records for a dealer: a received payment or a credit."""

    dealer = forms.ChoiceField(label=_("Dealer"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in (TopUpKind.SUPPLIER, TopUpKind.CREDIT)],
        help_text=_("A credit lets the dealer buy on account; no money moves."),
    )
    credit_until = forms.DateField(
        label=_("Credit until"),
        required=False,
        widget=forms.DateInput(attrs=_DAY),
        help_text=_("The last day, for a credit only. Blank leaves the end as it is."),
    )
    field_order = ("dealer", "kind", "amount", "credit_until", "method", "paid_from", "paid_on", "note")

    def __init__(self, *args: Any, dealers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dealer"].choices = [("", "—"), *dealers]  # type: ignore[attr-defined]


class ApproveForm(forms.Form):
    """What the reviewer saw arrive."""

    received = forms.CharField(
        label=_("Received amount"),
        widget=forms.TextInput(attrs=_AMOUNT),
        help_text=_("Correct it when another amount arrived; both are kept."),
    )
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), required=False)
    is_confirmed = forms.BooleanField(label=_("I recorded this myself and approve it alone."), required=False)
    operation = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, asks_twice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_twice:
            del self.fields["is_confirmed"]


class CancelForm(forms.Form):
    """Why a top-up is given up."""

    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )
    operation = forms.CharField(widget=forms.HiddenInput, required=False)


class PeriodForm(forms.Form):
    """Days of a statement; a wrong day counts as none."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
