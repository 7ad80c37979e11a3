"""This process's one client of Redis: hosts, counters, marks and slots share its connections."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings

ANSWER_SECONDS_MAX = 1


@cache
def redis_client() -> redis.Redis:
    """Answers as text. Raises redis.RedisError when Redis is away or silent for a second."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=ANSWER_SECONDS_MAX, decode_responses=True)
