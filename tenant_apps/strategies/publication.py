"""Whether a SKU is published to a dealer. Pure. Sources: K-12, K-13, K-15.

SQL says the same in `queries/publication_sql.py`; a property test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """How a SKU is published: the dealers and groups that get it (none: every dealer), and who sells it.

    `organisation` None belongs to no organisation; a disabled one sells to nobody.
    """

    dealers: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    organisation: int | None = None
    organisation_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """A dealer as publication sees it; `organisations` empty: it may order from all of them (K-15)."""

    dealer: int
    group: int | None = None
    organisations: frozenset[int] = frozenset()


def is_published(to: Publication, reader: Reader) -> bool:
    """Whether the dealer gets the SKU, when it is among its goods at all."""
    if to.dealers or to.groups:
        is_target = reader.dealer in to.dealers or (reader.group is not None and reader.group in to.groups)
        if not is_target:
            return False
    if to.organisation is None:
        return True
    return to.organisation_enabled and (not reader.organisations or to.organisation in reader.organisations)
