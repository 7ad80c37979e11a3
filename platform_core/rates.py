"""Counters that stop abuse: how often somebody may ask something (reliability.md §4, 19 and 23)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, cast

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest

from platform_core.kernel.context import serving_or_none
from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop
from platform_core.redis_client import redis_client

log = structlog.get_logger(__name__)
# One step, so that a counter never stays without an end: of 500 at once exactly `most` pass.
_COUNT: Final = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('TTL', KEYS[1])}
"""


class TooOften(DomainError):
    """A rate limit; `minutes` says when it ends."""

    code = "too_often"
    status = 429
    message = noop("That was asked too often. Try again in {minutes} minutes.")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` times within `seconds`, counted from the first; `name` tells counters apart.

    `is_strict` refuses while Redis is away (what costs money or floods somebody's mailbox);
    otherwise it lets pass and says so in the log.
    """

    name: str
    most: int
    seconds: int
    is_strict: bool = False


def spend(rate: Rate, whose: str) -> None:
    """Count one use by `whose` (an IP, a mail address: stored only as a hash). Raises TooOften."""
    owner = serving_or_none()
    mark = hashlib.sha256(whose.strip().lower().encode()).hexdigest()[:32]
    key = f"dd:rate:{owner.id if owner else 'control'}:{rate.name}:{mark}"
    try:
        count, seconds_left = cast(list[int], redis_client().eval(_COUNT, 1, key, str(rate.seconds)))
    except redis.RedisError:
        log.warning("rate_not_counted", rate=rate.name, refused=rate.is_strict)
        if rate.is_strict:
            raise TooOften(minutes=1) from None
        return
    if count > rate.most:
        raise TooOften(minutes=max(1, -(-seconds_left // 60)))


def ip_of(request: HttpRequest) -> str:
    """The address the request came from: the last hop we trust, never what a client claims.

    `TRUSTED_PROXIES` proxies in front of us each add one entry to X-Forwarded-For.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = int(getattr(settings, "TRUSTED_PROXIES", 0))
    if 0 < trusted <= len(hops):
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))
