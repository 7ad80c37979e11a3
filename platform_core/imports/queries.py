"""Which imports may be seen, which wait for their confirmation, and which for a worker."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from platform_core.attachments import store
from platform_core.attachments.models import Attachment
from platform_core.db.locks import locked
from platform_core.imports.errors import ImportGone
from platform_core.imports.kinds import kinds_for
from platform_core.imports.models import Import
from platform_core.imports.states import CONFIRMED, WAITING, ImportState
from platform_core.kernel import clock
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotFound

OWNER = "import"


def imports_visible_to(actor: Actor) -> QuerySet[Import]:
    """Confirmed imports of the kinds the actor may do, into what it may see; newest first."""
    seen = Q(pk__in=())
    for kind in kinds_for(actor):
        mine = Q(kind=kind.key)
        if kind.subjects is not None:
            mine &= Q(subject__in=kind.subjects(actor).values("public_id"))
        seen |= mine
    return Import.objects.filter(seen, state__in=CONFIRMED).order_by("-confirmed_at", "-id")


def import_for(actor: Actor, public_id: str) -> Import:
    """One of them. Raises NotFound."""
    found = imports_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(noun=_("import"))
    return found


def own(actor: Actor, public_id: str) -> Import:
    """An import that the actor uploaded, in whatever state. Raises ImportGone."""
    found = Import.objects.filter(public_id=public_id, actor_id=actor.id).first()
    if found is None:
        raise ImportGone
    return found


def to_store(actor: Actor, kind: str, public_id: str, subject: str = "", *, lock: bool = False) -> Import:
    """The import that the actor uploaded and that is not stored yet. Raises ImportGone.

    `lock` keeps it until the end of the transaction that stores it: another worker leaves it alone.
    """
    rows = Import.objects.filter(
        public_id=public_id,
        kind=kind,
        subject=subject,
        actor_id=actor.id,
        state__in=[*WAITING, ImportState.RUNNING],
    )
    found = (locked(rows) if lock else rows).first()
    if found is None:
        raise ImportGone
    return found


def file_of(row: Import) -> Attachment:
    """The workbook of an import that is not finished."""
    return store.of_owner(OWNER, row.pk).get()


def overdue() -> list[str]:
    """Running imports that nobody works at: the wake-up was lost, or the worker died."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
    rows = Import.objects.filter(free, state=ImportState.RUNNING).order_by("pk")
    return list(rows.values_list("public_id", flat=True))


def rows_done(row: Import) -> int:
    """How far a running import is, also inside a transaction that nobody else sees."""
    told: int = cache.get(progress_key(row), 0)
    return min(max(row.rows_done, told), row.rows_total)


def progress_key(row: Import) -> str:
    """Where a worker tells from inside its transaction how far it is."""
    return f"import-progress/{row.public_id}"
