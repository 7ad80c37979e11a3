"""Liveness and readiness; they reveal nothing but their word."""

from __future__ import annotations

import redis
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from platform_core.redis_client import redis_client


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The control database and Redis answer as well; 503 otherwise."""
    try:
        with connections["control"].cursor() as cursor:
            cursor.execute("SELECT 1")
        redis_client().ping()
    except (DatabaseError, redis.RedisError):
        return HttpResponse("not ready", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
