"""Compiles a diagram, element by element, to SpiffWorkflow's task specs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from engine import expressions
from engine.flow.steps import (
    Boundary,
    BoundaryJoin,
    BoundarySplit,
    Call,
    Catch,
    Condition,
    EndStep,
    Exclusive,
    Parallel,
    ProcessSpec,
    Rule,
    StartStep,
    SubProcess,
    Timer,
    User,
)
from engine.library import Diagram, Element, Library


def compiled(library: Library) -> Mapping[str, ProcessSpec]:
    """The spec of each process, and of each embedded sub-process, by key."""
    specs: dict[str, ProcessSpec] = {}
    for diagram in library.pathway.diagrams.values():
        specs[diagram.key] = _compile_level(diagram, "", diagram.key)
        for element in diagram.elements.values():
            if element.kind == "subprocess":
                specs[element.id] = _compile_level(diagram, element.id, element.id)
    return specs


def _spec_of(spec: ProcessSpec, element: Element) -> Any:  # noqa: C901  # one case a kind of the house profile
    match element.kind:
        case "start":
            return StartStep(spec, element.id, NoneEventDefinition())
        case "end":
            return EndStep(spec, element.id, NoneEventDefinition())
        case "terminate":
            return EndStep(spec, element.id, TerminateEventDefinition())
        case "user":
            return User(spec, element.id, lane=element.lane)
        case "rule":
            return Rule(spec, element)
        case "call":
            return Call(spec, element.id, element.called)
        case "subprocess":
            return SubProcess(spec, element.id, element.id)
        case "exclusive":
            return Exclusive(spec, element.id)
        case "parallel":
            return Parallel(spec, element.id)
        case "timer":
            return Catch(spec, element.id, Timer(element))
        case "conditional":
            return Catch(spec, element.id, Condition(_text(element)))
        case "boundary_timer":
            return Boundary(spec, element.id, Timer(element), cancel_activity=element.interrupting)
        case "boundary_conditional":
            return Boundary(spec, element.id, Condition(_text(element)), cancel_activity=element.interrupting)
    raise AssertionError(element.kind)


def _text(element: Element) -> str:
    if element.condition is None:
        raise ValueError(f"Expected a condition at {element.where}")
    return expressions.write(element.condition)


def _compile_level(diagram: Diagram, parent: str, key: str) -> ProcessSpec:
    """The spec of one level of a diagram: the process itself (parent '') or one embedded sub-process."""
    spec = ProcessSpec(key)
    level = [element for element in diagram.elements.values() if element.parent == parent]
    entries: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for element in level:
        made[element.id] = entries[element.id] = _spec_of(spec, element)
        if element.kind == "start":
            spec.start.connect(made[element.id])
        elif element.kind in ("end", "terminate"):
            made[element.id].connect(spec.end)
    _attach_boundaries(spec, level, made, entries)
    for flow in (flow for element in level for flow in diagram.outgoing(element.id)):
        source, target = made[flow.source], entries[flow.target]
        if isinstance(source, Exclusive) and flow.condition is not None and not flow.is_default:
            source.connect_if(expressions.write(flow.condition), target)
        else:
            source.connect(target)
    return spec


def _attach_boundaries(spec: ProcessSpec, level: list[Element], made: dict[str, Any], entries: dict[str, Any]) -> None:
    """Puts a split before, and a join behind, each step that has boundary events (as SpiffWorkflow expects)."""
    hosts: dict[str, list[Element]] = {}
    for element in level:
        if element.attached_to is not None:
            hosts.setdefault(element.attached_to, []).append(element)
    for host, boundaries in hosts.items():
        split = BoundarySplit(spec, f"{host}.split")
        join = BoundaryJoin(spec, f"{host}.join", split_task=split.name, cancel=True)
        for child in (made[host], *(made[boundary.id] for boundary in boundaries)):
            split.connect(child)
            child.connect(join)
        entries[host] = split
