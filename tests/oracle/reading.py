"""Reads the files of an edition for the oracle: steps, flows, forms, tables, start rules and duties, with no part of
the engine (docs/content.md says what the files mean)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import yaml
from lxml import etree

from tests.oracle.duties import Duty
from tests.oracle.language import Act, Condition, acts_of, said

_TRUTH = re.compile("(?:true|false)$")
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CARE = "{urn:isange:care:1}"
_STEPS = {
    *("startEvent", "endEvent", "userTask", "businessRuleTask", "callActivity", "subProcess"),
    *("exclusiveGateway", "parallelGateway", "intermediateCatchEvent", "boundaryEvent"),
}

Answers = tuple[tuple[str, Any], ...]
"""(fact, value) in the order of the form; what was left out is not there."""


@dataclass
class Flow:
    id: str
    target: str
    guard: Condition | None
    default: bool


@dataclass
class Step:
    """`level` is the process or sub-process that the step stands in; `inner` the one that it runs."""

    id: str
    kind: str
    level: str
    acts: tuple[Act, ...] = ()
    requires: Condition | None = None
    form: str = ""
    table: str = ""
    inner: str = ""
    condition: Condition | None = None
    timer: bool = False
    host: str = ""
    interrupting: bool = True
    out: list[Flow] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    boundaries: list[Step] = field(default_factory=list)

    @property
    def is_end(self) -> bool:
        return self.kind in ("endEvent", "terminate")


@dataclass
class Start:
    process: str
    when: Condition
    cancel_when: Condition | None
    again: str


@dataclass
class Rows:
    """A decision table: for each row the conditions, by column any of several, and what it decides."""

    output: str
    rows: list[tuple[list[list[Condition]], str | None]]


@dataclass
class Desk:
    """A door or a form of any time: what may be answered, when, and what it does."""

    answers: list[Answers]
    acts: tuple[Act, ...]
    when: Condition | None


class Content:
    """All that the oracle knows of one edition."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        rules = [_yaml(data) for path, data in sorted(files.items()) if path.startswith("rules/")]
        manifest = next(_yaml(data) for path, data in files.items() if path.endswith(".yaml") and "pathways/" in path)
        self.main: str = manifest["main"]
        chosen = [fact for fact in _all(rules, "facts") if fact["type"] in ("choice", "boolean")]
        self.facts = {fact["id"]: fact.get("values") or [True, False] for fact in chosen}
        self.tables = {table["id"]: _table(table) for table in _all(rules, "tables")}
        self.starts = [_start(rule) for rule in _all(rules, "starts")]
        self.duties = [Duty.read(duty) for duty in _all(rules, "duties")]
        self.forms: dict[str, list[Answers]] = {}
        self.asked: set[str] = set()
        for path, data in sorted(files.items()):
            if path.startswith("forms/"):
                schema = json.loads(data)["schema"]
                self.asked |= set(schema["properties"])
                self.forms[path[len("forms/") : -len(".json")]] = list(_possible(schema))
        self.doors = {door["id"]: self._desk(door) for door in manifest["doors"]}
        self.anytime = {form["id"]: self._desk(form) for form in manifest.get("anytime") or []}
        self.steps: dict[str, Step] = {}
        self.first: dict[str, str] = {}
        for process in manifest["processes"]:
            root = etree.fromstring(files[f"pathways/{process['file']}"])
            self._level(root.find(f"{_BPMN}process"), process["id"])
        self.processes = [process["id"] for process in manifest["processes"]]
        self.places = {id: place for place, id in enumerate(self.steps)}
        self._connect()
        self.read_names = self._read_names()
        self.acts_read = {name.removeprefix("act.") for name in self.read_names if name.startswith("act.")}
        self.heard: dict[Any, Any] = {}
        """What the duties heard when this was known: the same is heard again and again."""

    def _desk(self, entry: Any) -> Desk:
        when = said(entry["when"]) if "when" in entry else None
        return Desk(self.forms[entry["form"]], acts_of(entry.get("acts")), when)

    def _level(self, node: Any, level: str) -> None:
        flows = []
        for item in node:
            name = item.tag.removeprefix(_BPMN)
            if name in _STEPS:
                step = self.steps[item.get("id")] = _step(item, name, level)
                if step.kind == "startEvent":
                    self.first[level] = step.id
                if step.kind == "subProcess":
                    self._level(item, step.id)
            elif name == "sequenceFlow":
                flows.append(item)
        for item in flows:
            source = self.steps[item.get("sourceRef")]
            guard = item.find(f"{_BPMN}conditionExpression")
            default = node.find(f"*[@id='{source.id}']").get("default") == item.get("id")
            condition = None if guard is None else said(guard.text)
            source.out.append(Flow(item.get("id"), item.get("targetRef"), condition, default))

    def _connect(self) -> None:
        for step in self.steps.values():
            for flow in step.out:
                self.steps[flow.target].sources.append(step.id)
            if step.host:
                self.steps[step.host].boundaries.append(step)

    def _read_names(self) -> set[str]:
        """Every name that a condition of the edition reads."""
        found: list[Condition | None] = []
        for step in self.steps.values():
            found += [step.requires, step.condition, *(flow.guard for flow in step.out)]
            found += [act.when for act in step.acts]
        for start in self.starts:
            found += [start.when, start.cancel_when]
        for desk in (*self.doors.values(), *self.anytime.values()):
            found += [desk.when, *(act.when for act in desk.acts)]
        for table in self.tables.values():
            found += [cell for cells, _ in table.rows for column in cells for cell in column]
        for duty in self.duties:
            found += duty.conditions
        return {name for condition in found if condition is not None for name in condition.names}


