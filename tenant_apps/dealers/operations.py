"""What higher apps need of dealers, inside their transaction."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from platform_core.imports.models import Import
from platform_core.kernel.seeding import SeedFacts
from tenant_apps.access.operations import issued_password
from tenant_apps.dealers import queries, rules
from tenant_apps.dealers.models import Dealer, DealerLevel, Shop

LEVEL_NAMES = {"en": ("Standard", "Silver", "Gold"), "zh": ("普通", "银牌", "金牌")}


def seed(facts: SeedFacts) -> None:
    """Lay three levels that each see the whole stock; again without effect (W-065)."""
    if DealerLevel.objects.exists():
        return
    names = LEVEL_NAMES["zh" if facts.language.lower().startswith("zh") else "en"]
    DealerLevel.objects.bulk_create(
        [DealerLevel(name=name, position=place) for place, name in enumerate(names, start=1)]
    )


def open_shop(*, dealer: Dealer) -> Shop:
    """The offline shop that every dealer starts with, under the dealer's code where it is free (W-100)."""
    code = rules.free_shop_code(dealer.code, queries.shop_codes_like(dealer.code))
    return Shop.objects.create(dealer=dealer, code=code, name=dealer.name[: rules.SHOP_TEXTS["name"]])


def import_password(row: Import, number: int) -> str:
    """What a row of an import issues as first password: never stored, the same for whoever resumes.

    It follows from our secret key and the import's, which is forgotten with the one download.
    """
    made = salted_hmac("dealers.import", f"{row.secret}/{number}", algorithm="sha256")
    return issued_password(made.digest())
