"""Lays each part of the demo once: what people changed or deleted afterwards stays as they left it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction

from platform_core.db.models import actor_columns
from platform_core.db.router import shard_alias
from platform_core.idempotency.models import Operation
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from public_site.demo.stage import Tell, operation

Part = tuple[str, Callable[[], object]]


def lay(owner: Actor, parts: Iterable[Part], tell: Tell) -> None:
    """Each part in a transaction of its own, beside the row that remembers it.

    A part that people's changes made impossible is left out, said so, and tried again at the next start.
    """
    for name, act in parts:
        id_ = operation(f"part-{name}")
        if Operation.objects.filter(pk=id_).exists():
            continue
        try:
            with transaction.atomic(using=shard_alias()):
                Operation.objects.create(id=id_, kind="demo.part", fingerprint=b"", **actor_columns(owner))
                act()
        except IntegrityError:
            continue  # another process lays it at this moment
        except DomainError as error:
            why = " ".join(str(problem) for problem in error.problems) or str(error)
            tell(f"Left out of the demo: {name}. {why}")
