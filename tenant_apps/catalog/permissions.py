"""What may be asked of catalog, and by whom."""

from enum import StrEnum


class CatalogPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "catalog.read"
    MANAGE = "catalog.manage"
    IMPORT = "catalog.import"
    EXPORT = "catalog.export"


FOR_SUPPLIER = frozenset(CatalogPermission)
FOR_DEALER: frozenset[CatalogPermission] = frozenset()
