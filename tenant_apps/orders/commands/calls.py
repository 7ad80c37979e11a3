"""Note a call to a dealer that has not ordered (SX-07)."""

from __future__ import annotations

from datetime import date

from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.models import actor_columns
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serving
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.dealers import queries as dealers
from tenant_apps.orders.models import CallNote, CallResult
from tenant_apps.orders.permissions import OrderPermission
from tenant_apps.orders.queries.calls import calling_actor

NOTE_MAX = 300
_RESULT = noop("Choose what came of the call.")
_PAST = noop("Choose today or a later day.")


@command(OrderPermission.PLACE)
def note_call(
    *, actor: Actor, dealer_id: str, day: date, result: str, note: str = "", follow_up: date | None = None
) -> CallNote:
    """Keep who called whom about which order day, what came of it and when to call again.

    Notes are never changed: the last one counts. Raises Invalid, NotFound for a dealer out of sight.
    """
    dealer = dealers.dealer_for(calling_actor(actor), dealer_id)
    found = text_problems({"note": note.strip()}, {"note": NOTE_MAX})
    if result not in CallResult.values:
        found.append(FieldProblem("/result", "unknown", _RESULT))
    if follow_up is not None and follow_up < clock.today(serving().timezone):
        found.append(FieldProblem("/follow_up", "in_past", _PAST))
    refuse(found)
    return CallNote.objects.create(
        dealer=dealer,
        day=day,
        result=result,
        note=note.strip(),
        follow_up=follow_up,
        **actor_columns(actor),
    )
