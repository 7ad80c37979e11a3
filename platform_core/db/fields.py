"""Columns that every app uses: ids, money, versions, the actor, time from the one clock."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from platform_core.kernel import clock
from platform_core.kernel.ids import PublicId
from platform_core.kernel.money import Currency, Money


class RowId(models.BigAutoField):  # type: ignore[type-arg]
    """A bigint drawn from the schema's one sequence `row_id`: 60 sequences fewer per supplier.

    Source: tenancy.md "Fewer relations per tenant".
    """

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str:
        """What follows the type in CREATE TABLE."""
        return "DEFAULT nextval('row_id')"


class ClockTime(models.DateTimeField):  # type: ignore[type-arg]
    """An instant taken from `kernel.clock`, so that a staged year has staged times.

    `on="create"` is set once, `on="save"` with every save (the `updated_since` feeds).
    """

    def __init__(self, *args: Any, on: str = "create", **kwargs: Any) -> None:
        self.on = on
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Keep `on` in migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["on"] = self.on
        kwargs.pop("editable", None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """Stamp the row."""
        current = getattr(model_instance, self.attname)
        if self.on == "save" or (add and current is None):
            current = clock.now()
            setattr(model_instance, self.attname, current)
        return current


def public_id(prefix: str) -> models.CharField[str, str]:
    """The id that leaves the house: `ord_…`, unique within the supplier."""
    return models.CharField(
        max_length=32, unique=True, default=PublicId(prefix), editable=False, db_collation="C"
    )


def external_id() -> models.CharField[str | None, str | None]:
    """The id of another system (ERP), unique per supplier when given."""
    return models.CharField(max_length=80, null=True, blank=True, unique=True)


def minor(*, default: int = 0) -> models.BigIntegerField[int, int]:
    """An amount in whole minor units of the supplier's currency."""
    return models.BigIntegerField(default=default)


def unit_price(*, null: bool = False) -> models.DecimalField[Any, Any]:
    """The price of one unit in major units, up to 6 decimals."""
    return models.DecimalField(max_digits=18, decimal_places=6, null=null, blank=null)


def quantity_column(*, default: int | None = None, null: bool = False) -> models.DecimalField[Any, Any]:
    """A quantity in the SKU's base unit, up to 3 decimals."""
    if default is None:
        return models.DecimalField(max_digits=18, decimal_places=3, null=null, blank=null)
    return models.DecimalField(max_digits=18, decimal_places=3, default=default)


def weight_kg() -> models.DecimalField[Any, Any]:
    """A weight in kilograms, to the gram."""
    return models.DecimalField(max_digits=12, decimal_places=3, default=0)


def rate() -> models.DecimalField[Any, Any]:
    """A tax rate in percent."""
    return models.DecimalField(max_digits=6, decimal_places=3, default=0)


def currency() -> models.CharField[str, str]:
    """ISO 4217 code."""
    return models.CharField(max_length=3, choices=[(c.value, c.value) for c in Currency])


def state(choices: type[models.TextChoices], default: models.TextChoices) -> models.CharField[str, str]:
    """A state of a flow: a word in the database."""
    return models.CharField(max_length=20, choices=choices.choices, default=default)


def state_is_known(name: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The constraint that goes with `state`: no other word is storable."""
    return models.CheckConstraint(condition=models.Q(state__in=choices.values), name=f"{name}_state_known")


class MoneyAttribute:
    """Reads `…_minor` and the row's currency as one Money: `order.total`."""

    def __init__(self, minor: str, currency: str = "currency") -> None:
        self.minor, self.currency = minor, currency

    def __get__(self, row: Any, owner: Any = None) -> Money:
        if row is None:
            return self  # type: ignore[return-value] # the class's own attribute, for nobody but Django
        return Money(getattr(row, self.minor), Currency(getattr(row, self.currency)))

    def __set__(self, row: Any, value: Money) -> None:
        setattr(row, self.minor, value.minor)