def _yaml(data: bytes) -> Any:
    """Only `true` and `false` are booleans: yes and no are text (docs/content.md 3)."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, how) for tag, how in resolvers if not tag.endswith((":bool", ":timestamp"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _TRUTH, list("tf"))
    return yaml.load(data, Loader)  # noqa: S506  # a safe loader, with fewer words


def _all(rules: list[Any], key: str) -> list[Any]:
    return [item for part in rules for item in part.get(key) or []]


def _step(node: Any, name: str, level: str) -> Step:
    timer = node.find(f"{_BPMN}timerEventDefinition") is not None
    condition = node.find(f"{_BPMN}conditionalEventDefinition/{_BPMN}condition")
    requires = node.get(f"{_CARE}requires")
    terminates = node.find(f"{_BPMN}terminateEventDefinition") is not None
    return Step(
        id=node.get("id"),
        kind="terminate" if terminates else name,
        level=level,
        acts=acts_of(node.get(f"{_CARE}acts")),
        requires=said(requires) if requires else None,
        form=node.get(f"{_CARE}form", ""),
        table=node.get(f"{_CARE}table", ""),
        inner=node.get("id") if name == "subProcess" else node.get("calledElement", ""),
        condition=None if condition is None else said(condition.text),
        timer=timer,
        host=node.get("attachedToRef", ""),
        interrupting=node.get("cancelActivity") != "false",
    )


def _start(rule: Any) -> Start:
    cancel = rule.get("cancel_when")
    return Start(rule["process"], said(rule["when"]), said(cancel) if cancel else None, rule.get("again", ""))


def _table(table: Any) -> Rows:
    rows = []
    for row in table["rows"]:
        cells = [
            [said(f"{name} {text}") for text in (cell if isinstance(cell, list) else [cell])]
            for name, cell in row["when"].items()
        ]
        rows.append((cells, None if row["then"] == "unset" else row["then"]))
    return Rows(table["output"], rows)


def _possible(schema: Any) -> list[Answers]:
    """Every combination of answers that the form takes: a question that is required only after another answer is
    shown only then, so it is answered then and at no other time."""
    needed = set(schema.get("required", ()))
    rule = schema.get("if")
    asked_after = set(schema["then"]["required"]) if rule else set()
    domains = []
    for name, shape in schema["properties"].items():
        values = list(shape.get("enum", (True, False)))
        domains.append(([] if name in needed else [(name, None)]) + [(name, value) for value in values])
    found = []
    for combination in product(*domains):
        answers = dict(combination)
        asks = rule and all(answers[name] == test["const"] for name, test in rule["properties"].items())
        if rule and any((answers[name] is not None) != bool(asks) for name in asked_after):
            continue
        found.append(tuple((name, value) for name, value in combination if value is not None))
    return found
