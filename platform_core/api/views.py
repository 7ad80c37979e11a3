"""The base of every REST door: who asks, what came in, one command or query, what goes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from platform_core.api.errors import problem
from platform_core.api.limits import count_request
from platform_core.commands import Command
from platform_core.idempotency.keys import operation_id, part_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import Conflict, DomainError, FieldProblem, Invalid
from platform_core.kernel.ids import new_uuid
from platform_core.kernel.words import noop

KEY_HEADER = "Idempotency-Key"
KEY_LENGTH_MAX = 255
BULK_MAX = 1000


class Endpoint(APIView):
    """Deny by default: without a known actor 401. What the actor may is asked by commands and queries."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse the unknown, and who asks too often, before anything else."""
        super().initial(request, *args, **kwargs)
        if not self.actor.id:
            raise NotAuthenticated
        count_request(self.actor, self.headers)

    @property
    def actor(self) -> Actor:
        """Who asks: the person of the session, or the machine of the API key."""
        return cast(Actor, cast(Any, self.request._request).actor)

    def parsed(self, serializer: type[Serializer[Any]], *, many: bool = False) -> Any:
        """The validated input. Raises a 422 problem that points at each wrong field."""
        return _shape(serializer, many).run_validation(self.request.data)

    def operation(self) -> UUID:
        """The operation id of this request: from `Idempotency-Key`, else a fresh one."""
        key = self.request.headers.get(KEY_HEADER, "")
        if len(key) > KEY_LENGTH_MAX:
            raise Invalid(
                problems=[FieldProblem(f"/{KEY_HEADER}", "too_long", noop("At most 255 characters."))]
            )
        return operation_id(self.actor.id, key, self.request.path) if key else new_uuid()

    def once(
        self, command: Command[..., Any], render: Callable[[Any], Any], *, status: int = 200, **asked: Any
    ) -> Response:
        """Run a command once for this request's key; a replay is marked as such, a record has its `ETag`."""
        answer = command.answer(render, actor=self.actor, operation_id=self.operation(), **asked)
        headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
        if isinstance(answer.body, Mapping) and "version" in answer.body:
            headers["ETag"] = f'"{answer.body["version"]}"'
        return Response(answer.body, status=status, headers=headers)

    def expected_version(self) -> int | None:
        """The version in `If-Match`, or None without the header. Raises Conflict for nonsense."""
        tag = self.request.headers.get("If-Match")
        if tag is None:
            return None
        try:
            return int(tag.strip().removeprefix("W/").strip('"'))
        except ValueError as error:
            raise Conflict from error

    def bulk(self, items: Sequence[Any], one: Callable[[Any, UUID], Any]) -> Response:
        """Run one act per item, each in its own transaction; answer a result per row (207).

        `one` gets the item and its own operation id. At most 1,000 items.
        """
        if len(items) > BULK_MAX:
            raise Invalid(problems=[FieldProblem("", "too_many", noop("At most 1,000 items at once."))])
        operation = self.operation()
        results = []
        for index, item in enumerate(items):
            try:
                results.append(
                    {"index": index, "status": 200, "body": one(item, part_of(operation, str(index)))}
                )
            except DomainError as error:
                results.append({"index": index, "status": error.status, "problem": problem(error)})
        return Response({"results": results}, status=207)


_shapes = threading.local()


def _shape(serializer: type[Serializer[Any]], many: bool) -> Any:  # noqa: FBT001 - a key
    """The thread's serializer of an input: validating leaves nothing in it, making it copies every field."""
    made = _shapes.__dict__
    key = f"{serializer.__module__}.{serializer.__qualname__} {many}"
    if key not in made:
        made[key] = serializer(many=many)
    return made[key]


def tagged(rendered: Mapping[str, Any], version: int, status: int = 200) -> Response:
    """One record with its `ETag`, for `If-Match` on the next edit."""
    return Response(rendered, status=status, headers={"ETag": f'"{version}"'})
