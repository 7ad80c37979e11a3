"""Pages and API of the ledger: both doors, one act."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tenant_apps.ledger.commands import TopUpFacts, create_top_up
from tenant_apps.ledger.models import Entry, TopUp
from tests.cast import actor_of, make_person
from tests.factories.ledger import balance, wallet
from tests.tenant_apps.ledger.test_operations import charge_order


@pytest.fixture
def account(dealer):
    return wallet(dealer, "300.00")


@pytest.fixture
def fiona(supplier_organisation):
    return actor_of(make_person(supplier_organisation, "fiona", administrator=True))


def waiting(actor, amount="100.00", **facts):
    return create_top_up(actor=actor, operation_id=uuid.uuid4(), facts=TopUpFacts(amount=amount, **facts))


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return SimpleUploadedFile("slip.png", out.getvalue(), "image/png")


def test_a_dealer_sees_its_account(as_dora, dealer, account):
    charge_order(dealer, ("goods", "20.00"))

    page = as_dora.get("/ledger/account").content.decode()

    for text in ["¥280.00", "SO-1", "-20.00", "Opening ¥0.00 + in ¥300.00 − out ¥20.00 = closing ¥280.00"]:
        assert text in page


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_dealer_downloads_its_statement(as_dora, dealer, account, kind):
    answer = as_dora.get(f"/ledger/account/export?format={kind}")

    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)
    assert (b"opening balance" in body) if kind == "csv" else body.startswith(b"PK")


def test_a_dealer_records_a_top_up_with_its_voucher(as_dora, dealer, account):
    asked = {"amount": "100.50", "method": "bank", "operation": "one", "voucher": picture()}

    answer = as_dora.post("/ledger/top-ups/new", asked)
    again = as_dora.post("/ledger/top-ups/new", {**asked, "voucher": picture()})

    row = TopUp.objects.get()
    assert answer.url == again.url == f"/ledger/top-ups/{row.public_id}"
    page = as_dora.get(answer.url).content.decode()
    assert "slip.png" in page
    assert "¥100.50" in page


def test_a_voucher_is_shown_to_who_may_see_the_top_up(as_dora, as_olga, as_xavier, dora, dealer, account):
    as_dora.post("/ledger/top-ups/new", {"amount": "1", "method": "bank", "voucher": picture()})
    row = TopUp.objects.get()
    from tenant_apps.ledger.queries import vouchers_of

    address = f"/ledger/top-ups/{row.public_id}/vouchers/{vouchers_of(row).get().public_id}"

    for browser, status in [(as_dora, 200), (as_olga, 200), (as_xavier, 404)]:
        assert browser.get(address).status_code == status
        assert browser.get(f"{address}?size=small").status_code == status


def test_a_wrong_amount_comes_back_at_its_field_with_what_was_typed(as_dora, account):
    answer = as_dora.post("/ledger/top-ups/new", {"amount": "0.001", "method": "cash", "paid_from": "6222"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "CNY has 2 decimals; the amount has more." in page
    assert 'value="6222"' in page
    assert TopUp.objects.count() == 0


def test_the_supplier_approves_with_a_corrected_amount(as_olga, dora, dealer, account):
    row = waiting(dora)

    answer = as_olga.post(
        f"/ledger/top-ups/{row.public_id}/approve", {"received": "99.00", "operation": "one"}
    )

    assert answer.status_code == 302
    assert balance(dealer) == "399.00"


def test_an_own_top_up_asks_twice(as_olga, olga, dealer, account):
    row = waiting(olga, kind="supplier", dealer=dealer.public_id)
    address = f"/ledger/top-ups/{row.public_id}/approve"

    refused = as_olga.post(address, {"received": "100.00", "operation": "one"})
    assert refused.status_code == 409
    assert balance(dealer) == "300.00"
    as_olga.post(address, {"received": "100.00", "operation": "two", "is_confirmed": "on"})

    assert balance(dealer) == "400.00"


def test_cancelling_without_a_reason_comes_back(as_olga, dora, dealer, account):
    row = waiting(dora)

    answer = as_olga.post(f"/ledger/top-ups/{row.public_id}/cancel", {"reason": ""})

    assert answer.status_code == 422
    assert "Say why: the dealer reads it." in answer.content.decode()


def test_several_are_approved_each_by_itself(as_olga, olga, dora, fiona, dealer, account):
    rows = [
        waiting(dora, "10.00"),
        waiting(olga, "20.00", kind="supplier", dealer=dealer.public_id),
        waiting(dora, "30.00"),
    ]
    asked = {"ids": [row.public_id for row in rows], "operation": "one"}

    page = as_olga.post("/ledger/top-ups/approve", asked).content.decode()
    as_olga.post("/ledger/top-ups/approve", asked)

    assert "2 approved, 1 not." in page
    assert balance(dealer) == "340.00"


def test_all_that_wait_are_approved(as_olga, dora, dealer, account):
    for _ in range(3):
        waiting(dora, "10.00")

    as_olga.post("/ledger/top-ups/approve?state=pending", {"scope": "all", "operation": "one"})

    assert balance(dealer) == "330.00"


@pytest.mark.parametrize(
    "address",
    [
        "/ledger/top-ups",
        "/ledger/top-ups?state=",
        "/ledger/top-ups/new",
        "/ledger/wallets",
        "/ledger/wallets?q=nobody",
        "/ledger/wallets/export",
        "/ledger/top-ups/export?state=",
        "/ledger/wallets/{dealer}",
        "/ledger/wallets/{dealer}?first=2026-01-01&last=nonsense&kind=goods",
        "/ledger/wallets/{dealer}/export?format=csv",
        "/ledger/dealers/{dealer}/panel",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_supplier_reads_every_page(as_olga, dora, dealer, account, address, language):
    waiting(dora)
    as_olga.cookies["language"] = language

    assert as_olga.get(address.format(dealer=dealer.public_id)).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/ledger/wallets/{dealer}", "/ledger/wallets/{dealer}/export", "/ledger/dealers/{dealer}/panel"],
)
def test_a_stranger_finds_nothing(as_xavier, dealer, account, address):
    assert as_xavier.get(address.format(dealer=dealer.public_id)).status_code == 404


def test_who_lacks_the_permission_is_refused(as_sam, dealer, account):
    for address in ["/ledger/wallets", "/ledger/top-ups", "/ledger/top-ups/new"]:
        assert as_sam.get(address).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_for_1_and_3_rows(
    as_olga, dora, dealer, account, count, django_assert_num_queries
):
    for number in range(count):
        waiting(dora)
        charge_order(dealer, ("goods", "1.00"))

    with django_assert_num_queries(7):
        as_olga.get("/ledger/top-ups")
    with django_assert_num_queries(6):
        as_olga.get("/ledger/wallets")
    with django_assert_num_queries(10):
        as_olga.get(f"/ledger/wallets/{dealer.public_id}")


# The API


def post(browser, address, body=None, **headers):
    return browser.post(f"/api/v1/{address}", body or {}, content_type="application/json", headers=headers)


def test_a_machine_records_approves_and_reads(as_dora, as_olga, dealer, account):
    made = post(as_dora, "top-ups", {"amount": "100.00", "paid_on": "2026-01-02", "external_id": "ERP-1"})
    assert made.status_code == 201
    top_up = made.json()
    assert (top_up["state"], top_up["amount"], top_up["steps"]) == ("pending", "100.00", ["cancel"])

    approved = post(as_olga, f"top-ups/{top_up['id']}/approve", {"received": "99.99"}).json()

    assert (approved["state"], approved["received"], approved["available_after"]) == (
        "approved",
        "99.99",
        "399.99",
    )
    found = as_dora.get(f"/api/v1/wallets/{dealer.public_id}").json()
    assert (found["balance"], found["available"]) == ("399.99", "399.99")
    lines = as_dora.get(f"/api/v1/wallets/{dealer.public_id}/entries?limit=1").json()
    assert [(line["seq"], line["amount"], line["document"]) for line in lines["items"]] == [
        (2, "99.99", top_up["number"])
    ]
    assert lines["next"]


def test_the_same_key_records_once(as_dora, account):
    first = post(as_dora, "top-ups", {"amount": "5.00"}, idempotency_key="k1")
    second = post(as_dora, "top-ups", {"amount": "5.00"}, idempotency_key="k1")
    other = post(as_dora, "top-ups", {"amount": "6.00"}, idempotency_key="k1")

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert TopUp.objects.count() == 1


def test_a_refusal_points_at_the_member(as_dora, account):
    answer = post(as_dora, "top-ups", {"amount": "-1"})

    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/amount", "amount_not_positive")
    ]


def test_a_stranger_gets_404_from_the_api(as_xavier, dora, dealer, account):
    row = waiting(dora)

    for address in [
        f"wallets/{dealer.public_id}",
        f"wallets/{dealer.public_id}/entries",
        f"top-ups/{row.public_id}",
    ]:
        assert as_xavier.get(f"/api/v1/{address}").status_code == 404
    assert post(as_xavier, f"top-ups/{row.public_id}/cancel").status_code == 404
    assert post(as_xavier, f"top-ups/{row.public_id}/approve").status_code == 403
    row.refresh_from_db()
    assert row.state == "pending"
    assert Entry.objects.count() == 1


def test_lists_of_the_api(as_olga, dora, dealer, account):
    waiting(dora)
    waiting(dora, "7.00")

    page = as_olga.get("/api/v1/top-ups?limit=1&state=pending").json()
    rest = as_olga.get(f"/api/v1/top-ups?limit=1&state=pending&cursor={page['next']}").json()

    assert [item["amount"] for item in [*page["items"], *rest["items"]]] == ["7.00", "100.00"]
    assert rest["next"] is None
    assert [item["dealer"] for item in as_olga.get("/api/v1/wallets").json()["items"]] == [dealer.public_id]
