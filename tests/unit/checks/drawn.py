"""Diagrams in a few words: `ask: user ask_age`, `ask -> old`, `old -> end when age < 18`, `old -> late otherwise`."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_STEP = re.compile(r"(\w+)(?: in (\w+))?(?: (on|beside) (\w+))?: (\w+)(?: ([^;]+))?(?:; (.*))?")


def drawn(text: str) -> str:
    """The BPMN body of a process. A step is `id [in subprocess] [on|beside host]: kind [what] [; attributes]`;
    `on` interrupts its host, `beside` does not; attributes are written as in the file."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    flows = [line for line in lines if "->" in line]
    steps = [match for line in lines if "->" not in line and (match := _STEP.fullmatch(line))]
    assert len(steps) + len(flows) == len(lines), "a line is neither a step nor a flow"
    home = {match[1]: match[2] or "" for match in steps}
    return _level("", steps, flows, home)


def _level(parent: str, steps: list[re.Match[str]], flows: list[str], home: dict[str, str]) -> str:
    inner = [match for match in steps if home[match[1]] == parent]
    parts = [
        _step(match, flows, _level(match[1], steps, flows, home) if match[5] == "subprocess" else "") for match in inner
    ]
    numbered = [(number, line) for number, line in enumerate(flows, 1) if home[line.split("->")[0].strip()] == parent]
    return "\n".join([*parts, *(_flow(number, line) for number, line in numbered)]) + "\n"


def _flow(number: int, line: str) -> str:
    pair, _, guard = line.partition(" when ")
    source, target = (part.strip() for part in pair.removesuffix(" otherwise").split("->"))
    inner = f"<bpmn:conditionExpression>{escape(guard)}</bpmn:conditionExpression>" if guard else ""
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


_SHAPES = {
    "start": "<bpmn:startEvent {attributes} />",
    "end": "<bpmn:endEvent {attributes} />",
    "terminate": '<bpmn:endEvent {attributes}><bpmn:terminateEventDefinition id="{id}_d" /></bpmn:endEvent>',
    "user": '<bpmn:userTask {attributes} care:form="{what}" />',
    "rule": '<bpmn:businessRuleTask {attributes} care:table="{what}" />',
    "call": '<bpmn:callActivity {attributes} calledElement="{what}" />',
    "subprocess": "<bpmn:subProcess {attributes}>{inside}</bpmn:subProcess>",
    "parallel": "<bpmn:parallelGateway {attributes} />",
    "exclusive": "<bpmn:exclusiveGateway {attributes}{default} />",
}


def _step(match: re.Match[str], flows: list[str], inside: str) -> str:
    id_, _, how, host, kind, what, more = match.groups()
    attributes = f'id="{id_}" {more or ""}'
    if how:
        attributes += f' attachedToRef="{host}"' + (' cancelActivity="false"' if how == "beside" else "")
        return f"<bpmn:boundaryEvent {attributes}>{_event(id_, kind, what)}</bpmn:boundaryEvent>"
    if kind not in _SHAPES:
        return f"<bpmn:intermediateCatchEvent {attributes}>{_event(id_, kind, what)}</bpmn:intermediateCatchEvent>"
    ways = [number for number, line in enumerate(flows, 1) if re.match(rf"{id_} -> \w+ otherwise", line)]
    default = f' default="f{ways[0]}"' if ways else ""
    return _SHAPES[kind].format(attributes=attributes, id=id_, what=what, inside=inside, default=default)


def _event(id_: str, kind: str, what: str) -> str:
    if kind == "conditional":
        condition = f"<bpmn:condition>{escape(what)}</bpmn:condition>"
        return (
            f"<bpmn:conditionalEventDefinition id={quoteattr(id_ + '_d')}>{condition}</bpmn:conditionalEventDefinition>"
        )
    tag = "timeDuration" if kind == "after" else "timeDate"
    return f'<bpmn:timerEventDefinition id="{id_}_d"><bpmn:{tag}>{what}</bpmn:{tag}></bpmn:timerEventDefinition>'
