"""The house profile: which BPMN elements and attributes may stand where; everything else is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from engine.reading.complaints import Notes, one_of, quoted
from engine.reading.xml_hardened import line_of

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
CARE: Final = "urn:isange:care:1"

_PREFIXES: Final = {BPMN: "bpmn", BPMNDI: "bpmndi", DC: "dc", DI: "di", XSI: "xsi", CARE: "care"}


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What one element may have: attributes (ours with `care:`), children, and words of its own."""

    attributes: frozenset[str]
    children: frozenset[str]
    words: bool = False


def _allow(attributes: str = "", children: str = "", words: bool = False) -> _Allowed:
    return _Allowed(frozenset(attributes.split()), frozenset(children.split()), words)


_READING: Final = "textAnnotation association documentation"
_NODES: Final = (
    "startEvent endEvent userTask businessRuleTask callActivity subProcess exclusiveGateway parallelGateway "
    "intermediateCatchEvent boundaryEvent"
)
_LEVEL: Final = f"{_NODES} sequenceFlow {_READING} dataObject dataObjectReference"
_STEP: Final = "documentation incoming outgoing"

PROFILE: Final[Mapping[str, _Allowed]] = {
    "definitions": _allow("id name targetNamespace exporter exporterVersion", "collaboration process BPMNDiagram"),
    "collaboration": _allow("id name", f"participant {_READING}"),
    "participant": _allow("id name processRef", "documentation"),
    "process": _allow("id name isExecutable", f"laneSet {_LEVEL}"),
    "laneSet": _allow("id name", "lane documentation"),
    "lane": _allow("id name", "flowNodeRef documentation"),
    "flowNodeRef": _allow(words=True),
    "incoming": _allow(words=True),
    "outgoing": _allow(words=True),
    "documentation": _allow("id textFormat", words=True),
    "textAnnotation": _allow("id textFormat", "text documentation"),
    "text": _allow(words=True),
    "association": _allow("id sourceRef targetRef associationDirection", "documentation"),
    "dataObject": _allow("id name", "documentation"),
    "dataObjectReference": _allow("id name dataObjectRef", "documentation"),
    "sequenceFlow": _allow("id name sourceRef targetRef", "conditionExpression documentation"),
    "conditionExpression": _allow("id xsi:type", words=True),
    "startEvent": _allow("id name", _STEP),
    "endEvent": _allow("id name care:acts", f"{_STEP} terminateEventDefinition"),
    "terminateEventDefinition": _allow("id"),
    "userTask": _allow("id name care:form care:acts care:requires care:due care:urgent", _STEP),
    "businessRuleTask": _allow("id name care:table", _STEP),
    "callActivity": _allow("id name calledElement", _STEP),
    "subProcess": _allow("id name triggeredByEvent", f"incoming outgoing {_LEVEL}"),
    "exclusiveGateway": _allow("id name default gatewayDirection", _STEP),
    "parallelGateway": _allow("id name gatewayDirection", _STEP),
    "intermediateCatchEvent": _allow("id name care:acts", f"{_STEP} timerEventDefinition conditionalEventDefinition"),
    "boundaryEvent": _allow(
        "id name attachedToRef cancelActivity care:acts", f"{_STEP} timerEventDefinition conditionalEventDefinition"
    ),
    "timerEventDefinition": _allow("id", "timeDuration timeDate"),
    "timeDuration": _allow("id xsi:type", words=True),
    "timeDate": _allow("id xsi:type", words=True),
    "conditionalEventDefinition": _allow("id", "condition"),
    "condition": _allow("id xsi:type", words=True),
    "BPMNDiagram": _allow("id name", "BPMNPlane"),
    "BPMNPlane": _allow("id bpmnElement", "BPMNShape BPMNEdge"),
    "BPMNShape": _allow("id bpmnElement isHorizontal isExpanded isMarkerVisible", "Bounds BPMNLabel"),
    "BPMNEdge": _allow("id bpmnElement", "waypoint BPMNLabel"),
    "BPMNLabel": _allow("id", "Bounds"),
    "Bounds": _allow("x y width height"),
    "waypoint": _allow("x y xsi:type"),
}
"""Local name -> what it may have. bpmn-js writes `gatewayDirection` and `triggeredByEvent="false"` of older files
back as they were; neither changes anything here."""

_NAMESPACES: Final = {
    **dict.fromkeys(PROFILE, BPMN),
    **dict.fromkeys(("BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge", "BPMNLabel"), BPMNDI),
    "Bounds": DC,
    "waypoint": DI,
}

