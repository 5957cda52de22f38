"""Single edits of a diagram."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from engine.library import Library
from tests.mutants.drawing import BPMN, CARE, Drawing, Element, kind_of, levels, take_out
from tests.mutants.edit import Edit
from tests.mutants.wording import domain_of, flipped, shifted

SWAPPED = {"exclusiveGateway": "parallelGateway", "parallelGateway": "exclusiveGateway"}
NOWHERE = {"startEvent", "boundaryEvent"}
"""Where no flow may lead."""


def edits(path: str, data: bytes, library: Library) -> Iterator[Edit]:
    """All edits of one diagram, kind by kind."""

    def edit(kind: str, id: str, did: str, change: Callable[[Drawing], None]) -> Edit:
        drawing = Drawing(data)
        change(drawing)
        return Edit(kind, id, did, path, drawing.written(), tuple(_unnamed(library.files, drawing.gone)))

    drawing = Drawing(data)
    yield from _steps(drawing, edit)
    yield from _flows(drawing, edit)
    yield from _gateways(drawing, edit)
    yield from _words(drawing, edit, library)
    yield from _lanes(drawing, edit)


def _unnamed(files: Mapping[str, bytes], gone: set[str]) -> Iterator[tuple[str, bytes]]:
    """The manifest without the names of what is gone."""
    for path, data in files.items():
        if gone and path.startswith("pathways/") and path.endswith(".yaml"):
            yield path, re.sub(rb"^ +(?:%s): .*\n" % "|".join(sorted(gone)).encode(), b"", data, flags=re.MULTILINE)


Make = Callable[[str, str, str, Callable[[Drawing], None]], Edit]


def _steps(drawing: Drawing, edit: Make) -> Iterator[Edit]:
    for one in drawing.all("userTask"):
        id = str(one.get("id"))
        if len(drawing.flows(source=id)) == 1:
            yield edit("step", id, f"the step {id} is dropped", partial(Drawing.drop, id=id))
        if one.get(f"{CARE}requires"):
            yield edit("requires", id, f"{id} requires nothing", partial(_unset, id=id, name=f"{CARE}requires"))
    for one in drawing.root.iter():
        id, acts = str(one.get("id")), one.get(f"{CARE}acts")
        parts = re.split(r";\s*", acts) if acts else []
        for number, part in enumerate(parts):
            rest = "; ".join(parts[:number] + parts[number + 1 :])
            yield edit("act", id, f"{id} no longer does {part}", partial(_set_acts, id=id, acts=rest))


def _flows(drawing: Drawing, edit: Make) -> Iterator[Edit]:
    for level in levels(drawing):
        nodes = [str(one.get("id")) for one in drawing.steps(level) if kind_of(one) not in NOWHERE]
        for flow in (one for one in level if one.tag == f"{BPMN}sequenceFlow"):
            id, was = str(flow.get("id")), flow.get("targetRef")
            others = [node for node in nodes if node not in (was, flow.get("sourceRef"))]
            if others:  # the flow's own id says where it leads: the same for ever, and no two alike
                to = others[zlib.crc32(id.encode()) % len(others)]
                did = f"the flow {id} leads to {to} instead of {was}"
                yield edit("flow", id, did, partial(_redirect, id=id, to=to))


def _gateways(drawing: Drawing, edit: Make) -> Iterator[Edit]:
    for one in drawing.all("exclusiveGateway") + drawing.all("parallelGateway"):
        id, new_kind = str(one.get("id")), SWAPPED[kind_of(one)]
        yield edit("gateway", id, f"{id} is a {new_kind}", partial(_swap, id=id))
    for one in drawing.process.iter():
        if one.get("default"):
            id = str(one.get("id"))
            yield edit("default", id, f"{id} has no default", partial(_unset, id=id, name="default"))


def _words(drawing: Drawing, edit: Make, library: Library) -> Iterator[Edit]:
    """Of guards, conditions of events, requirements and conditions of acts."""
    domain = domain_of(library)
    for place, (id, text, _) in enumerate(_texts(drawing)):
        for kind, changed in (("comparison", flipped(text)), ("constant", shifted(text, domain))):
            for new_text, was, now in changed:
                did = f"at {id} `{was}` becomes `{now}`"
                yield edit(kind, id, did, partial(_say, place=place, text=new_text))


def _texts(drawing: Drawing) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    """(id of the step or flow, the text, how to change it)."""
    for one in drawing.process.iter():
        for name in (f"{CARE}requires", f"{CARE}acts"):
            if text := one.get(name):
                yield str(one.get("id")), text, partial(one.set, name)
        if kind_of(one) in ("conditionExpression", "condition") and one.text:
            yield _owner(one), one.text, partial(setattr, one, "text")


def _say(drawing: Drawing, place: int, text: str) -> None:
    list(_texts(drawing))[place][2](text)


def _owner(one: Element) -> str:
    """The id of the flow or event that a condition belongs to."""
    around = one.getparent()
    while around is not None and kind_of(around).endswith("Definition"):
        around = around.getparent()
    assert around is not None
    return str(around.get("id"))


def _lanes(drawing: Drawing, edit: Make) -> Iterator[Edit]:
    lanes = drawing.all("lane")
    for number, lane in enumerate(lanes):
        for ref in lane.iter(f"{BPMN}flowNodeRef"):
            step, other = drawing.named[str(ref.text)], lanes[(number + 1) % len(lanes)]
            if kind_of(step) == "userTask" and other is not lane:
                id, to = str(ref.text), str(other.get("id"))
                yield edit("lane", id, f"{id} stands in {to}", partial(_move, id=id, lane=to))


def _move(drawing: Drawing, id: str, lane: str) -> None:
    (ref,) = (one for one in drawing.all("flowNodeRef") if one.text == id)
    take_out(ref)
    others = list(drawing.named[lane])
    if others:
        ref.tail, others[-1].tail = others[-1].tail, others[0].getparent().text  # type: ignore[union-attr]
    drawing.named[lane].append(ref)


def _unset(drawing: Drawing, id: str, name: str) -> None:
    del drawing.named[id].attrib[name]


def _set_acts(drawing: Drawing, id: str, acts: str) -> None:
    if acts:
        drawing.named[id].set(f"{CARE}acts", acts)
    else:
        _unset(drawing, id, f"{CARE}acts")


def _redirect(drawing: Drawing, id: str, to: str) -> None:
    drawing.redirect(drawing.named[id], to)


def _swap(drawing: Drawing, id: str) -> None:
    """As an editor does it: a parallel gateway has no default, and its flows no guards."""
    one = drawing.named[id]
    one.tag = f"{BPMN}{SWAPPED[kind_of(one)]}"
    if kind_of(one) == "parallelGateway":
        if one.get("default"):
            _unset(drawing, id, "default")
        for flow in drawing.flows(source=id):
            for guard in flow.findall(f"{BPMN}conditionExpression"):
                take_out(guard)
            flow.text = flow.text if len(flow) else None
