"""The demo's stage: laid once, and left as its people changed it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from platform_core.identity.models import User
from public_site.demo.people import dealers
from public_site.demo.stage import set_stage
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel
from tenant_apps.strategies.models import Assignment, DealerItem, GoodsStrategy

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.slow
def test_a_second_start_leaves_what_people_changed_and_makes_whole_what_broke_off(olga, acme):
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)
    dora, xavier = dealers()[:2]
    person = User.objects.get(login=dora.login)
    person.set_password("one of her own")
    person.save()
    other = GoodsStrategy.objects.exclude(assignments__dealer__code=dora.code).first()
    DealerItem.objects.filter(dealer__code=dora.code).delete()
    Assignment.objects.filter(dealer__code=dora.code).update(strategy=other)
    DealerLevel.objects.update(stock_percent=77)
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)

    assert User.objects.get(login=dora.login).check_password("one of her own")
    assert Assignment.objects.get(dealer__code=dora.code).strategy == other
    assert set(DealerLevel.objects.values_list("stock_percent", flat=True)) == {77}

    Assignment.objects.filter(dealer__code=xavier.code).delete()
    DealerAddress.objects.filter(dealer__code=xavier.code).delete()
    User.objects.filter(login=xavier.login).update(must_change_password=True)
    set_stage(olga, "dealerdesk-demo", START, lambda text: None)

    assert Dealer.objects.count() == len(dealers())
    assert Assignment.objects.count() == len(dealers())
    assert DealerAddress.objects.filter(dealer__code=xavier.code).count() == 1
    assert not User.objects.get(login=xavier.login).must_change_password
    assert User.objects.get(login=dora.login).check_password("one of her own")
