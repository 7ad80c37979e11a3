"""What goods may be: one check for page, import and API. Values are keyed by column name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.words import Sentence, noop

TEXT_LENGTHS = {
    "code": 60,
    "name": 160,
    "short_name": 80,
    "alias": 80,
    "origin": 80,
    "description": 5000,
    "remark": 300,
    "external_id": 80,
    "merchant_code": 60,
    "barcode": 40,
    "spec_code": 60,
    "spec": 120,
    "unit": 20,
}
PRODUCT_REQUIRED = ("code", "name")
SKU_REQUIRED = ("merchant_code", "unit", "wholesale_price", "retail_price")
PRICE_MAX = Decimal(10) ** 9
QUANTITY_MAX = Decimal(10) ** 9
WEIGHT_MAX = Decimal(10) ** 6
TAX_MAX = Decimal(100)
WEIGHT_PLACES = TAX_PLACES = 3
PACKS_MAX = 10
CATEGORY_DEPTH_MAX = 6
SEPARATOR = "/"
_SEVERAL_LINES = frozenset({"description"})

REQUIRED = noop("This is required.")
TOO_LONG = noop("At most {maximum} characters.")
CONTROL = noop("The text contains an invisible control character. Type it again.")
NOT_NEGATIVE = noop("This cannot be less than 0.")
POSITIVE = noop("This must be more than 0.")
TOO_MUCH = noop("At most {maximum}.")
PLACES = noop("At most {maximum} decimals.")
PACK_TWICE = noop("A pack of this name already stands here.")
PACKS_TOO_MANY = noop("At most {maximum} packs.")
SLASH = noop("A name cannot contain “/”, which separates the levels in a path.")
TOO_DEEP = noop("Categories have at most {maximum} levels.")


@dataclass(frozen=True, slots=True)
class Precision:
    """Decimals that the supplier's unit prices and quantities have (W-010)."""

    price: int
    quantity: int


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them, in one Unicode form, so that equal looks equal."""
    return {
        key: unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
        for key, value in values.items()
    }


def product_problems(values: Mapping[str, Any], *, is_new: bool) -> list[FieldProblem]:
    """What is wrong with a product's values; of an existing one only what is given counts."""
    return [*_missing(values, PRODUCT_REQUIRED, is_new=is_new), *_text_problems(values)]


def sku_problems(values: Mapping[str, Any], precision: Precision, *, is_new: bool) -> list[FieldProblem]:
    """What is wrong with a SKU's values; of an existing one only what is given counts."""
    found = [*_missing(values, SKU_REQUIRED, is_new=is_new), *_text_problems(values)]
    for key in ("wholesale_price", "retail_price"):
        found += _number_problems(key, values.get(key), precision.price, PRICE_MAX)
    found += _number_problems("weight_kg", values.get("weight_kg"), WEIGHT_PLACES, WEIGHT_MAX)
    found += _number_problems("tax_rate", values.get("tax_rate"), TAX_PLACES, TAX_MAX)
    multiple = values.get("multiple")
    found += _number_problems("multiple", multiple, precision.quantity, QUANTITY_MAX, may_be_zero=False)
    found += _number_problems("minimum", values.get("minimum"), precision.quantity, QUANTITY_MAX)
    return found + pack_problems(values.get("packs") or (), precision)


def pack_problems(packs: Sequence[Mapping[str, Any]], precision: Precision) -> list[FieldProblem]:
    """What is wrong with the named packs of a SKU."""
    found: list[FieldProblem] = []
    if len(packs) > PACKS_MAX:
        found.append(FieldProblem("/packs", "too_many", PACKS_TOO_MANY, {"maximum": PACKS_MAX}))
    names: set[str] = set()
    for index, pack in enumerate(packs):
        place = f"packs/{index}"
        name = str(pack.get("name") or "").strip()
        if not name:
            found.append(FieldProblem(f"/{place}/name", "required", REQUIRED))
        elif name in names:
            found.append(FieldProblem(f"/{place}/name", "duplicate", PACK_TWICE))
        names.add(name)
        found += _length_problems(f"{place}/name", name, TEXT_LENGTHS["unit"])
        found += _length_problems(f"{place}/barcode", pack.get("barcode") or "", TEXT_LENGTHS["barcode"])
        units = pack.get("units")
        if units is None:
            found.append(FieldProblem(f"/{place}/units", "required", REQUIRED))
        found += _number_problems(
            f"{place}/units", units, precision.quantity, QUANTITY_MAX, may_be_zero=False
        )
    return found


def name_problems(name: str, *, length: int = TEXT_LENGTHS["short_name"]) -> list[FieldProblem]:
    """What is wrong with the name of a category or a brand."""
    if not name:
        return [FieldProblem("/name", "required", REQUIRED)]
    found = _length_problems("name", name, length)
    return found or _control_problems("name", name)


def category_name_problems(name: str) -> list[FieldProblem]:
    """As `name_problems`; besides, a path of names must stay readable."""
    if SEPARATOR in name:
        return [FieldProblem("/name", "slash", SLASH)]
    return name_problems(name)


def _missing(values: Mapping[str, Any], required: Sequence[str], *, is_new: bool) -> list[FieldProblem]:
    wanted = required if is_new else [key for key in required if key in values]
    return [FieldProblem(f"/{key}", "required", REQUIRED) for key in wanted if values.get(key) in (None, "")]


def _text_problems(values: Mapping[str, Any]) -> list[FieldProblem]:
    found: list[FieldProblem] = []
    for key, length in TEXT_LENGTHS.items():
        text = values.get(key)
        if isinstance(text, str):
            found += _length_problems(key, text, length) or _control_problems(key, text)
    return found


def _length_problems(key: str, text: str, maximum: int) -> list[FieldProblem]:
    if len(text) <= maximum:
        return []
    return [FieldProblem(f"/{key}", "too_long", TOO_LONG, {"maximum": maximum})]


def _control_problems(key: str, text: str) -> list[FieldProblem]:
    allowed = "\r\n\t" if key in _SEVERAL_LINES else ""
    if any(unicodedata.category(char) == "Cc" and char not in allowed for char in text):
        return [FieldProblem(f"/{key}", "control_character", CONTROL)]
    return []


def _number_problems(
    key: str, value: Decimal | None, places: int, maximum: Decimal, *, may_be_zero: bool = True
) -> list[FieldProblem]:
    if value is None:
        return []
    problem: tuple[str, Sentence, dict[str, Any]] | None = None
    if value < 0:
        problem = "negative", NOT_NEGATIVE, {}
    elif not value and not may_be_zero:
        problem = "not_positive", POSITIVE, {}
    elif value > maximum:
        problem = "too_large", TOO_MUCH, {"maximum": f"{maximum:,}"}
    elif value != round(value, places):
        problem = "too_many_places", PLACES, {"maximum": places}
    return [FieldProblem(f"/{key}", *problem)] if problem else []
