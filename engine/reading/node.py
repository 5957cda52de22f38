"""A value of a YAML or JSON file together with the line it starts on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Scalar = str | int | float | bool | None

MAX_BYTES = 256 * 1024
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Node:
    """`value` is a scalar, a list of nodes, or a mapping of nodes; `line` is 1-based."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int

    @property
    def what(self) -> str:
        """What kind of value this is, in words."""
        match self.value:
            case None:
                return "nothing"
            case bool():
                return "true" if self.value else "false"
            case int() | float():
                return f"the number {self.value}"
            case str():
                return "a text"
            case list():
                return "a list"
            case _:
                return "a mapping"

    def plain(self) -> Any:
        """The value without lines, as `json.loads` would give it."""
        match self.value:
            case list(items):
                return [item.plain() for item in items]
            case dict(entries):
                return {key: item.plain() for key, item in entries.items()}
            case _:
                return self.value

    def walk(self) -> Iterator[Node]:
        """This node and everything below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node.value, list):
                waiting += reversed(node.value)
            elif isinstance(node.value, dict):
                waiting += reversed(node.value.values())
