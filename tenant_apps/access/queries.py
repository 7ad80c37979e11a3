"""Who is asking, and what they may."""

from __future__ import annotations

from django.http import HttpRequest

from platform_core.kernel.actor import Actor, ActorKind

NOBODY = Actor(ActorKind.USER, "", "")


def actor_of_request(request: HttpRequest) -> Actor:
    """The person of the session, or nobody."""
    return NOBODY
