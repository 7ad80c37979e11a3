"""The category tree as values: order, depth, paths, and who lies below whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tenant_apps.catalog.rules.goods import SEPARATOR


@dataclass(frozen=True, slots=True)
class Leaf:
    """A stored category, as far as the tree needs it."""

    id: int
    public_id: str
    parent_id: int | None
    name: str
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class Node:
    """A category in its place: depth from 0, path of names, ids from the root to itself."""

    leaf: Leaf
    depth: int
    path: str
    line: tuple[int, ...]


class Tree:
    """All categories in the order people see them. Built from one query."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self._children: dict[int | None, list[Leaf]] = {}
        for leaf in sorted(leaves, key=lambda one: (one.position, one.id)):
            self._children.setdefault(leaf.parent_id, []).append(leaf)
        self.nodes = list(self._walk(None, 0, (), ()))
        self.by_id = {node.leaf.id: node for node in self.nodes}
        self.by_path = {node.path: node for node in self.nodes}
        self.by_public_id = {node.leaf.public_id: node for node in self.nodes}

    def _walk(
        self, parent: int | None, depth: int, names: tuple[str, ...], line: tuple[int, ...]
    ) -> Iterator[Node]:
        for leaf in self._children.get(parent, ()):
            path = (*names, leaf.name)
            yield Node(leaf, depth, SEPARATOR.join(path), (*line, leaf.id))
            yield from self._walk(leaf.id, depth + 1, path, (*line, leaf.id))

    def path_of(self, category_id: int | None) -> str:
        """`Drinks/Water`, or nothing for goods without category."""
        node = self.by_id.get(category_id) if category_id is not None else None
        return node.path if node else ""

    def below(self, category_id: int) -> list[int]:
        """The ids of a category and everything under it."""
        return [node.leaf.id for node in self.nodes if category_id in node.line]

    def height(self, category_id: int) -> int:
        """How many levels a category and everything under it take."""
        own = self.by_id[category_id].depth
        return max(node.depth for node in self.nodes if category_id in node.line) - own + 1

    def siblings(self, parent_id: int | None) -> list[Leaf]:
        """The categories below one, in their order."""
        return list(self._children.get(parent_id, ()))


def path_parts(path: str) -> list[str]:
    """The names of a typed path, without blanks around them: ` A / B ` gives A and B."""
    return [part.strip() for part in path.split(SEPARATOR)]
