"""Draws a process as SVG on the server: lanes, steps, flows, and where the case stands now.

Classes only, never a style attribute (the content security policy refuses them); colours are in
isange.css. What the picture shows is also said in its title, its description and by text in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from engine.library import Diagram, Edge, Element, Library, Shape

ZOOMS = ("here", "large", "whole")
MARGIN = 24.0
GLYPH = 6.6
"""Width of a letter of the labels in diagram units (12 px text), for wrapping."""
LINE = 15.0
CLOSE_UP = 340.0
"""Half the width of the part that "here" shows."""

_EVENTS = {"start", "end", "terminate", "timer", "conditional", "boundary_timer", "boundary_conditional"}
_GATEWAYS = {"exclusive": "×", "parallel": "+"}
_TASKS = {"user", "rule", "call"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the readable list: a named step, who does it, and whether it is now, passed or ahead."""

    element: str
    name: str
    lane: str
    state: str
    called: str | None
    """The process that the step calls, to go on reading there."""


@dataclass(frozen=True, slots=True)
class Drawn:
    svg: Markup
    steps: tuple[Step, ...]


def draw(
    library: Library,
    process: str,
    language: str,
    *,
    here: frozenset[str],
    passed: frozenset[str],
    marker: str,
    zoom: str = "large",
    id: str = "way",
) -> Drawn:
    """The picture and the list of one process. `marker` is the text on the steps where the case stands; `id` begins
    every id in the picture, so that several may stand on one page."""
    pen = _Pen(library, library.pathway.diagrams[process], language, here, passed, (marker, id))
    return Drawn(pen.picture(zoom), tuple(pen.steps()))


