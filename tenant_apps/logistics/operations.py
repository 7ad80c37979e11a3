"""What higher apps need of logistics, inside their transaction."""

from __future__ import annotations

from platform_core.kernel.seeding import SeedFacts
from tenant_apps.logistics.models import Carrier

DEFAULT_CARRIER_CODE = "DEFAULT"


def seed(facts: SeedFacts) -> None:
    """Lay the default carrier that every supplier starts with (W-042); again without effect."""
    if Carrier.objects.exists():
        return
    name = "默认物流" if facts.language.lower().startswith("zh") else "Standard delivery"
    Carrier.objects.get_or_create(code=DEFAULT_CARRIER_CODE, defaults={"name": name, "is_default": True})
