"""Reads where the boxes and lines of a diagram stand: layout only, nothing here changes what happens."""

from __future__ import annotations

import math
from typing import Final

from lxml import etree

from engine.library import Drawing, Edge, Shape
from engine.reading.complaints import Notes, quoted
from engine.reading.profile import BPMN, BPMNDI, DC, DI, label
from engine.reading.xml_hardened import line_of

Box = tuple[float, float, float, float]
_FURTHEST: Final = 1_000_000.0


def read_drawing(root: etree._Element, notes: Notes) -> Drawing:
    """Shapes and edges by the id of what they draw; each thing of the file is drawn at most once."""
    drawings = root.findall(f"{{{BPMNDI}}}BPMNDiagram")
    if len(drawings) > 1:
        message = "Expected one BPMNDiagram: draw sub-processes expanded"
        notes.add(line_of(drawings[1]), drawings[1].get("id") or "", "one_drawing", message)
    ids = {node.get("id"): None for node in root.iter(f"{{{BPMN}}}*") if node.get("id")}
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    for plane in root.iterfind(f"{{{BPMNDI}}}BPMNDiagram/{{{BPMNDI}}}BPMNPlane"):
        _drawn(plane, ids, (), notes)
        for node in plane.iterfind(f"{{{BPMNDI}}}BPMNShape"):
            id = _drawn(node, ids, shapes, notes)
            shapes[id] = Shape(id, *_bounds(node, notes), label=_label(node, notes))
        for node in plane.iterfind(f"{{{BPMNDI}}}BPMNEdge"):
            id = _drawn(node, ids, edges, notes)
            edges[id] = Edge(id, _points(node, notes), _label(node, notes))
    return Drawing(shapes, edges)


def _drawn(node: etree._Element, ids: dict[str | None, None], known: object, notes: Notes) -> str:
    """The id of what is drawn."""
    id = node.get("bpmnElement") or ""
    if id not in ids:
        close = notes.did_you_mean(id, [known_id for known_id in ids if known_id])
        message = f"{label(node)} draws {quoted(id)}, which is not in this file.{close}"
        notes.add(line_of(node), id, "unknown_reference", message)
    elif isinstance(known, dict) and id in known:
        notes.add(line_of(node), id, "drawn_twice", f"{quoted(id)} is drawn twice: keep one {label(node)}")
    return id


def _bounds(node: etree._Element, notes: Notes) -> Box:
    bounds = node.find(f"{{{DC}}}Bounds")
    if bounds is None:
        message = f"Expected dc:Bounds in {label(node)}, but they are missing"
        notes.add(line_of(node), node.get("bpmnElement") or "", "missing_bounds", message)
        return (0.0, 0.0, 0.0, 0.0)
    x, y, width, height = (_number(bounds, attribute, notes) for attribute in ("x", "y", "width", "height"))
    return (x, y, width, height)


def _label(node: etree._Element, notes: Notes) -> Box | None:
    """The box of the label where one is drawn; bpmn-js leaves it out where the label stands inside."""
    found = node.find(f"{{{BPMNDI}}}BPMNLabel")
    return None if found is None or found.find(f"{{{DC}}}Bounds") is None else _bounds(found, notes)


def _points(node: etree._Element, notes: Notes) -> tuple[tuple[float, float], ...]:
    points = [(_number(point, "x", notes), _number(point, "y", notes)) for point in node.iterfind(f"{{{DI}}}waypoint")]
    if len(points) < 2:
        message = f"Expected two di:waypoint or more in {label(node)}, but found {len(points)}"
        notes.add(line_of(node), node.get("bpmnElement") or "", "missing_waypoints", message)
    return tuple(points)


def _number(node: etree._Element, attribute: str, notes: Notes) -> float:
    try:
        number = float(node.get(attribute) or "")
        if math.isfinite(number) and abs(number) <= _FURTHEST:
            return number
    except ValueError:
        pass
    message = f"Expected a number for {attribute} on {label(node)}, but found {quoted(node.get(attribute) or '')}"
    notes.add(line_of(node), "", "bad_number", message)
    return 0.0
