"""The ways an import says no."""

from __future__ import annotations

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop


class ImportGone(DomainError):
    """The uploaded file was already stored, was replaced by another, or belongs to somebody else."""

    code = "import_gone"
    status = 409
    message = noop("This file was already imported or is no longer there. Upload it again.")


class ImportFaulty(DomainError):
    """The file has errors, so there is nothing that could be stored."""

    code = "import_faulty"
    status = 409
    message = noop("The file has errors. Correct them and upload it again.")


class GaveUp(DomainError):
    """Work at the import broke again and again, without a refusal that could be told."""

    code = "import_gave_up"
    status = 409
    message = noop("The import could not be finished. Nothing is lost: upload the file again.")
