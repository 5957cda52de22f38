"""Draws small diagrams as values, so that tests of the flow read as the picture they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import expressions
from engine.flow import FlowError
from engine.library import Diagram, Drawing, Element, Flow, Library, Pathway, Where

HERE = Where("test.bpmn")
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def step(id: str, kind: str, **more: Any) -> Element:
    condition = more.pop("condition", None)
    return Element(
        id=id,
        kind=kind,  # type: ignore[arg-type]
        name=id,
        lane=more.pop("lane", "L"),
        parent=more.pop("parent", ""),
        where=HERE,
        condition=expressions.parse(condition) if condition else None,
        **more,
    )


def diagram(key: str, steps: list[Element], ways: str) -> Diagram:
    """`ways` is lines such as `a -> b`, `g -> b when x == 'yes'`, `g -> c otherwise`."""
    flows = {}
    for number, line in enumerate(line.strip() for line in ways.strip().splitlines()):
        pair, _, guard = line.partition(" when ")
        pair, otherwise, _ = pair.partition(" otherwise")
        source, target = (part.strip() for part in pair.split("->"))
        condition = expressions.parse(guard) if guard else None
        id = f"{key}_f{number}"
        flows[id] = Flow(id, source, target, "", condition, bool(otherwise), HERE)
    return Diagram(
        key=key,
        title={"en": key},
        file="test.bpmn",
        elements={element.id: element for element in steps},
        flows=flows,
        lanes={},
        annotations=(),
        drawing=Drawing({}, {}),
        xml=b"",
        where=HERE,
    )


def library(*diagrams: Diagram) -> Library:
    pathway = Pathway(
        id="test",
        title={"en": "test"},
        owner="",
        main=diagrams[0].key,
        lanes={"L": "l"},
        doors={},
        anytime={},
        diagrams={one.key: one for one in diagrams},
        names={},
        unreviewed=frozenset(),
        where=HERE,
    )
    empty: dict[str, Any] = {}
    return Library(
        digest="test", jurisdiction="test", pathway=pathway, forms=empty, parameters=empty, facts=empty,
        groups=empty, roles=empty, acts=empty, derived=empty, tables=empty, duties=empty, clocks=empty,
        starts=(), schedules=empty, files=empty,
    )  # fmt: skip


class World:
    """A case's facts, as a flow sees them, with a clock that the test moves."""

    def __init__(self, facts: Mapping[str, Any] | None = None) -> None:
        self.facts: dict[str, Any] = dict(facts or {})
        self.now = START
        self.walked: list[str] = []

    def evaluate(self, condition: expressions.Expression) -> bool | None:
        return expressions.evaluate(condition, self.facts.get)

    def due(self, element: Element) -> datetime:
        value = self.facts.get(str(element.timer))
        if value is None:
            raise FlowError("timer_unknown", element.id, "not known")
        return value if isinstance(value, datetime) else self.now + timedelta(hours=value)

    def decide(self, element: Element) -> None:
        self.facts[str(element.table)] = "decided"

    def passed(self, element: Element) -> None:
        self.walked.append(element.id)

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
