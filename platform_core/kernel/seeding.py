"""What a new supplier's apps are told when they lay their first rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeedFacts:
    """Facts of a confirmed sign-up. `password` is a hash; `owner_id` the owner's public user id.

    Every app's `seed(facts)` runs in one transaction on the supplier's schema and must be
    idempotent: a resumed provisioning runs it again.
    """

    company: str
    owner_id: str
    owner_name: str
    owner_email: str
    password: str
    language: str
    currency: str
    timezone: str
