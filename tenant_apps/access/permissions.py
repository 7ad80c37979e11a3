"""What may be asked of access, and by whom."""

from enum import StrEnum


class AccessPermission(StrEnum):
    """Codes kept in roles; never renamed."""

    READ = "access.read"
    MANAGE_PEOPLE = "access.manage_people"
    MANAGE_ROLES = "access.manage_roles"
    MANAGE_KEYS = "access.manage_keys"
    MANAGE_CEILINGS = "access.manage_ceilings"
    MANAGE_SETTINGS = "access.manage_settings"


FOR_SUPPLIER = frozenset(AccessPermission)
FOR_DEALER: frozenset[AccessPermission] = frozenset(
    {
        AccessPermission.READ,
        AccessPermission.MANAGE_PEOPLE,
        AccessPermission.MANAGE_ROLES,
        AccessPermission.MANAGE_KEYS,
    }
)
