"""Reads feature files into drills: one drill a scenario, or a row of a scenario outline's examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from engine.drills.problems import Unreadable
from engine.drills.registry import Kind, Table

_KINDS: Mapping[str, Kind] = {"Context": "given", "Action": "when", "Outcome": "then"}


@dataclass(frozen=True, slots=True)
class DrillStep:
    line: int
    kind: Kind
    text: str
    table: Table | None
    """Rows under the step, without the heading row; None when there is no table."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One scenario to be played. `line` is where the scenario (or its row of examples) stands."""

    file: str
    line: int
    name: str
    tags: tuple[str, ...]
    steps: tuple[DrillStep, ...]


def find_features(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The feature files that are named or lie in a named folder, sorted. Raises Unreadable."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(path.rglob("*.feature"))
        elif path.is_file():
            found.add(path)
        else:
            raise Unreadable(str(path), 0, "Expected a feature file or a folder, but there is none")
    if not found:
        raise Unreadable(" ".join(map(str, paths)), 0, "Expected at least one file that ends in .feature")
    return tuple(sorted(found))


def read_feature(file: str, text: str) -> tuple[Drill, ...]:
    """The drills of one feature file. Raises Unreadable naming the line."""
    try:
        document = cast(dict[str, Any], Parser().parse(text))
    except CompositeParserException as error:
        first = cast(ParserException, error.errors[0])
        raise Unreadable(file, first.location["line"], _in_words(str(first))) from error
    lines = _lines(document)
    return tuple(_drill(file, pickle, lines) for pickle in Compiler().compile(cast(Any, document | {"uri": file})))


def _drill(file: str, pickle: Mapping[str, Any], lines: Mapping[str, int]) -> Drill:
    return Drill(
        file=file,
        line=pickle["location"]["line"],
        name=pickle["name"],
        tags=tuple(tag["name"] for tag in pickle["tags"]),
        steps=tuple(_step(file, step, lines[step["astNodeIds"][0]]) for step in pickle["steps"]),
    )


def _step(file: str, step: Mapping[str, Any], line: int) -> DrillStep:
    kind = _KINDS.get(step["type"])
    if kind is None:
        raise Unreadable(file, line, "Expected the step to begin with Given, When, Then, And or But")
    argument = step.get("argument", {})
    if "docString" in argument:
        raise Unreadable(file, line, "Expected a step in one line; a text in triple quotes is not read")
    rows = argument.get("dataTable", {}).get("rows", [])
    table = tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows)
    return DrillStep(line, kind, step["text"], table[1:] if rows else None)


def _lines(document: Mapping[str, Any]) -> dict[str, int]:
    """Node id -> line of every step; the compiled steps only keep the ids."""
    return {node["id"]: node["location"]["line"] for node in _nodes(document) if "keywordType" in node}


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _in_words(message: str) -> str:
    """A parser's complaint without the position that it repeats in front: `(5:3): expected: ...`."""
    return message.partition("): ")[2] or message
