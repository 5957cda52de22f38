"""Reads the steps and flows of a process, through all its sub-processes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, TypeVar

from lxml import etree

from engine.expressions import ActText, Expression, ExpressionError, parse, parse_acts
from engine.library import Element, ElementKind, Flow
from engine.reading.complaints import Notes, one_of, quoted
from engine.reading.fields import WORD, expression_problem
from engine.reading.profile import BPMN, CARE, label, local
from engine.reading.xml_hardened import line_of

MAX_STEPS: Final = 2_000
LONGEST_NAME: Final = 200

Item = TypeVar("Item")

_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_KINDS: Final[dict[str, ElementKind]] = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "user",
    "businessRuleTask": "rule",
    "callActivity": "call",
    "subProcess": "subprocess",
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
}
_FLOW_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")


class Steps:
    """Elements and flows by id, of all levels, and the default flow that each gateway names."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.defaults: dict[str, str] = {}
        self.listed: list[tuple[etree._Element, str]] = []
        """(the incoming or outgoing node, the step that lists it), to compare with the flows."""

    def read(self, process: etree._Element) -> None:
        self._level(process, "")
        self.flows = {id: self._with_default(flow) for id, flow in self.flows.items()}
        if len(self.elements) > MAX_STEPS:
            message = f"Expected at most {MAX_STEPS} steps in a process, but found {len(self.elements)}"
            self.notes.add(line_of(process), process.get("id") or "", "too_large", message)

    def _level(self, container: etree._Element, parent: str) -> None:
        for node in container:
            name = local(node)
            if name == "sequenceFlow":
                flow = self._flow(node)
                self.flows.setdefault(flow.id, flow)
            elif name in _KINDS or name in ("intermediateCatchEvent", "boundaryEvent"):
                element = self._element(node, parent)
                self.elements.setdefault(element.id, element)
                if name == "subProcess":
                    self._level(node, element.id)

    def _with_default(self, flow: Flow) -> Flow:
        if self.defaults.get(flow.source) != flow.id:
            return flow
        return Flow(flow.id, flow.source, flow.target, flow.name, flow.condition, True, flow.where)

    def _flow(self, node: etree._Element) -> Flow:
        step = _Step(node, self.notes)
        id = step.id(_FLOW_ID)
        guard = node.find(f"{{{BPMN}}}conditionExpression")
        condition = None if guard is None else step.written_expression(guard)
        source, target = step.needed("sourceRef"), step.needed("targetRef")
        return Flow(id, source, target, step.name, condition, is_default=False, where=step.where)

    def _element(self, node: etree._Element, parent: str) -> Element:
        step = _Step(node, self.notes)
        id, name = step.id(WORD), local(node)
        self.listed += [(child, id) for child in node if local(child) in ("incoming", "outgoing")]
        if name == "exclusiveGateway" and node.get("default"):
            self.defaults[id] = node.get("default") or ""
        if name == "subProcess" and node.get("triggeredByEvent", "false") != "false":
            step.complain("not_in_profile", "An event sub-process is not allowed: use a process started by a rule")
        event = step.event()
        return Element(
            id=id,
            kind=_kind(name, event),
            name=step.name,
            lane="",
            parent=parent,
            where=step.where,
            form=step.care_word("form", needed=True) if name == "userTask" else None,
            acts=step.acts(),
            requires=step.care_expression("requires"),
            due=step.care_word("due"),
            urgent=step.care_truth("urgent"),
            table=step.care_word("table", needed=True) if name == "businessRuleTask" else None,
            called=step.needed("calledElement") if name == "callActivity" else None,
            timer=step.timer(event),
            timer_kind=_timer_kind(event),
            condition=step.awaited(event),
            attached_to=step.needed("attachedToRef") if name == "boundaryEvent" else None,
            interrupting=step.truth("cancelActivity", default=True),
        )


def _kind(name: str, event: etree._Element | None) -> ElementKind:
    if name == "endEvent":
        return "end" if event is None else "terminate"
    if name in _KINDS:
        return _KINDS[name]
    conditional = event is not None and local(event) == "conditionalEventDefinition"
    if name == "boundaryEvent":
        return "boundary_conditional" if conditional else "boundary_timer"
    return "conditional" if conditional else "timer"


def _timer_kind(event: etree._Element | None) -> Literal["duration", "date", ""]:
    if event is None or local(event) != "timerEventDefinition":
        return ""
    return "duration" if event.find(f"{{{BPMN}}}timeDuration") is not None else "date"


def name_of(node: etree._Element, notes: Notes) -> str:
    """The name that people read, in one line; a longer one than a screen has room for is noted."""
    name = " ".join((node.get("name") or "").split())
    if len(name) > LONGEST_NAME:
        message = f"Expected a name of at most {LONGEST_NAME} characters on {label(node)}, but found {quoted(name)}"
        notes.add(line_of(node), node.get("id") or "", "too_long", message)
    return name[:LONGEST_NAME]


