"""The settings through page and API, and their history in words."""

from __future__ import annotations

import pytest

from tenant_apps.strategies.models import GoodsStrategy


@pytest.mark.parametrize("door", ["page", "api"])
def test_each_setting_goes_through_both_doors(as_olga, door):
    strategy = GoodsStrategy.objects.create(name="Street prices")
    wanted = {
        "show_stock": "yes_no",
        "check_stock_at_submit": False,
        "check_balance_at_submit": False,
        "allocation": "most_stock",
        "show_own_codes": True,
        "public_catalogue": True,
        "public_price": "strategy",
        "public_strategy": strategy.public_id,
        "balance_warning": "500.00",
        "stock_warning": "12.5",
    }
    if door == "page":
        shown = as_olga.get("/settings/").context["form"].initial
        typed = {**shown, **wanted}
        data = {name: value for name, value in typed.items() if value is not False}
        assert as_olga.post("/settings/", data).status_code == 302
    else:
        assert as_olga.patch("/api/v1/settings", wanted, content_type="application/json").status_code == 200

    answer = as_olga.get("/api/v1/settings").json()
    assert {name: answer[name] for name in wanted} == wanted
    page = as_olga.get("/settings/").content.decode()
    for words in ("The one with the most stock of its goods", "Street prices", "¥500.00", "Retail price"):
        assert words in page, words