def within(
    library: Library, process: str, where: Mapping[str, tuple[str, ...]], seen: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The elements of a process that are named in `where` (process -> element ids), and the steps of it that
    call a process in which one is."""
    elements = library.pathway.diagrams[process].elements.values()
    calls = {
        element.id
        for element in elements
        if element.called and element.called not in seen and within(library, element.called, where, seen | {process})
    }
    return frozenset(where.get(process, ())) | calls


class _Pen:
    def __init__(
        self,
        library: Library,
        diagram: Diagram,
        language: str,
        here: frozenset[str],
        passed: frozenset[str],
        called: tuple[str, str],
    ) -> None:
        self.diagram, self.language = diagram, language
        self.marker, self.id = called
        self.here, self.passed = here, passed
        self._names = library.pathway.names
        self._lanes = {
            id: _in(library.roles[role].title, language) if (role := library.pathway.lanes.get(name)) else name
            for id, (name, _) in diagram.lanes.items()
        }
        self._shapes = diagram.drawing.shapes

    # what is where
    def name(self, id: str, own: str) -> str:
        return _in(self._names.get(id, {}), self.language) or own

    def state(self, element: str) -> str:
        return "here" if element in self.here else "passed" if element in self.passed else "ahead"

    def steps(self) -> Iterable[Step]:
        """Named steps, from left to right and top to bottom, as people read the picture."""
        named = [e for e in self.diagram.elements.values() if e.name and e.kind in _TASKS | {"timer", "conditional"}]
        for element in sorted(named, key=lambda e: self._place(e.id)):
            lane = next((self._lanes[id] for id, (_, inside) in self.diagram.lanes.items() if element.id in inside), "")
            yield Step(element.id, self.name(element.id, element.name), lane, self.state(element.id), element.called)

    def _place(self, element: str) -> tuple[float, float]:
        shape = self._shapes.get(element)
        return (shape.x, shape.y) if shape else (0.0, 0.0)

    # the picture
    def picture(self, zoom: str) -> Markup:
        x, y, width, height, cut = self._window(zoom)
        title = _in(self.diagram.title, self.language)
        now = ", ".join(
            self.name(id, self.diagram.elements[id].name) for id in sorted(self.here) if id in self.diagram.elements
        )
        parts = [
            *(self._lane(id) for id in self.diagram.lanes if id in self._shapes),
            *(self._edge(id, edge) for id, edge in self.diagram.drawing.edges.items()),
            *(self._element(element) for element in self._back_to_front()),
        ]
        return Markup(
            '<svg class="way way--{zoom}" viewBox="{x:.0f} {y:.0f} {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" '
            'preserveAspectRatio="xMidYMid {fit}" '
            'role="img" aria-labelledby="{id}-title {id}-now" xmlns="http://www.w3.org/2000/svg">'
            '<title id="{id}-title">{title}</title><desc id="{id}-now">{marker}: {now}</desc>'
            '<defs><marker id="{id}-arrow" class="way-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 1 L9 5 L0 9 z"/></marker></defs>{parts}</svg>'
        ).format(
            id=self.id,
            zoom=zoom if zoom in ZOOMS else "large",
            x=x,
            y=y,
            w=width,
            h=height,
            fit="slice" if cut else "meet",
            title=title,
            marker=self.marker,
            now=now or "–",
            parts=Markup("").join(parts),
        )

    def _window(self, zoom: str) -> tuple[float, float, float, float, bool]:
        """(x, y, width, height) of the part that is shown, and whether its edges may be cut on a narrow screen:
        a close-up keeps what stands in its middle."""
        shapes = [self._shapes[id] for id in self.here if id in self._shapes] if zoom == "here" else []
        if not shapes:
            x1, y1, x2, y2 = _bounds(self._shapes.values(), self.diagram.drawing.edges.values())
            return x1 - MARGIN, y1 - MARGIN, x2 - x1 + 2 * MARGIN, y2 - y1 + 2 * MARGIN, False
        x1, y1, x2, y2 = _bounds(shapes, ())
        reach, rise = CLOSE_UP, CLOSE_UP / 2
        return x1 - reach, y1 - rise, x2 - x1 + 2 * reach, y2 - y1 + 2 * rise, x2 - x1 < CLOSE_UP

    def _back_to_front(self) -> list[Element]:
        order = {"subprocess": 0, "boundary_timer": 2, "boundary_conditional": 2}
        drawn = (element for element in self.diagram.elements.values() if element.id in self._shapes)
        return sorted(drawn, key=lambda element: order.get(element.kind, 1))

    def _lane(self, id: str) -> Markup:
        shape = self._shapes[id]
        middle = shape.y + shape.height / 2
        label = Markup(
            '<text class="way-lane-name" text-anchor="middle" transform="rotate(-90 {x:.1f} {y:.1f})" '
            'x="{x:.1f}" y="{y:.1f}">{name}</text>'
        ).format(x=shape.x + 19, y=middle, name=_shortened(self._lanes[id], shape.height))
        return Markup('<g class="way-lane">{box}{label}</g>').format(box=_box(shape, 0), label=label)

    def _edge(self, id: str, edge: Edge) -> Markup:
        flow = self.diagram.flows.get(id)
        if flow is None or not edge.points:
            return Markup("")
        taken = flow.source in self.passed and (flow.target in self.passed or flow.target in self.here)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge.points)
        line = Markup('<polyline class="way-flow{taken}" points="{points}" marker-end="url(#{id}-arrow)"/>').format(
            taken=" way-flow--taken" if taken else "", points=points, id=self.id
        )
        name = self.name(id, flow.name)
        if not name:
            return line
        x, y, width = _label_place(edge)
        return line + _words(name, x, y, width, "way-flow-name", top=True)

    def _element(self, element: Element) -> Markup:
        shape, kind = self._shapes[element.id], element.kind
        inner = _event(shape, element) if kind in _EVENTS else _gateway(shape, kind) if kind in _GATEWAYS else None
        name = self.name(element.id, element.name)
        if inner is None:
            inner = _box(shape, 8)
            if kind in _TASKS:
                inner += _words(
                    name, shape.x + shape.width / 2, shape.y + shape.height / 2, shape.width - 8, "way-name"
                )
            elif name:
                inner += _words(name, shape.x + shape.width / 2, shape.y + 8, shape.width, "way-name", top=True)
        elif name:
            inner += self._outside(shape, name)
        if element.id in self.here:
            inner += self._here(shape)
        return Markup('<g class="way-step way-{kind} way-step--{state}">{inner}</g>').format(
            kind=kind, state=self.state(element.id), inner=inner
        )

    def _outside(self, shape: Shape, name: str) -> Markup:
        """A name beside its event or gateway; one above it grows upwards, whatever the language's length."""
        x, y, width, height = shape.label or (shape.x + shape.width / 2 - 50, shape.y + shape.height + 4, 100.0, 0.0)
        width, middle = max(width, 90.0), x + width / 2
        if y + height <= shape.y + shape.height / 2:
            y += height - len(_wrapped(name, width)) * LINE
        return _words(name, middle, y, width, "way-outside", top=True)

    def _here(self, shape: Shape) -> Markup:
        width = len(self.marker) * 7.2 + 16
        x = shape.x + shape.width / 2 - width / 2
        return Markup(
            '<g class="way-here"><rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="20" rx="10"/>'
            '<text x="{cx:.1f}" y="{ty:.1f}" text-anchor="middle">{marker}</text></g>'
        ).format(x=x, y=shape.y - 24, w=width, cx=shape.x + shape.width / 2, ty=shape.y - 10, marker=self.marker)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en", "")


def _bounds(shapes: Iterable[Shape], edges: Iterable[Edge]) -> tuple[float, float, float, float]:
    xs = [0.0] if not shapes else []
    ys = list(xs)
    for shape in shapes:
        xs += [shape.x, shape.x + shape.width]
        ys += [shape.y, shape.y + shape.height]
        if shape.label:
            x, y, width, height = shape.label
            xs += [x, x + width]
            ys += [y, y + height]
    for edge in edges:
        xs += [x for x, _ in edge.points]
        ys += [y for _, y in edge.points]
    return min(xs), min(ys), max(xs), max(ys)


def _box(shape: Shape, radius: int) -> Markup:
    return Markup('<rect class="way-box" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}"/>').format(
        x=shape.x, y=shape.y, w=shape.width, h=shape.height, r=radius
    )


def _event(shape: Shape, element: Element) -> Markup:
    x, y, radius = shape.x + shape.width / 2, shape.y + shape.height / 2, shape.width / 2
    circle = Markup('<circle class="{c}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>')
    kind = element.kind
    drawn = circle.format(c="way-box" if element.interrupting else "way-box way-box--dashed", x=x, y=y, r=radius)
    if kind not in ("start", "end", "terminate"):
        drawn += circle.format(c="way-ring", x=x, y=y, r=radius - 3)
    if kind == "terminate":
        drawn += circle.format(c="way-full", x=x, y=y, r=radius - 6)
    if kind.endswith("timer"):
        drawn += Markup('<path class="way-sign" d="M{x:.1f} {y1:.1f} V{y:.1f} H{x2:.1f}"/>').format(
            x=x, y=y, y1=y - radius * 0.5, x2=x + radius * 0.4
        )
    if kind.endswith("conditional"):
        lines = " ".join(f"M{x - radius * 0.4:.1f} {y + step:.1f} H{x + radius * 0.4:.1f}" for step in (-4, 0, 4))
        drawn += Markup('<path class="way-sign" d="{lines}"/>').format(lines=lines)
    return drawn


def _gateway(shape: Shape, kind: str) -> Markup:
    x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
    points = f"{x:.1f},{shape.y:.1f} {shape.x + shape.width:.1f},{y:.1f} {x:.1f},{shape.y + shape.height:.1f} "
    points += f"{shape.x:.1f},{y:.1f}"
    return Markup(
        '<polygon class="way-box" points="{points}"/><text class="way-mark" x="{x:.1f}" y="{ty:.1f}" '
        'text-anchor="middle">{mark}</text>'
    ).format(points=points, x=x, ty=y + 8, mark=_GATEWAYS[kind])


def _label_place(edge: Edge) -> tuple[float, float, float]:
    """Where a flow's name stands: its own label, else beside the middle of its first stretch."""
    if edge.label:
        x, y, width, _ = edge.label
        return x + width / 2, y, max(width, 80.0)
    (x1, y1), (x2, y2) = edge.points[0], edge.points[min(1, len(edge.points) - 1)]
    return (x1 + x2) / 2, (y1 + y2) / 2 - LINE - 2, 120.0


def _wrapped(text: str, width: float) -> list[str]:
    most = max(6, int(width / GLYPH))
    lines: list[str] = []
    for word in text.split(" "):  # a no-break space holds, as French wants it before its marks
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _shortened(text: str, width: float) -> str:
    most = max(3, int(width / GLYPH))
    return text if len(text) <= most else text[: most - 1] + "…"


def _words(text: str, x: float, y: float, width: float, name: str, *, top: bool = False) -> Markup:
    """Text in lines around (x, y): centred on it, or hanging from it."""
    lines = _wrapped(text, width)
    first = y + LINE - 3 if top else y - (len(lines) - 1) * LINE / 2 + 4
    spans = Markup("").join(
        Markup('<tspan x="{x:.1f}" y="{y:.1f}">{line}</tspan>').format(x=x, y=first + i * LINE, line=escape(line))
        for i, line in enumerate(lines)
    )
    return Markup('<text class="{name}" text-anchor="middle">{spans}</text>').format(name=name, spans=spans)
