"""Doors of provisioning: woken by a confirmation, and a sweep for what was left lying."""

from __future__ import annotations

from platform_core.jobs.base import control_task, wake_control
from tenants import provisioning
from tenants.schemas import pool

REFILL = "tenants.tasks.refill_pool"


@control_task(name="tenants.tasks.provision")
def provision(public_id: str) -> bool:
    """Continue one provisioning, then see that the pool is warm again."""
    done = provisioning.provision(public_id)
    wake_control(REFILL)
    return done


@control_task(name="tenants.tasks.sweep_provisioning")
def sweep_provisioning() -> int:
    """Take up provisionings whose lease has ended; how many."""
    ids = provisioning.overdue()
    for public_id in ids:
        provisioning.provision(public_id)
    return len(ids)


@control_task(name=REFILL)
def refill_pool() -> int:
    """Build ready schemas until the pool is full; how many."""
    return pool.refill()
