"""Pages of imports: all that were confirmed, one with its progress and report, and the confirmation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from platform_core.imports import commands, queries
from platform_core.imports.kinds import kind_named, kinds_for
from platform_core.imports.models import Import
from platform_core.imports.states import ImportState
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import NotPermitted
from platform_core.web.asking import actor_of, paged

TONES = {ImportState.RUNNING: "info", ImportState.DONE: "good", ImportState.FAILED: "bad"}


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Put the import to work whose preview was looked at, and show how far it is."""
    row = commands.confirm(actor=actor_of(request), import_id=request.POST.get("import", "")[:40])
    return redirect("imports:one", row.public_id)


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """Who imported what, when, and how it ended or how far it is."""
    page = paged(request, queries.imports_visible_to(_importer(request)))
    rows = [{**_shown(row), "row": row} for row in page]
    return render(request, "imports/list.html", {"page": page, "rows": rows})


@require_GET
def import_one(request: HttpRequest, import_id: str) -> HttpResponse:
    """One import: its progress, asked for again every second until the end, then its report."""
    actor = _importer(request)
    row = queries.import_for(actor, import_id)
    kind = kind_named(row.kind)
    context = {
        **_shown(row),
        "row": row,
        "home": kind.home(row) if row.state == ImportState.DONE else "",
        "home_name": _(kind.home_name),
        "retry": kind.start(row) if row.state == ImportState.FAILED else "",
        "retry_name": _("Another file") if kind.is_file else _(kind.home_name),
        "report": kind.report if row.state == ImportState.DONE else "",
        "is_mine": row.actor_id == actor.id,
    }
    if row.state != ImportState.RUNNING:
        # What failed stands first: it is what the reader must do something about.
        context["page"] = paged(request, row.lines.order_by("-outcome", "number"))
    partial = bool(getattr(request, "htmx", False))
    return render(request, "imports/parts/one.html" if partial else "imports/one.html", context)


def _importer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    kinds = kinds_for(actor)
    if not kinds:
        raise NotPermitted(permission="import")
    return actor


def _shown(row: Import) -> dict[str, Any]:
    kind = kind_named(row.kind)
    state = ImportState(row.state)
    return {
        "title": _(kind.name),
        "file": row.name if kind.is_file else "",
        "state": state,
        "tone": TONES[state],
        "done": queries.rows_done(row) if state == ImportState.RUNNING else row.rows_done,
        "said": kind.said(row.result) if state == ImportState.DONE else row.result.get("message", ""),
        "problems": row.result.get("problems", ()),
    }