_RULE_INSTEAD: Final = "let a start rule in rules/ start a process, or wait with a conditional event"
REFUSED: Final[Mapping[str, str]] = {
    "scriptTask": "diagrams hold no scripts: decide with a businessRuleTask and a table",
    "serviceTask": "diagrams call no services: act with care:acts on a userTask",
    "manualTask": "use a userTask with care:form",
    "task": "say what kind it is: userTask, businessRuleTask or callActivity",
    "sendTask": f"there are no messages: {_RULE_INSTEAD}",
    "receiveTask": f"there are no messages: {_RULE_INSTEAD}",
    "messageFlow": f"there are no messages: {_RULE_INSTEAD}",
    "messageEventDefinition": f"there are no messages: {_RULE_INSTEAD}",
    "message": f"there are no messages: {_RULE_INSTEAD}",
    "signal": f"there are no signals: {_RULE_INSTEAD}",
    "signalEventDefinition": f"there are no signals: {_RULE_INSTEAD}",
    "errorEventDefinition": "there are no errors: draw the way as a gateway or a boundary condition",
    "escalationEventDefinition": f"there are no escalations: {_RULE_INSTEAD}",
    "compensateEventDefinition": "there is no compensation: draw what has to be done",
    "cancelEventDefinition": "there are no transactions: draw what has to be done",
    "linkEventDefinition": "links are not followed: draw the flow",
    "intermediateThrowEvent": "nothing is thrown: perform acts with care:acts",
    "inclusiveGateway": "use exclusive gateways, or a process for each service, started by a rule",
    "eventBasedGateway": "use boundary events on a step instead",
    "complexGateway": "use exclusive and parallel gateways",
    "multiInstanceLoopCharacteristics": "a step is done once: let a schedule or a start rule open one process for each",
    "standardLoopCharacteristics": "draw the loop with an exclusive gateway",
    "transaction": "use a subProcess",
    "adHocSubProcess": "use processes started by rules",
    "childLaneSet": "lanes have no lanes within: one lane is one role",
    "timeCycle": "a timer fires once: use timeDuration, and a loop for rounds",
    "extensionElements": "extensions are not read: everything that runs is a care: attribute",
    "ioSpecification": "data flows through the case's facts, not through the diagram",
    "dataInputAssociation": "data objects are for reading: connect them with an association",
    "dataOutputAssociation": "data objects are for reading: connect them with an association",
    "dataStoreReference": "facts are kept with the case: use a textAnnotation to explain",
    "property": "facts are kept with the case, not in the diagram",
    "group": "use a textAnnotation",
}
"""What people coming from other engines draw, and what to do instead."""


def check_profile(root: etree._Element, notes: Notes) -> bool:
    """Notes every element, attribute and word that has no place in the profile; True when the root is BPMN."""
    if root.tag != f"{{{BPMN}}}definitions":
        notes.add(line_of(root), "", "not_bpmn", f"Expected bpmn:definitions, but found {label(root)}")
        return False
    _check_attributes(root, notes)
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        allowed = PROFILE[local(parent)]
        _check_words(parent, allowed, notes)
        for child in parent:
            if local(child) in allowed.children and namespace(child) == _NAMESPACES[local(child)]:
                _check_attributes(child, notes)
                waiting.append(child)
            else:
                _refuse(child, parent, allowed, notes)
    return True


def _refuse(child: etree._Element, parent: etree._Element, allowed: _Allowed, notes: Notes) -> None:
    name = local(child)
    if namespace(child) != _NAMESPACES.get(name, BPMN):
        why = "elements of other tools are not read: remove it"
    elif name in REFUSED:
        why = REFUSED[name]
    else:
        why = f"expected {one_of(allowed.children) if allowed.children else 'no element'}"
        why += f".{notes.did_you_mean(name, allowed.children)}" if allowed.children else ""
    message = f"{label(child)} is not allowed in {label(parent)}: {why}"
    notes.add(line_of(child), child.get("id") or owner(parent), "not_in_profile", message)


def _check_attributes(element: etree._Element, notes: Notes) -> None:
    allowed = PROFILE[local(element)].attributes
    for name in element.attrib:
        written = _named(str(name)).written
        if written in allowed:
            continue
        known = {attribute for attribute in allowed if attribute.startswith("care:") == written.startswith("care:")}
        expected = f"expected {one_of(known)}.{notes.did_you_mean(written, known)}" if known else "it has none of these"
        message = f'The attribute "{written}" is not allowed on {label(element)}: {expected}'
        notes.add(line_of(element), owner(element), "unknown_attribute", message)


def _check_words(element: etree._Element, allowed: _Allowed, notes: Notes) -> None:
    if allowed.words:
        return
    loose = [element.text, *[child.tail for child in element]]
    if any(words and words.strip() for words in loose):
        message = f"Loose words in {label(element)} are not read: put them in bpmn:documentation"
        notes.add(line_of(element), owner(element), "loose_words", message)


def local(element: etree._Element) -> str:
    return _named(str(element.tag)).local


def namespace(element: etree._Element) -> str:
    return _named(str(element.tag)).namespace


def label(element: etree._Element) -> str:
    """How an author knows the element: `bpmn:userTask`."""
    return _named(str(element.tag)).written


class _Tag(NamedTuple):
    """A name of XML: `written` is how an author writes it."""

    namespace: str
    local: str
    written: str


@lru_cache(maxsize=1024)
def _named(tag: str) -> _Tag:
    """A file has thousands of elements and attributes, but few names."""
    name = etree.QName(tag)
    if not name.namespace:
        return _Tag("", name.localname, name.localname)
    written = f"{_PREFIXES.get(name.namespace, quoted(name.namespace))}:{name.localname}"
    return _Tag(name.namespace, name.localname, written)


def owner(element: etree._Element | None) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    while element is not None:
        own = element.get("id")
        if own:
            return own
        element = element.getparent()
    return ""
