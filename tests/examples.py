"""Examples of Hypothesis on the database: what one stores is undone before the next, also when it fails."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.db import transaction


def undone(test: Callable[..., None]) -> Callable[..., None]:
    """Run each example in a savepoint that is rolled back; stands below `@given`.

    Without it an example finds the rows of the one before, and after one that the database refused each
    further one fails for that reason, so that the smallest failing example is never found.
    """

    @functools.wraps(test)
    def example(*args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            test(*args, **kwargs)
            transaction.set_rollback(True)

    return example
