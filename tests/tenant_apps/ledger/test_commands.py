"""Top-ups: recorded, reviewed once, never by the one who recorded them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_core.attachments.errors import FileRefused
from platform_core.audit.models import AuditLine
from platform_core.commands import StoredRefusal
from platform_core.kernel import clock
from platform_core.kernel.errors import Invalid, NotFound, NotPermitted
from platform_core.kernel.flow import StepRefused
from platform_core.outbox.models import OutboxEntry
from tenant_apps.ledger import queries
from tenant_apps.ledger.commands import TopUpFacts, approve_top_up, cancel_top_up, create_top_up
from tenant_apps.ledger.errors import ConfirmAlone, CreditTermOver, OwnTopUp
from tenant_apps.ledger.models import Entry, LedgerAccount, TopUp, Transfer
from tests.cast import actor_of, make_person
from tests.factories.ledger import balance, money, wallet

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
PDF = b"%PDF-1.4 a voucher"


@pytest.fixture
def account(dealer):
    return wallet(dealer, "0.00")


@pytest.fixture
def fiona(supplier_organisation):
    """A second reviewer."""
    return actor_of(make_person(supplier_organisation, "fiona", administrator=True))


def top_up(actor, amount="100.00", *, voucher=None, operation=None, **facts):
    return create_top_up(
        actor=actor,
        operation_id=operation or uuid.uuid4(),
        facts=TopUpFacts(amount=amount, **facts),
        voucher=voucher,
    )


def approve(actor, row, operation=None, **asked):
    return approve_top_up(actor=actor, operation_id=operation or uuid.uuid4(), top_up=row.public_id, **asked)


def cancel(actor, row, reason="", operation=None):
    return cancel_top_up(
        actor=actor, operation_id=operation or uuid.uuid4(), top_up=row.public_id, reason=reason
    )


def test_a_dealer_records_a_top_up_that_waits(dora, dealer, account):
    row = top_up(dora, "100.50", paid_from=" 6222 ", paid_on=date(2026, 11, 20))

    assert (row.dealer, row.kind, row.state, row.amount) == (dealer, "dealer", "pending", money("100.50"))
    assert (row.paid_from, row.actor_name) == ("6222", "Dora")
    assert balance(dealer) == "0.00"
    assert OutboxEntry.objects.get().name == "top_up.created"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0", "amount_not_positive"),
        ("-1", "amount_not_positive"),
        ("0.001", "amount_too_fine"),
        ("10000000000000.01", "amount_too_large"),
        ("1e400", "amount_too_large"),
        ("a lot", "amount_not_a_number"),
        ("", "amount_not_a_number"),
        ("NaN", "amount_not_a_number"),
        ("Infinity", "amount_not_a_number"),
    ],
)
def test_a_wrong_amount_is_named_at_its_field(dora, account, amount, code):
    with pytest.raises(Invalid) as caught:
        top_up(dora, amount)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [("/amount", code)]
    assert TopUp.objects.count() == 0


def test_the_largest_amount_is_accepted(dora, account):
    assert top_up(dora, "10000000000000.00").amount_minor == 10**15


def test_every_wrong_field_is_named_at_once(olga, dealer, account):
    with clock.at(NOW), pytest.raises(Invalid) as caught:
        top_up(
            olga,
            "0",
            kind="dealer",
            dealer=dealer.public_id,
            method="shells",
            paid_on=date(2026, 11, 22),
            credit_until=date(2026, 11, 22),
            note="x" * 301,
        )

    assert {p.pointer for p in caught.value.problems} == {
        "/amount",
        "/kind",
        "/method",
        "/paid_on",
        "/credit_until",
        "/note",
    }


def test_a_voucher_is_kept_with_the_top_up(dora, account):
    row = top_up(dora, voucher=SimpleUploadedFile("slip.pdf", PDF))

    (voucher,) = queries.vouchers_of(row)
    assert (voucher.name, voucher.content_type) == ("slip.pdf", "application/pdf")


def test_a_voucher_that_is_no_picture_is_refused_and_nothing_is_recorded(dora, account):
    with pytest.raises(FileRefused):
        top_up(dora, voucher=SimpleUploadedFile("slip.pdf", b"MZ"))

    assert TopUp.objects.count() == 0


def test_approving_pays_in_and_writes_down_before_and_after(dora, olga, dealer):
    wallet(dealer, "20.00")
    row = approve(olga, top_up(dora, "100.00"))

    assert (row.state, row.received_minor, row.before_minor, row.after_minor) == (
        "approved",
        10000,
        2000,
        12000,
    )
    assert balance(dealer) == "120.00"
    paid = Transfer.objects.get(source_kind="top_up")
    assert (paid.from_account.code, paid.amount_minor, paid.source_number) == ("cash", 10000, row.number)
    step = row.steps.get(name="approve")
    assert (step.before, step.after) == (
        {"amount": "100.00", "available": "20.00"},
        {"amount": "100.00", "available": "120.00"},
    )
    assert AuditLine.objects.filter(subject_kind="top_up", verb="approve").count() == 1
    assert OutboxEntry.objects.filter(name="top_up.approved").count() == 1


def test_the_received_amount_may_be_corrected_and_both_are_kept(dora, olga, dealer, account):
    row = approve(olga, top_up(dora, "100.00"), received="99.50")

    assert (row.amount, row.received_minor) == (money("100.00"), 9950)
    assert balance(dealer) == "99.50"


def test_a_wrong_correction_is_named_at_its_field(dora, olga, dealer, account):
    row = top_up(dora)

    with pytest.raises(Invalid) as caught:
        approve(olga, row, received="-1")

    assert caught.value.problems[0].pointer == "/received"
    assert balance(dealer) == "0.00"


def test_a_credit_raises_the_limit_and_posts_nothing(olga, fiona, dealer, account):
    with clock.at(NOW):
        granted = top_up(
            olga, "500.00", kind="credit", dealer=dealer.public_id, credit_until=date(2026, 12, 31)
        )
        row = approve(fiona, granted)

    account.refresh_from_db()
    assert (account.credit_limit, account.balance) == (money("500.00"), money("0.00"))
    assert account.credit_until == datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai
    assert (row.before_minor, row.after_minor) == (0, 50000)
    assert Entry.objects.count() == 0


def test_a_second_credit_raises_the_one_limit_and_keeps_its_end(olga, fiona, dealer, account):
    with clock.at(NOW):
        first = top_up(
            olga, "500.00", kind="credit", dealer=dealer.public_id, credit_until=date(2026, 12, 31)
        )
        approve(fiona, first)
        approve(fiona, top_up(olga, "100.00", kind="credit", dealer=dealer.public_id))

    account.refresh_from_db()
    assert (account.credit_limit, account.credit_until) == (
        money("600.00"),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )


def test_a_credit_whose_term_is_over_is_refused(olga, fiona, dealer, account):
    with clock.at(NOW):
        first = top_up(
            olga, "500.00", kind="credit", dealer=dealer.public_id, credit_until=date(2026, 11, 21)
        )
        approve(fiona, first)
        second = top_up(olga, "100.00", kind="credit", dealer=dealer.public_id)

    with clock.at(datetime(2026, 11, 21, 16, tzinfo=UTC)), pytest.raises(CreditTermOver):
        approve(fiona, second)

    account.refresh_from_db()
    assert account.credit_limit == money("500.00")


def test_a_top_up_repays_the_credit_first(dora, olga, fiona, dealer, account):
    approve(fiona, top_up(olga, "500.00", kind="credit", dealer=dealer.public_id))
    LedgerAccount.objects.filter(pk=account.pk).update(balance_minor=-30000)

    row = approve(olga, top_up(dora, "100.00"))

    assert balance(dealer) == "-200.00"
    assert (row.before_minor, row.after_minor) == (20000, 30000)


def test_a_second_approval_is_refused(dora, olga, dealer, account):
    row = top_up(dora)
    approve(olga, row)

    with pytest.raises(StepRefused):
        approve(olga, row)

    assert balance(dealer) == "100.00"


def test_the_same_approval_again_has_one_effect(dora, olga, dealer, account):
    row, operation = top_up(dora), uuid.uuid4()

    first = approve(olga, row, operation)
    second = approve(olga, row, operation)

    assert first == second
    assert balance(dealer) == "100.00"
    assert Entry.objects.count() == 1


def test_a_refusal_is_told_again(dora, olga, dealer, account):
    row = top_up(dora)
    cancel(dora, row)
    operation = uuid.uuid4()
    with pytest.raises(StepRefused):
        approve(olga, row, operation)

    with pytest.raises(StoredRefusal) as caught:
        approve(olga, row, operation)

    assert caught.value.code == "step_refused"


def test_nobody_approves_their_own(olga, fiona, dealer, account):
    row = top_up(olga, kind="supplier", dealer=dealer.public_id)

    with pytest.raises(OwnTopUp):
        approve(olga, row)
    assert balance(dealer) == "0.00"
    approve(fiona, row)

    assert balance(dealer) == "100.00"


def test_the_only_reviewer_confirms_again_and_is_marked(olga, dealer, account):
    row = top_up(olga, kind="supplier", dealer=dealer.public_id)

    with pytest.raises(ConfirmAlone):
        approve(olga, row)
    assert balance(dealer) == "0.00"
    marked = approve(olga, row, is_confirmed=True)

    assert marked.only_reviewer is True
    assert balance(dealer) == "100.00"


def test_a_disabled_colleague_does_not_count(olga, fiona, dealer, account):
    from tenant_apps.access.models import Membership

    Membership.objects.filter(user__login="fiona").update(enabled=False)
    row = top_up(olga, kind="supplier", dealer=dealer.public_id)

    with pytest.raises(ConfirmAlone):
        approve(olga, row)


def test_a_dealer_takes_its_own_back(dora, dealer, account):
    row = cancel(dora, top_up(dora))

    assert row.state == "cancelled"


def test_a_dealer_cannot_take_back_what_the_supplier_recorded(dora, olga, dealer, account):
    row = top_up(olga, kind="supplier", dealer=dealer.public_id)

    with pytest.raises(NotPermitted):
        cancel(dora, row)

    row.refresh_from_db()
    assert row.state == "pending"


def test_the_supplier_says_why_it_cancels(dora, olga, dealer, account):
    row = top_up(dora)

    with pytest.raises(Invalid):
        cancel(olga, row, " ")
    cancel(olga, row, "No such payment")

    assert row.steps.get(name="cancel").reason == "No such payment"


def test_a_stranger_sees_and_moves_nothing(dora, xavier, dealer, account):
    row = top_up(dora)

    with pytest.raises(NotFound):
        cancel(xavier, row)
    with pytest.raises(NotFound):
        queries.top_up_for(xavier, row.public_id)

    row.refresh_from_db()
    assert row.state == "pending"


def test_who_may_not_review_is_refused(dora, sam, dealer, account):
    row = top_up(dora)

    for actor in (dora, sam):
        with pytest.raises(NotPermitted):
            approve(actor, row)

    assert balance(dealer) == "0.00"


def test_an_external_id_is_recorded_once(dora, account):
    top_up(dora, external_id="ERP-1")

    with pytest.raises(Invalid) as caught:
        top_up(dora, external_id="ERP-1")

    assert caught.value.problems[0].pointer == "/external_id"
