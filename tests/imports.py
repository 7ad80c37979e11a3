"""How tests confirm an import: as the preview's button does, and the worker after it."""

from __future__ import annotations

import re

from platform_core.imports import working


def import_id(page: str) -> str:
    """The import that a preview would confirm."""
    return re.search(r'name="import" value="([^"]+)"', page).group(1)


def confirmed(client, id_: str):
    """Press the button, let a worker do the work, and look at the report."""
    sent = client.post("/imports/confirm", {"import": id_})
    assert (sent.status_code, sent.url) == (302, f"/imports/{id_}")
    working.work(id_)
    return client.get(sent.url)
