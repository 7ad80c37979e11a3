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
# A use that one counter refuses is not counted by those after it.
_COUNT: Final = """
local found = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[2 * i]) end
  found[2 * i - 1] = count
  found[2 * i] = redis.call('PTTL', key)
  if count > tonumber(ARGV[2 * i - 1]) then break end
end
return found
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


@dataclass(frozen=True, slots=True)
class Used:
    """How a rate stands after one more use; `left` below 0: one too many. It begins anew in `seconds`."""

    rate: Rate
    left: int
    seconds: int


def spend(rate: Rate, whose: str) -> None:
    """Count one use by `whose` (an IP, a mail address: stored only as a hash). Raises TooOften."""
    mark = hashlib.sha256(whose.strip().lower().encode()).hexdigest()[:32]
    used = count((rate, mark))
    if not used and rate.is_strict:
        raise TooOften(minutes=1)
    if used and used[0].left < 0:
        raise TooOften(minutes=max(1, -(-used[0].seconds // 60)))


def count(*uses: tuple[Rate, str]) -> list[Used]:
    """Count one use of each rate by its mark, for the served supplier, in one round trip to Redis.

    Ends with the first that is used up; those after it count nothing. Empty while Redis is away.
    """
    owner = serving_or_none()
    place = f"dd:rate:{owner.id if owner else 'control'}"
    keys = [f"{place}:{rate.name}:{mark}" for rate, mark in uses]
    bounds = [str(bound) for rate, _ in uses for bound in (rate.most, rate.seconds)]
    try:
        found = cast(list[int], redis_client().eval(_COUNT, len(keys), *keys, *bounds))
    except redis.RedisError:
        log.warning("rate_not_counted", rates=[rate.name for rate, _ in uses])
        return []
    counted = zip(uses, found[::2], found[1::2], strict=False)
    return [Used(rate, rate.most - times, -(-ms // 1000)) for (rate, _), times, ms in counted]


def ip_of(request: HttpRequest) -> str:
    """The address the request came from: the last hop we trust, never what a client claims.

    `TRUSTED_PROXIES` proxies in front of us each add one entry to X-Forwarded-For.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if 0 < trusted <= len(hops):
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))
