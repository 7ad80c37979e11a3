"""How many requests a program may send, told in every answer (design.md §6)."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from django.conf import settings

from platform_core.kernel.actor import Actor
from platform_core.kernel.words import noop
from platform_core.rates import Rate, TooOften, count

WINDOW_SECONDS = 60
_POLICY, _STANDING, _RETRY = "RateLimit-Policy", "RateLimit", "Retry-After"


class TooManyRequests(TooOften):
    """The credential, or all of the supplier's programs together, sent more than the policy allows."""

    code = "too_many_requests"
    message = noop("Too many requests. Send the next one in {seconds} seconds.")


def count_request(actor: Actor, headers: MutableMapping[str, str]) -> None:
    """Count a request and put into `headers` what is left: per key or person, and per supplier.

    One round trip to Redis; while Redis is away every request is allowed and only the policy is
    told. Names and form: draft-ietf-httpapi-ratelimit-headers-11. Raises TooManyRequests (429).
    """
    rates = policy()
    headers[_POLICY] = ", ".join(f'"{rate.name}";q={rate.most};w={rate.seconds}' for rate in rates)
    used = count(*zip(rates, (actor.id, "all"), strict=True))
    if not used:
        return
    headers[_STANDING] = ", ".join(f'"{one.rate.name}";r={max(0, one.left)};t={one.seconds}' for one in used)
    if used[-1].left < 0:
        headers[_RETRY] = str(used[-1].seconds)
        raise TooManyRequests(seconds=used[-1].seconds)


def policy() -> tuple[Rate, Rate]:
    """What one key or person may, and what all of one supplier's may together."""
    return (
        Rate("credential", settings.API_REQUESTS_PER_MINUTE, WINDOW_SECONDS),
        Rate("supplier", settings.API_REQUESTS_PER_MINUTE_OF_SUPPLIER, WINDOW_SECONDS),
    )


def describe_limits(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the fields and the 429 to every operation of the API's description (a drf-spectacular hook)."""
    parts = result.setdefault("components", {})
    parts.setdefault("headers", {}).update(_HEADERS)
    parts.setdefault("responses", {})["TooManyRequests"] = {
        "description": "The limit is reached. Nothing was done; the same request may be sent again.",
        "headers": {name: _reference(name) for name in _HEADERS},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    told = {name: _reference(name) for name in (_POLICY, _STANDING)}
    for operations in result["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                answer["headers"] = {**answer.get("headers", {}), **told}
            operation["responses"]["429"] = {"$ref": "#/components/responses/TooManyRequests"}
    return result


_HEADERS: dict[str, Any] = {
    _POLICY: {
        "description": "What is allowed: `q` requests in `w` seconds, for the credential and the supplier.",
        "schema": {"type": "string"},
        "example": '"credential";q=6000;w=60, "supplier";q=30000;w=60',
    },
    _STANDING: {
        "description": "What is left: `r` requests; counting begins anew in `t` seconds.",
        "schema": {"type": "string"},
        "example": '"credential";r=5999;t=60, "supplier";r=29999;t=60',
    },
    _RETRY: {
        "description": "How many seconds to wait.",
        "schema": {"type": "integer"},
        "example": 12,
    },
}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
