"""Every error of the API as a problem (RFC 9457): code, sentence, and one entry per wrong field."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from platform_core.commands import InFlight, StoredRefusal
from platform_core.db.unstorable import holds_nul
from platform_core.kernel.errors import DomainError, FieldProblem, NotFound, NotPermitted

log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"


def problem(error: DomainError) -> dict[str, Any]:
    """The body of a refusal."""
    problems: list[dict[str, Any]] = (
        error.stored_problems
        if isinstance(error, StoredRefusal)
        else [field_problem(p) for p in error.problems]
    )
    facts = {k: v for k, v in error.facts.items() if isinstance(v, (str, int, bool))}
    return body(error.status, error.code, str(error), problems, facts)


def body(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    facts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A problem in its one shape."""
    found: dict[str, Any] = {
        "type": f"/api/docs/errors#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }
    return {**found, "facts": facts} if facts else found


def field_problem(entry: FieldProblem) -> dict[str, Any]:
    """One wrong field: JSON pointer, code, sentence."""
    return {"pointer": entry.pointer, "code": entry.code, "message": str(entry)}


def describe_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problem to every operation of the API's description (a drf-spectacular hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["4XX"] = {
                "description": "Refused, and nothing was done: `code` names why (`/api/docs/errors`).",
                "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
    return result


_TEXT = {"type": "string"}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `facts` are the values in `detail`, where a program may want them.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "code"), _TEXT),
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "description": "One entry per wrong field: `pointer` says where, blank means all of it.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": dict.fromkeys(("pointer", "code", "message"), _TEXT),
            },
        },
        "facts": {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}},
    },
}


def to_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler."""
    headers: dict[str, str] = {}
    if isinstance(error, Http404):
        error = NotFound(noun="address")
    elif isinstance(error, PermissionDenied):
        error = NotPermitted(permission="")
    if isinstance(error, DomainError):
        if isinstance(error, InFlight):
            headers["Retry-After"] = "1"
        if isinstance(error, StoredRefusal):
            headers["Idempotent-Replayed"] = "true"
        found = problem(error)
    elif isinstance(error, exceptions.ValidationError):
        found = body(422, "invalid", "Some entries need a correction.", pointers(error.detail))
    elif isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        code = codes if isinstance(codes, str) else "invalid"
        found = body(error.status_code, code, str(error.detail))
        if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
            found["status"] = 401
    elif holds_nul(error):
        found = body(400, "malformed", "A text must not hold the character NUL.")
    else:
        return None
    return Response(found, status=found["status"], headers=headers, content_type=CONTENT_TYPE)


def pointers(detail: Any, path: str = "") -> list[dict[str, Any]]:
    """DRF's nested errors as a flat list of JSON pointers."""
    if isinstance(detail, dict):
        return [
            entry
            for key, value in detail.items()
            for entry in pointers(value, path if key == "non_field_errors" else f"{path}/{key}")
        ]
    if isinstance(detail, list):
        if detail and all(not isinstance(one, (dict, list)) for one in detail):
            return [
                {"pointer": path, "code": getattr(one, "code", "invalid"), "message": str(one)}
                for one in detail
            ]
        return [entry for i, one in enumerate(detail) for entry in pointers(one, f"{path}/{i}")]
    return [{"pointer": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}]
