"""Reads feature files into drills: one drill a scenario, or a row of a scenario outline's examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gherkin.errors import (
    AstBuilderException,
    CompositeParserException,
    NoSuchLanguageException,
    ParserException,
)
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from engine.drills.problems import Unreadable
from engine.drills.registry import Kind, Table
from engine.reading import complaints
from engine.reading.complaints import one_of, quoted, shown
from engine.reading.text import decode

MAX_BYTES = 64 * 1024
LONGEST_STEP = 500
OF_A_DUTY = "@duty:"
"""How a tag begins that names a duty which the drill rehearses."""
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
    """One scenario to be played. `line` is where the scenario (or its row of examples) stands; `duties` are those that
    its tags name, each with the line of the tag."""

    file: str
    line: int
    name: str
    tags: tuple[str, ...]
    steps: tuple[DrillStep, ...]
    duties: tuple[tuple[str, int], ...] = ()


def find_features(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The feature files that are named or lie in a named folder, sorted. Raises Unreadable."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(file for file in path.rglob("*.feature") if file.is_file())
        elif path.is_file():
            found.add(path)
        else:
            raise Unreadable(str(path), 0, "Expected a feature file or a folder, but there is none")
    if not found:
        raise Unreadable(" ".join(map(str, paths)), 0, "Expected at least one file that ends in .feature")
    return tuple(sorted(found))


def text_of(file: str, data: bytes) -> str:
    """A feature file's text. Raises Unreadable when it is too large or not plain UTF-8."""
    try:
        return decode(data, MAX_BYTES)
    except complaints.Unreadable as error:
        raise Unreadable(file, error.line, error.message) from error


def read_feature(file: str, text: str) -> tuple[Drill, ...]:
    """The drills of one feature file. Raises Unreadable naming the line."""
    try:
        document = cast(dict[str, Any], Parser().parse(text))
    except CompositeParserException as error:
        first = cast(ParserException, error.errors[0])
        raise Unreadable(file, first.location["line"], _in_words(first)) from error
    _refuse_what_plays_nothing(file, document)
    lines = _lines(document)
    compiled = Compiler().compile(cast(Any, document | {"uri": file}))
    drills = tuple(_drill(file, pickle, lines) for pickle in compiled)
    _refuse_what_proves_nothing(file, document)
    return drills


def _drill(file: str, pickle: Mapping[str, Any], lines: Mapping[str, int]) -> Drill:
    return Drill(
        file=file,
        line=pickle["location"]["line"],
        name=pickle["name"],
        tags=tuple(tag["name"] for tag in pickle["tags"]),
        steps=tuple(_step(file, step, lines[step["astNodeIds"][0]]) for step in pickle["steps"]),
        duties=tuple(
            (tag["name"].removeprefix(OF_A_DUTY), lines[tag["astNodeId"]])
            for tag in pickle["tags"]
            if tag["name"].startswith(OF_A_DUTY)
        ),
    )


def _step(file: str, step: Mapping[str, Any], line: int) -> DrillStep:
    kind = _KINDS.get(step["type"])
    if kind is None:
        raise Unreadable(file, line, "Expected the step to begin with Given, When, Then, And or But")
    if len(step["text"]) > LONGEST_STEP:
        raise Unreadable(file, line, f"Expected a step of at most {LONGEST_STEP} characters")
    argument = step.get("argument", {})
    if "docString" in argument:
        raise Unreadable(file, line, "Expected a step in one line; a text in triple quotes is not read")
    rows = argument.get("dataTable", {}).get("rows", [])
    table = tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows)
    return DrillStep(line, kind, step["text"], table[1:] if rows else None)


def _lines(document: Mapping[str, Any]) -> dict[str, int]:
    """Node id -> line of every step and tag; what is compiled only keeps the ids."""
    return {node["id"]: node["location"]["line"] for node in _nodes(document) if "id" in node}


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _refuse_what_plays_nothing(file: str, document: Mapping[str, Any]) -> None:
    """A file, scenario or outline that plays nothing would pass unnoticed."""
    scenarios = _scenarios(document)
    if not scenarios:
        line = (document.get("feature") or {"location": {"line": 1}})["location"]["line"]
        raise Unreadable(file, line, "Expected at least one Scenario: under the Feature:, but found none")
    for scenario in scenarios:
        line, rows = scenario["location"]["line"], [row for part in scenario["examples"] for row in part["tableBody"]]
        if not scenario["steps"]:
            raise Unreadable(file, line, "Expected steps (Given, When, Then) under the scenario, but found none")
        if not rows and (scenario["examples"] or "Outline" in scenario["keyword"]):
            raise Unreadable(file, line, "Expected rows under Examples:, for an outline is played once for each row")


def _refuse_what_proves_nothing(file: str, document: Mapping[str, Any]) -> None:
    """A scenario that says nothing of what must be so would pass whatever the content does."""
    for scenario in _scenarios(document):
        if all(step["keywordType"] != "Outcome" for step in scenario["steps"]):
            why = "Expected a Then under the scenario: without what must be so, it proves nothing"
            raise Unreadable(file, scenario["location"]["line"], why)


def _scenarios(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [node for node in _nodes(document) if "examples" in node]


_WORDS: Mapping[str, str] = {
    "FeatureLine": "Feature:",
    "BackgroundLine": "Background:",
    "ScenarioLine": "Scenario:",
    "ExamplesLine": "Examples:",
    "RuleLine": "Rule:",
    "StepLine": "a step (Given, When, Then, And, But)",
    "TableRow": "a row of a table",
    "TagLine": "a tag",
    "DocStringSeparator": "three quotes",
    "EOF": "the end",
}
_UNEXPECTED = re.compile(r"expected: (?P<names>#\w+(?:, #\w+)*)(?:, got '(?P<found>.*)')?", re.DOTALL)
"""What may stand on a line, as the parser calls it -> as people do; remarks and empty lines may stand anywhere."""


def _in_words(error: ParserException) -> str:
    """A parser's complaint as a trainer understands it, without the position that it repeats in front."""
    unexpected = _UNEXPECTED.search(str(error))
    if unexpected:
        names = unexpected["names"].replace("#", "").split(", ")
        found = "the end of the file" if unexpected["found"] is None else quoted(unexpected["found"].strip())
        return f"Expected {one_of(_WORDS[name] for name in names if name in _WORDS)}, but found {found}"
    if isinstance(error, NoSuchLanguageException):
        return "Drills are written in English: remove the line that begins with # language:"
    if isinstance(error, AstBuilderException):
        return "Expected as many cells in each row as in the first row of the table"
    return shown(str(error).partition("): ")[2] or str(error))
