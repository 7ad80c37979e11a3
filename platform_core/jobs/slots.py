"""How many tasks of one supplier run at once: none may take all workers (tenancy.md "Decided")."""

from __future__ import annotations

from typing import Final

import redis
import structlog
from django.conf import settings

from platform_core.kernel import clock
from platform_core.redis_client import redis_client

log = structlog.get_logger(__name__)
# Longer than nearly every task. A longer one goes on; it only lets one more run beside it.
SLOT_SECONDS: Final = 300
# Ended slots go first, so that a killed worker's is free again; a task delivered twice holds one.
_TAKE: Final = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2] + ARGV[3], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


def take(supplier_id: str, task_id: str) -> bool:
    """Whether the task may run now; then it holds a slot until `give_back`, for five minutes at most.

    While Redis is away it may: then no more tasks come in than the workers already hold.
    """
    now = int(clock.now().timestamp())
    bounds = [task_id, str(now), str(SLOT_SECONDS), str(settings.TASKS_RUNNING_PER_SUPPLIER)]
    try:
        return bool(redis_client().eval(_TAKE, 1, _slots(supplier_id), *bounds))
    except redis.RedisError:
        log.warning("slots_not_counted", supplier=supplier_id)
        return True


def give_back(supplier_id: str, task_id: str) -> None:
    """Free the task's slot; while Redis is away it ends by itself."""
    try:
        redis_client().zrem(_slots(supplier_id), task_id)
    except redis.RedisError:
        log.warning("slot_not_given_back", supplier=supplier_id)


def _slots(supplier_id: str) -> str:
    return f"dd:running:{supplier_id}"
