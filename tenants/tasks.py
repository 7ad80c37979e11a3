"""Doors of provisioning: woken by a confirmation, and a sweep for what was left lying."""

from __future__ import annotations

import structlog
from kombu.exceptions import OperationalError

from platform_core.jobs.base import control_task, wake_control
from tenants import commands, provisioning
from tenants.schemas import pool

log = structlog.get_logger(__name__)
PROVISION = "tenants.tasks.provision"
REFILL = "tenants.tasks.refill_pool"


def wake_up(name: str, *args: str) -> None:
    """Send a control task; while Redis is away the sweeps find the work."""
    try:
        wake_control(name, *args)
    except OperationalError:
        log.warning("wake_up_lost", task=name)


@control_task(name=PROVISION)
def provision(public_id: str) -> bool:
    """Continue one provisioning, then see that the pool is warm again."""
    done = provisioning.provision(public_id)
    wake_up(REFILL)
    return done


@control_task(name="tenants.tasks.sweep_provisioning")
def sweep_provisioning() -> int:
    """Take up provisionings whose lease has ended; how many came to an end."""
    finished = 0
    for public_id in provisioning.overdue():
        try:
            finished += provisioning.provision(public_id)
        except Exception:  # one that breaks must not keep the others waiting; it comes again
            log.exception("provisioning_broke", provisioning=public_id)
    return finished


@control_task(name="tenants.tasks.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Delete old sign-ups that nobody confirmed; how many."""
    return commands.forget_unconfirmed()


@control_task(name=REFILL)
def refill_pool() -> int:
    """Build ready schemas until the pool is full; how many."""
    return pool.refill()
