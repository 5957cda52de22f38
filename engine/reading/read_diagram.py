"""Reads one BPMN file: its process becomes a diagram of elements, flows, lanes and a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.library import Annotation, Diagram, Element
from engine.model import Text
from engine.reading.check_shape import check_shape
from engine.reading.complaints import Notes, quoted
from engine.reading.profile import BPMN, check_profile, label, owner
from engine.reading.read_drawing import read_drawing
from engine.reading.read_steps import Steps, name_of
from engine.reading.xml_hardened import line_of, read_xml

Lanes = Mapping[str, tuple[str, frozenset[str]]]


def read_diagram(key: str, title: Text, data: bytes, notes: Notes) -> Diagram | None:
    """The diagram of the process `key`; None when not even its process can be found."""
    root = read_xml(data, notes)
    if root is None or not check_profile(root, notes):
        return None
    _check_ids(root, notes)
    process = _process(root, key, notes)
    if process is None:
        return None
    _check_pool(root, process, notes)
    steps = Steps(notes)
    steps.read(process)
    check_shape(steps, key, notes)
    lanes = _lanes(process, steps.elements, notes)
    return Diagram(
        key=key,
        title=title,
        file=notes.file,
        elements=_in_lanes(steps.elements, lanes),
        flows=steps.flows,
        lanes=lanes,
        annotations=_annotations(root),
        drawing=read_drawing(root, notes),
        xml=data,
        where=notes.where(line_of(process), key),
    )


def _check_ids(root: etree._Element, notes: Notes) -> None:
    """Ids are unique in the file, whatever they name."""
    lines: dict[str, int] = {}
    for element in root.iter():
        id = element.get("id")
        if id in lines:
            message = f"The id {quoted(id)} is already used on line {lines[id]}: every id names one thing"
            notes.add(line_of(element), id, "duplicate_id", message)
        elif id is not None:
            lines[id] = line_of(element)


def _process(root: etree._Element, key: str, notes: Notes) -> etree._Element | None:
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        message = f"Expected one bpmn:process in a file, but found {len(processes)}"
        notes.add(line_of(processes[1] if processes else root), "", "one_process", message)
        return None
    process = processes[0]
    line, id = line_of(process), process.get("id") or ""
    if id != key:
        message = f"Expected the process id {quoted(key)}, as the manifest says, but found {quoted(id)}"
        notes.add(line, id, "process_id", message)
    if process.get("isExecutable") != "true":
        notes.add(line, id, "not_executable", 'Expected isExecutable="true" on bpmn:process: nothing else runs')
    return process


def _check_pool(root: etree._Element, process: etree._Element, notes: Notes) -> None:
    """A process with lanes stands in one pool; without lanes a pool may be left out."""
    collaborations = root.findall(f"{{{BPMN}}}collaboration")
    pools = [pool for collaboration in collaborations for pool in collaboration.findall(f"{{{BPMN}}}participant")]
    has_lanes = process.find(f"{{{BPMN}}}laneSet/{{{BPMN}}}lane") is not None
    if len(pools) > 1 or (has_lanes and not pools):
        line = line_of(pools[1] if len(pools) > 1 else process)
        notes.add(line, owner(process), "one_pool", f"Expected one bpmn:participant (the pool), but found {len(pools)}")
    for pool in pools:
        if pool.get("processRef") != process.get("id"):
            message = f"Expected processRef={quoted(owner(process))}, but found {quoted(pool.get('processRef') or '')}"
            notes.add(line_of(pool), owner(pool), "unknown_reference", message)


def _lanes(process: etree._Element, elements: Mapping[str, Element], notes: Notes) -> Lanes:
    lanes: dict[str, tuple[str, frozenset[str]]] = {}
    lane_of: dict[str, str] = {}
    for lane in process.findall(f"{{{BPMN}}}laneSet/{{{BPMN}}}lane"):
        id, name = lane.get("id") or "", name_of(lane, notes)
        if not name:
            message = "Expected a name on bpmn:lane: the manifest gives the role of each name"
            notes.add(line_of(lane), id, "missing_name", message)
        members = [(node, (node.text or "").strip()) for node in lane.findall(f"{{{BPMN}}}flowNodeRef")]
        for node, member in members:
            if member not in elements:
                message = (
                    f"{label(node)} names {quoted(member)}, which is no step.{notes.did_you_mean(member, elements)}"
                )
                notes.add(line_of(node), id, "unknown_reference", message)
            elif member in lane_of:
                message = f"{quoted(member)} stands in two lanes, {lane_of[member]} and {id}: one step, one lane"
                notes.add(line_of(node), member, "two_lanes", message)
            lane_of.setdefault(member, id)
        lanes[id] = (name, frozenset(member for _, member in members))
    return lanes


def _in_lanes(elements: Mapping[str, Element], lanes: Lanes) -> dict[str, Element]:
    """The elements with the name of their lane; within a sub-process that of the sub-process unless listed."""
    names = {member: name for name, members in lanes.values() for member in members}
    placed: dict[str, Element] = {}
    for id, element in elements.items():  # a sub-process comes before what is in it
        inherited = placed[element.parent].lane if element.parent in placed else ""
        placed[id] = replace(element, lane=names.get(id, inherited))
    return placed


def _annotations(root: etree._Element) -> tuple[Annotation, ...]:
    found = root.iter(f"{{{BPMN}}}textAnnotation")
    return tuple(Annotation(node.get("id") or "", (node.findtext(f"{{{BPMN}}}text") or "").strip()) for node in found)
