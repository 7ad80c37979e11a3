"""Every address of a supplier's host, read from the resolver, with the names of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")


@dataclass(frozen=True)
class Route:
    """One address: its full name, its template (`/orders/{public_id}/`), its parameters."""

    name: str
    template: str
    parameters: tuple[str, ...]

    def path(self, values: dict[str, str]) -> str:
        """The address with its parameters filled in."""
        return self.template.format(**{name: values[name] for name in self.parameters})


def supplier_routes() -> list[Route]:
    """All of them, sorted by template."""
    found = _walk(get_resolver(settings.SUPPLIER_URLCONF), "/", "")
    return sorted(found, key=lambda route: (route.template, route.name))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        template, parameters = _template(entry)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            for route in _walk(entry, prefix + template, inner):
                yield Route(route.name, route.template, (*parameters, *route.parameters))
        else:
            assert isinstance(entry, URLPattern)
            yield Route(f"{namespace}{entry.name or ''}", prefix + template, parameters)


def _template(entry: URLPattern | URLResolver) -> tuple[str, tuple[str, ...]]:
    text = str(entry.pattern)
    if isinstance(entry.pattern, RegexPattern):
        names = tuple(match.group(1) for match in GROUP.finditer(text))
        text = GROUP.sub(lambda match: "{" + match.group(1) + "}", text)
        return re.sub(r"[\^$\\]|\\Z", "", text).replace("/?", "/"), names
    names = tuple(match.group("name") for match in PARAMETER.finditer(text))
    return PARAMETER.sub(lambda match: "{" + match.group("name") + "}", text), names
