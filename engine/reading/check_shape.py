"""The shape of a diagram: where flows may begin and end, and which of them carry a guard."""

from __future__ import annotations

from collections.abc import Iterable

from engine.library import Element, Flow
from engine.reading.complaints import Notes, quoted
from engine.reading.profile import label, local
from engine.reading.read_steps import Steps
from engine.reading.xml_hardened import line_of

_HOSTS = ("user", "rule", "call", "subprocess")
_BOUNDARIES = ("boundary_timer", "boundary_conditional")


def check_shape(steps: Steps, key: str, notes: Notes) -> None:
    """Notes what makes the drawing ambiguous or impossible to run (engine.md 0 and 10)."""
    for flow in steps.flows.values():
        _check_ends(flow, steps, notes)
    leaving: dict[str, list[Flow]] = {id: [] for id in steps.elements}
    arriving: dict[str, list[Flow]] = {id: [] for id in steps.elements}
    for flow in steps.flows.values():
        leaving.get(flow.source, []).append(flow)
        arriving.get(flow.target, []).append(flow)
    for element in steps.elements.values():
        _check_ways(element, arriving[element.id], leaving[element.id], notes)
        _check_guards(element, leaving[element.id], notes)
        _check_host(element, steps, notes)
    _check_defaults(steps, notes)
    _check_listed(steps, notes)
    _check_starts(steps.elements.values(), key, notes)


def _complain(notes: Notes, item: Element | Flow, code: str, message: str) -> None:
    notes.add(item.where.line, item.id, code, message)


def _check_ends(flow: Flow, steps: Steps, notes: Notes) -> None:
    source, target = steps.elements.get(flow.source), steps.elements.get(flow.target)
    for attribute, id, end in (("sourceRef", flow.source, source), ("targetRef", flow.target, target)):
        if end is None and id:
            message = f"{attribute} names {quoted(id)}, which is no step.{notes.did_you_mean(id, steps.elements)}"
            _complain(notes, flow, "unknown_reference", message)
    if source and target and source.parent != target.parent:
        message = f"The flow from {source.id} to {target.id} crosses the border of a sub-process"
        _complain(notes, flow, "crosses_border", message)


def _check_ways(element: Element, arriving: list[Flow], leaving: list[Flow], notes: Notes) -> None:
    """Starts, ends and boundary events have ways on one side only; only a gateway forks.

    That everything can be reached and ends is a check."""
    no_way_in = element.kind == "start" or element.kind in _BOUNDARIES
    no_way_out = element.kind in ("end", "terminate")
    if no_way_in and arriving:
        _complain(notes, element, "way_in", f"No flow may lead to {quoted(element.id)}, but {arriving[0].id} does")
    if no_way_out and leaving:
        _complain(
            notes, element, "way_out", f"No flow may leave the end {quoted(element.id)}, but {leaving[0].id} does"
        )
    if len(leaving) > 1 and element.kind not in ("exclusive", "parallel"):
        ways = ", ".join(flow.id for flow in leaving)
        message = f"Expected one flow out of {quoted(element.id)}, but found {ways}: draw the gateway that is meant"
        _complain(notes, element, "implicit_fork", message)


def _check_guards(element: Element, leaving: list[Flow], notes: Notes) -> None:
    """Each way out of an exclusive split has a guard or is the default; no other flow has one."""
    split = element.kind == "exclusive" and len(leaving) > 1
    for flow in leaving:
        if flow.condition is not None and (not split or flow.is_default):
            where = "the default way" if flow.is_default else f"a way out of {quoted(element.id)}"
            message = f"A guard on {where} is never read: only the ways of an exclusive split have guards"
            _complain(notes, flow, "guard_ignored", message)
        if split and flow.condition is None and not flow.is_default:
            message = f"Expected a conditionExpression, for this way out of {quoted(element.id)} is not its default"
            _complain(notes, flow, "missing_guard", message)


def _check_defaults(steps: Steps, notes: Notes) -> None:
    for gateway, default in steps.defaults.items():
        flow = steps.flows.get(default)
        if flow is None or flow.source != gateway:
            message = f"The default {quoted(default)} is no flow out of {quoted(gateway)}"
            _complain(notes, steps.elements[gateway], "unknown_reference", message)


def _check_host(element: Element, steps: Steps, notes: Notes) -> None:
    """A boundary event stands on a task, a call or a sub-process of its own level."""
    if element.kind not in _BOUNDARIES or not element.attached_to:
        return
    host = steps.elements.get(element.attached_to)
    if host is None:
        close = notes.did_you_mean(element.attached_to, steps.elements)
        message = f"attachedToRef names {quoted(element.attached_to)}, which is no step.{close}"
        _complain(notes, element, "unknown_reference", message)
    elif host.kind not in _HOSTS or host.parent != element.parent:
        message = f"Expected a task, call or sub-process of the same level to stand on, but found {quoted(host.id)}"
        _complain(notes, element, "bad_host", message)


def _check_listed(steps: Steps, notes: Notes) -> None:
    """bpmn:incoming and bpmn:outgoing repeat the flows: two truths in one file must agree."""
    for node, step in steps.listed:
        flow = steps.flows.get((node.text or "").strip())
        end = None if flow is None else flow.target if local(node) == "incoming" else flow.source
        if end != step:
            message = (
                f"{label(node)} names {quoted((node.text or '').strip())}, which is no such flow of {quoted(step)}"
            )
            notes.add(line_of(node), step, "flow_listed", message)


def _check_starts(elements: Iterable[Element], key: str, notes: Notes) -> None:
    levels: dict[str, list[Element]] = {"": []}
    lines = {"": 0}
    for element in elements:
        if element.kind == "subprocess":
            levels.setdefault(element.id, [])
            lines[element.id] = element.where.line
        if element.kind == "start":
            levels.setdefault(element.parent, []).append(element)
    for level, starts in levels.items():
        if not starts:
            notes.add(lines.get(level, 0), level or key, "missing_start", "Expected one startEvent, but found none")
        for extra in starts[1:]:
            message = f"Expected one startEvent, but there is {quoted(starts[0].id)} already"
            _complain(notes, extra, "second_start", message)
