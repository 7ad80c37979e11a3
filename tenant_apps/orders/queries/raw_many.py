"""What a worker is to do with many raw orders."""

from __future__ import annotations

import json
from dataclasses import dataclass

from platform_core.attachments import store
from platform_core.imports.models import Import
from platform_core.imports.queries import file_of
from platform_core.kernel.words import noop
from tenant_apps.orders.permissions import OrderPermission

SUBMIT, CANCEL, SET = "raw_submit", "raw_cancel", "raw_set"
FILE = "raw-orders.json"
NAMES = {
    SUBMIT: noop("Submit raw orders"),
    CANCEL: noop("Cancel raw orders"),
    SET: noop("Set delivery and submit"),
}
PERMISSIONS = {
    SUBMIT: (OrderPermission.PLACE,),
    CANCEL: (OrderPermission.CANCEL,),
    SET: (OrderPermission.PLACE, OrderPermission.EDIT),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Raw orders by public id, in their order, and what is set on each before it is submitted."""

    ids: list[str]
    fields: dict[str, str]


def asked_of(row: Import) -> Asked:
    """What was asked with one step for many; while it is not finished."""
    with store.open_file(file_of(row)) as file:
        return Asked(**json.load(file))
