"""The ways the catalogue says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError, FieldProblem, Invalid
from platform_core.kernel.words import Sentence, noop


class CategoryInUse(DomainError):
    """The category still holds something; archiving it needs a confirmation that saw the counts."""

    code = "category_in_use"
    status = 409
    message = noop(
        "“{name}” holds {products} products and {categories} subcategories. Confirm to archive it: the "
        "subcategories go with it, the products move one level up."
    )


class CategoryCircle(DomainError):
    """A category cannot lie below itself."""

    code = "category_circle"
    status = 409
    message = noop("A category cannot be moved below itself. Choose another place.")


class BrandInUse(DomainError):
    """The brand still stands on products."""

    code = "brand_in_use"
    status = 409
    message = noop("{products} products bear the brand “{name}”. Confirm to archive it: they keep it.")


class ImportRaced(DomainError):
    """Somebody stored the same goods at the same moment; nothing of this import was stored."""

    code = "import_raced"
    status = 409
    message = noop("The goods were changed at the same moment. Nothing was stored; upload the file again.")


class ImportRefused(Invalid):
    """The file has errors; nothing of it was stored."""

    code = "import_refused"
    message = noop("The file has {count} errors. Nothing was stored; correct them and upload it again.")


TAKEN = noop("This is already in use. Choose another one, or edit the record that has it.")
UNKNOWN = noop("There is no such record. Choose one from the list.")
IMMUTABLE = noop("The code never changes, because other systems find the goods by it.")


def at(field: str, code: str, sentence: Sentence) -> Invalid:
    """A refusal of one field."""
    return Invalid(problems=[FieldProblem(f"/{field}", code, sentence)])
