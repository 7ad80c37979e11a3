"""A sign-up that nobody confirmed does not stay for ever, nor keep its subdomain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from platform_core.jobs.celery import app
from platform_core.kernel import clock
from tenants import commands, queries, tasks
from tenants.commands import CONFIRM_WITHIN, KEPT_UNCONFIRMED, TicketInvalid
from tenants.models import Provisioning, SignUp
from tests.tenants.trail import in_threads
from tests.world import facts

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
JUST_KEPT = NOON + CONFIRM_WITHIN + KEPT_UNCONFIRMED
TOO_OLD = JUST_KEPT + timedelta(seconds=1)


@pytest.fixture
def asked(database):
    """A sign-up of noon, not confirmed, and its token."""
    with clock.at(NOON):
        return commands.request_sign_up(facts("somebody"))


def left():
    return list(SignUp.objects.filter(slug="somebody").values_list("email", flat=True))


def test_an_unconfirmed_sign_up_is_deleted_after_a_week(asked):
    with clock.at(JUST_KEPT):
        assert tasks.forget_unconfirmed.run() == 0
        assert left() == ["olga@example.com"]

    with clock.at(TOO_OLD):
        assert tasks.forget_unconfirmed.run() == 1
        assert left() == []
        assert queries.slug_is_free("somebody")
        with pytest.raises(TicketInvalid):
            commands.confirm_sign_up(asked[1])
        with pytest.raises(TicketInvalid):
            commands.renew_sign_up(asked[0].public_id)


def test_a_confirmed_sign_up_stays(asked):
    with clock.at(NOON):
        work = commands.confirm_sign_up(asked[1])

    with clock.at(TOO_OLD + timedelta(days=1000)):
        assert tasks.forget_unconfirmed.run() == 0

    assert Provisioning.objects.get(pk=work.pk).sign_up == asked[0]


def test_a_new_mail_begins_the_week_anew(asked):
    with clock.at(JUST_KEPT):
        _, token = commands.renew_sign_up(asked[0].public_id)

    with clock.at(TOO_OLD):
        assert tasks.forget_unconfirmed.run() == 0
        assert commands.confirm_sign_up(token).sign_up == asked[0]


@pytest.mark.slow
def test_a_new_mail_asked_while_the_sweep_runs_is_either_sent_or_refused(committing):
    for _ in range(10):
        with clock.at(NOON):
            row, _ = commands.request_sign_up(facts("somebody"))

        def sweep():
            with clock.at(TOO_OLD):
                return commands.forget_unconfirmed()

        def renew(public_id=row.public_id):
            with clock.at(TOO_OLD):
                return commands.renew_sign_up(public_id)[1]

        forgotten, token = in_threads(sweep, renew)

        if forgotten:
            assert isinstance(token, TicketInvalid)
            assert not SignUp.objects.filter(pk=row.pk).exists()
        else:
            assert SignUp.objects.get(pk=row.pk).token_hash == queries.hashed(token)


def test_every_periodic_task_is_one_that_the_worker_knows():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()
