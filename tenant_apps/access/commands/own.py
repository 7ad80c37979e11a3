"""What everybody may do with its own account."""

from __future__ import annotations

from django.conf import settings

from platform_core.audit.record import Change, difference, record
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.identity.models import User
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem
from platform_core.kernel.texts import text_problems
from platform_core.kernel.words import noop
from tenant_apps.access import operations, queries
from tenant_apps.access.errors import WrongPassword

_KIND = "person"


@command(None)
def change_profile(*, actor: Actor, name: str, language: str) -> User:
    """Change the own name and language. Raises NotFound, Invalid."""
    user = queries.own_membership(actor).user
    name = name.strip()
    problems = text_problems({"name": name}, {"name": 120}, required={"name"})
    if language not in dict(settings.LANGUAGES):
        problems.append(FieldProblem("/language", "unknown", noop("Choose one of the listed.")))
    refuse(problems)
    before = {"name": user.name, "language": user.language}
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    operations.mark_changed(user)
    changed = difference(before, {"name": name, "language": language})
    if changed[1]:
        record(actor, [Change(_KIND, user.public_id, "changed", *changed)])
    return user


@command(None)
def change_own_password(*, actor: Actor, password: str, present: str | None = None) -> User:
    """Choose a new password; other sessions end. `present` may miss only for an issued password.

    Raises NotFound, WrongPassword, Invalid at `/password`.
    """
    user = queries.own_membership(actor).user
    if present is None and not user.must_change_password:
        raise WrongPassword
    if present is not None and not user.check_password(present):
        raise WrongPassword
    if user.check_password(password):
        refuse([FieldProblem("/password", "same", noop("Choose a password other than the present one."))])
    operations.checked_password(password, user)
    operations.set_password(user=user, password=password, issued=False)
    record(actor, [Change(_KIND, user.public_id, "password_changed", {}, {})])
    return user


@command(None)
def end_other_sessions(*, actor: Actor, keep: str) -> int:
    """Log out everywhere but here; how many sessions ended. Raises NotFound."""
    user = queries.own_membership(actor).user
    ended = operations.end_sessions(user=user, keep=keep)
    record(actor, [Change(_KIND, user.public_id, "sessions_ended", {}, {"count": ended})])
    return ended
