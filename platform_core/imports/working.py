"""Works at a confirmed import: a row with state and lease, taken up again wherever its worker died.

Storing is one transaction (goods, prices, freight, stock, carriers: nothing is half done) or one transaction
for each row with its line (dealers). Either way the effect and the note of it commit together, so
an import that is taken up again never stores anything twice.
"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import OperationalError
from django.db.models import F, Q
from django.utils import translation
from django.utils.module_loading import import_string
from psycopg.errors import LockNotAvailable

from platform_core.commands import InFlight
from platform_core.imports import operations
from platform_core.imports.commands import wake_up
from platform_core.imports.errors import GaveUp, ImportGone
from platform_core.imports.kinds import kind_named
from platform_core.imports.models import Import
from platform_core.imports.states import ImportState
from platform_core.kernel import clock
from platform_core.kernel.errors import DomainError
from platform_core.kernel.ids import new_uuid

log = structlog.get_logger(__name__)
ATTEMPTS_MAX = 5  # without any progress; then a person must look


def work(public_id: str) -> bool:
    """Take the lease and store the file; False when somebody else has it or there is nothing to do.

    A refusal is the import's end. What else raises leaves the row as it is: the sweep takes it up
    when the lease has ended.
    """
    row = _leased(public_id)
    if row is None:
        return False
    kind = kind_named(row.kind)
    try:
        if row.attempts > ATTEMPTS_MAX:
            raise GaveUp
        actor = import_string(settings.ACTOR_OF_PERSON)(row.actor_id)
        with translation.override(row.locale):
            actor.require(kind.permission)
            kind.work(actor, row)
    except (InFlight, ImportGone, operations.LeaseLost):
        log.warning("import_held_by_another", import_id=public_id)
        return False
    except DomainError as error:
        with translation.override(row.locale):
            operations.fail(row, error)
        log.info("import_refused", import_id=public_id, code=error.code)
        return True
    _let_go(row)
    return True


def _leased(public_id: str) -> Import | None:
    """Take the lease; None while another worker has it.

    A transaction that outlives its lease still holds the row's lock: it is alive, so it is left alone.
    """
    now, holder = clock.now(), new_uuid().hex
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    rows = Import.objects.filter(free, public_id=public_id, state=ImportState.RUNNING)
    try:
        taken = rows.update(lease_until=now + operations.LEASE, holder=holder, attempts=F("attempts") + 1)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise
    return Import.objects.get(public_id=public_id) if taken else None


def _let_go(row: Import) -> None:
    """An import that has used up its turn goes to the end of the queue."""
    mine = Import.objects.filter(pk=row.pk, holder=row.holder, state=ImportState.RUNNING)
    if mine.update(lease_until=None):
        wake_up(row.public_id)
