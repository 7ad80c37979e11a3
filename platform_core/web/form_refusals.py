"""Shows a refused command on the form that asked for it: each sentence at the field it is about."""

from __future__ import annotations

from django.forms import BaseForm

from platform_core.kernel.errors import DomainError


def show_refusal(form: BaseForm, error: DomainError) -> int:
    """Put a refusal's sentences at the fields they point at, the rest above the form.

    `/administrator/login` finds the field `administrator_login`, else `login`. Returns the status
    to answer with: the refusal's own (422, 409 …).
    """
    for problem in error.problems:
        path = problem.pointer.strip("/").replace("/", "_")
        last = problem.pointer.rpartition("/")[2]
        field = next((name for name in (path, last) if name in form.fields), None)
        form.add_error(field, str(problem))
    if not error.problems:
        form.add_error(None, str(error))
    return error.status
