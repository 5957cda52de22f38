"""Writes small editions as their authors would, file by file: what the generator of pathways puts its parts into."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:care="urn:isange:care:1" '
    'id="definitions" targetNamespace="urn:isange">\n'
)
SOURCE = "{cite: House rule, status: unverified}"


def words(text: str) -> str:
    """A text in every language."""
    return "{" + ", ".join(f"{language}: {text}" for language in ("en", "fr", "rw")) + "}"


@dataclass
class Node:
    id: str
    kind: str
    parent: str
    attributes: Mapping[str, str]
    inside: str = ""


@dataclass
class Way:
    """A sequence flow; `default` marks the way that a gateway takes when no guard is true."""

    source: str
    target: str
    parent: str
    guard: str = ""
    default: bool = False


@dataclass
class Drawing:
    """One diagram while it is being drawn."""

    key: str
    nodes: list[Node] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    def node(self, kind: str, parent: str, inside: str = "", **attributes: str) -> str:
        """Draws a step, gives its id. `inside` is what stands within it."""
        id = f"{self.key}_{len(self.nodes) + 1}"
        self.nodes.append(Node(id, kind, parent, attributes, inside))
        return id

    def written(self) -> bytes:
        lanes = "".join(
            f"<bpmn:flowNodeRef>{node.id}</bpmn:flowNodeRef>"
            for node in self.nodes
            if not node.parent and node.kind != "boundaryEvent"
        )
        return (
            f'{HEAD}<bpmn:collaboration id="{self.key}_room"><bpmn:participant id="{self.key}_pool" name="Centre" '
            f'processRef="{self.key}" /></bpmn:collaboration>\n<bpmn:process id="{self.key}" isExecutable="true">\n'
            f'<bpmn:laneSet id="{self.key}_lanes"><bpmn:lane id="{self.key}_lane" name="Staff">{lanes}</bpmn:lane>'
            f"</bpmn:laneSet>\n{self._level('')}</bpmn:process>\n</bpmn:definitions>\n"
        ).encode()

    def _level(self, parent: str) -> str:
        numbered = [(f"{self.key}_way_{number}", way) for number, way in enumerate(self.ways, 1)]
        lines = []
        for node in (node for node in self.nodes if node.parent == parent):
            default = [id for id, way in numbered if way.source == node.id and way.default]
            attributes = {"id": node.id, **({"default": default[0]} if default else {}), **node.attributes}
            written = " ".join(f"{name.replace('__', ':')}={quoteattr(value)}" for name, value in attributes.items())
            inside = node.inside + (self._level(node.id) if node.kind == "subProcess" else "")
            lines.append(f"<bpmn:{node.kind} {written}>{inside}</bpmn:{node.kind}>\n")
        for id, way in numbered:
            if way.parent == parent:
                guard = f"<bpmn:conditionExpression>{way.guard}</bpmn:conditionExpression>" if way.guard else ""
                ends = f'sourceRef="{way.source}" targetRef="{way.target}"'
                lines.append(f'<bpmn:sequenceFlow id="{id}" {ends}>{guard}</bpmn:sequenceFlow>\n')
        return "".join(lines)


def timer(id: str, parameter: str) -> str:
    return f'<bpmn:timerEventDefinition id="{id}"><bpmn:timeDuration>{parameter}</bpmn:timeDuration></bpmn:timerEventDefinition>'


def condition(id: str, text: str) -> str:
    return f'<bpmn:conditionalEventDefinition id="{id}"><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>'


def form(asked: Mapping[str, Sequence[Any]], required: Iterable[str], after: tuple[str, Any, str] | None) -> bytes:
    """A form that asks facts; `after` is (fact, answer, fact): the second is asked and required after that answer."""
    properties: dict[str, Any] = {}
    texts = {"title": "A form", "submit": "Record"}
    elements = []
    for name, values in asked.items():
        boolean = isinstance(values[0], bool)
        properties[name] = {"type": "boolean"} if boolean else {"type": "string", "enum": list(values)}
        texts |= {name: name, **({} if boolean else {f"{name}.{value}": str(value) for value in values})}
        control: dict[str, Any] = {"type": "Control", "scope": f"#/properties/{name}"}
        if after and after[2] == name:
            asking = {"scope": f"#/properties/{after[0]}", "schema": {"const": after[1]}}
            control["rule"] = {"effect": "SHOW", "condition": asking}
        elements.append(control)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": sorted(required),
    }
    if after:
        schema["if"] = {"properties": {after[0]: {"const": after[1]}}, "required": [after[0]]}
        schema["then"] = {"required": [after[2]]}
    whole = {
        "schema": schema,
        "uischema": {"type": "VerticalLayout", "elements": elements},
        "texts": dict.fromkeys(("en", "fr", "rw"), texts),
    }
    return json.dumps(whole, indent=1).encode()


def fact(name: str, values: Sequence[Any], titled: bool = False) -> str:
    """A choice, or yes or no; `titled` when no form names its values."""
    if isinstance(values[0], bool):
        return f"- {{id: {name}, title: {words(name)}, type: boolean, group: care}}\n"
    titles = ", ".join(f"{value}: {words(value)}" for value in values)
    more = f", value_titles: {{{titles}}}" if titled else ""
    listed = ", ".join(values)
    return f"- {{id: {name}, title: {words(name)}, type: choice, values: [{listed}], group: care{more}}}\n"


def parameter(name: str, hours: int) -> str:
    return (
        f"- id: {name}\n  title: {words(name)}\n  unit: hours\n  as_of: now\n  values:\n"
        f"  - {{from: 2018-09-01, value: {hours}, cite: House rule, status: unverified}}\n"
    )


def table(output: str, inputs: Iterable[str], rows: Iterable[tuple[Mapping[str, str], str]]) -> str:
    text = f"- id: {output}\n  title: {words(output)}\n  inputs: [{', '.join(inputs)}]\n  output: {output}\n  source: {SOURCE}\n  rows:\n"
    for cells, then in rows:
        when = ", ".join(f'{name}: "{cell}"' for name, cell in cells.items())
        text += f"  - when: {{{when}}}\n    then: {then}\n    because: {words('so')}\n"
    return text


def duty(id: str, says: Mapping[str, Any]) -> str:
    text = f"- id: {id}\n  title: {words(id)}\n  kind: law\n  severity: record\n  holder: staff\n  source: {SOURCE}\n"
    for key, value in says.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text += f"  {key}:\n" + "".join(f"  - {json.dumps(one)}\n" for one in value)
        else:
            text += f"  {key}: {json.dumps(value)}\n"
    return text


def start(process: str, when: str, cancel_when: str, again: str) -> str:
    text = f'- process: {process}\n  scope: case\n  when: "{when}"\n  because: {words("chosen")}\n  source: {SOURCE}\n'
    return (
        text + (f'  cancel_when: "{cancel_when}"\n' if cancel_when else "") + (f"  again: {again}\n" if again else "")
    )


def entry(id: str, form: str, acts: str, when: str = "") -> str:
    """A door, or a form of any time."""
    more = (f', acts: "{acts}"' if acts else "") + (f', when: "{when}"' if when else "")
    return f"- {{id: {id}, title: {words(id)}, form: {form}, roles: [staff]{more}}}\n"


ROLES = (
    f"groups:\n- {{id: care, title: {words('care')}}}\nroles:\n"
    f"- {{id: staff, title: {words('staff')}, sees: [care], may: [case.open, case.read, task.work, facts.record, fact.correct]}}\n"
)


def manifest(main: str, keys: Iterable[str], doors: str, anytime: str) -> str:
    processes = "".join(f"- {{id: {key}, file: bpmn/{key}.bpmn, title: {words(key)}}}\n" for key in keys)
    return (
        f"id: small\ntitle: {words('small')}\nowner: Nobody\nmain: {main}\nlanes: {{Staff: staff}}\n"
        f"doors:\n{doors}processes:\n{processes}" + (f"anytime:\n{anytime}" if anytime else "")
    )
