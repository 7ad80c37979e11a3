"""What a page function needs of its request: who asks, and which page of a list."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from platform_core.kernel.actor import Actor

PAGE_SIZE = 50
Row = TypeVar("Row", bound=Model)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware found out; the layers above look this up nowhere else."""
    return cast(Actor, cast(Any, request).actor)


def paged(request: HttpRequest, rows: QuerySet[Row], size: int = PAGE_SIZE) -> Page[Row]:
    """The page of a list that `?page=` names; the nearest one for nonsense. Two statements."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