class _Step:
    """One XML element, read attribute by attribute; slips are noted."""

    def __init__(self, node: etree._Element, notes: Notes) -> None:
        self.node = node
        self.notes = notes
        self.own = node.get("id") or ""
        self.where = notes.where(line_of(node), self.own)
        self.name = name_of(node, notes)

    def complain(self, code: str, message: str, node: etree._Element | None = None) -> None:
        self.notes.add(line_of(self.node if node is None else node), self.own, code, message)

    def id(self, pattern: re.Pattern[str]) -> str:
        if not pattern.fullmatch(self.own):
            expected = "a lower case id such as offer_pep" if pattern is WORD else "an id such as flow_to_end"
            self.complain("bad_id", f"Expected {expected} on {label(self.node)}, but found {quoted(self.own)}")
        return self.own

    def needed(self, attribute: str) -> str:
        value = (self.node.get(attribute) or "").strip()
        if not value:
            self.complain("missing_attribute", f"Expected {attribute} on {label(self.node)}, but it is missing")
        return value

    def truth(self, attribute: str, default: bool) -> bool:
        value = self.node.get(attribute)
        if value not in (None, "true", "false"):
            self.complain("shape", f'Expected {attribute}="true" or "false", but found {quoted(value)}')
        return default if value is None else value == "true"

    # our attributes

    def care(self, attribute: str) -> str | None:
        """The words of a `care:` attribute, or None; an empty one is noted."""
        value = self.node.get(f"{{{CARE}}}{attribute}")
        if value is not None and not value.strip():
            self.complain("shape", f"care:{attribute} is empty: write what it says, or remove it")
            return None
        return None if value is None else value.strip()

    def care_word(self, attribute: str, needed: bool = False) -> str | None:
        value = self.care(attribute)
        if value is None and needed:
            message = f"Expected care:{attribute} on {label(self.node)}, but it is missing"
            self.complain("missing_attribute", message)
        if value is not None and not WORD.fullmatch(value):
            self.complain("bad_id", f"Expected an id for care:{attribute}, but found {quoted(value)}")
        return value

    def care_truth(self, attribute: str) -> bool:
        value = self.care(attribute)
        if value not in (None, "true", "false"):
            self.complain("shape", f'Expected care:{attribute}="true" or "false", but found {quoted(value)}')
        return value == "true"

    def care_expression(self, attribute: str) -> Expression | None:
        value = self.care(attribute)
        return None if value is None else self._try(f"care:{attribute}", self.node, lambda: parse(value), None)

    def acts(self) -> tuple[ActText, ...]:
        value = self.care("acts")
        return () if value is None else self._try("care:acts", self.node, lambda: parse_acts(value), ())

    def _try(self, what: str, node: etree._Element, read: Callable[[], Item], instead: Item) -> Item:
        try:
            return read()
        except ExpressionError as error:
            self.complain("bad_expression", f"{expression_problem(error)}, in {what}", node)
            return instead

    # what events wait for

    def event(self) -> etree._Element | None:
        """The one event definition; catch and boundary events need one."""
        found = [child for child in self.node if local(child).endswith("EventDefinition")]
        waits = local(self.node) in ("intermediateCatchEvent", "boundaryEvent")
        if len(found) > 1 or (waits and not found):
            accepted = one_of(("timerEventDefinition", "conditionalEventDefinition"))
            accepted = accepted if waits else "no event definition or terminateEventDefinition"
            message = f"Expected {accepted} in {label(self.node)}, but found {len(found)} event definitions"
            self.complain("event_definition", message)
        return found[0] if found else None

    def timer(self, event: etree._Element | None) -> str | None:
        """What a timer waits for, by name: a parameter (duration) or a moment (date)."""
        if event is None or local(event) != "timerEventDefinition":
            return None
        named = [child for child in event if local(child) in ("timeDuration", "timeDate")]
        if len(named) != 1:
            self.complain("timer", f"Expected one timeDuration or timeDate, but found {len(named)}", event)
            return None
        self._check_type(named[0])
        name = (named[0].text or "").strip()
        if not WORD.fullmatch(name):
            expected = "a parameter such as consultation_timeout"
            if local(named[0]) == "timeDate":
                expected = "a fact that is a moment, such as visit_opens_at"
            self.complain("timer", f"A timer names {expected}, but found {quoted(name)}", named[0])
        return name

    def awaited(self, event: etree._Element | None) -> Expression | None:
        if event is None or local(event) != "conditionalEventDefinition":
            return None
        condition = event.find(f"{{{BPMN}}}condition")
        if condition is None:
            self.complain(
                "missing_condition", "Expected bpmn:condition in the conditional event, but it is missing", event
            )
            return None
        return self.written_expression(condition)

    def written_expression(self, node: etree._Element) -> Expression | None:
        """The expression that is the text of `node`."""
        self._check_type(node)
        words = (node.text or "").strip()
        if not words:
            self.complain("bad_expression", f"Expected an expression in {label(node)}, but it is empty", node)
            return None
        return self._try(label(node), node, lambda: parse(words), None)

    def _check_type(self, node: etree._Element) -> None:
        kind = node.get(_XSI_TYPE)
        if kind is not None and kind.rpartition(":")[2] not in ("tFormalExpression", "tExpression"):
            message = f'Expected xsi:type="bpmn:tFormalExpression", but found {quoted(kind)}'
            self.complain("shape", message, node)
