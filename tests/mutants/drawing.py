"""One diagram that is taken apart and written again: what is not touched stays byte for byte."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CARE = "{urn:isange:care:1}"
NOT_STEPS = {"sequenceFlow", "textAnnotation", "association", "laneSet", "documentation"}
Element = etree._Element


class Drawing:
    """A diagram as its file has it. Each change is made on a drawing of its own."""

    def __init__(self, data: bytes) -> None:
        self.head, self.root, self.end = data.partition(b"\n")[0], etree.fromstring(data), data[len(data.rstrip()) :]
        self.closing = " />" if b" />" in data else "/>"
        self.named = {str(id): one for one in self.root.iter() if (id := one.get("id"))}
        self.gone: set[str] = set()
        (self.process,) = self.all("process")

    def written(self) -> bytes:
        text = etree.tostring(self.root, encoding="unicode").replace("/>", self.closing)
        return self.head + b"\n" + text.encode() + self.end

    def all(self, kind: str, within: Element | None = None) -> list[Element]:
        return list((self.root if within is None else within).iter(f"{BPMN}{kind}"))

    def flows(self, *, source: str = "", target: str = "") -> list[Element]:
        """Those that begin or end at a step."""
        return [
            flow
            for flow in self.all("sequenceFlow")
            if (not source or flow.get("sourceRef") == source) and (not target or flow.get("targetRef") == target)
        ]

    def steps(self, level: Element) -> list[Element]:
        """The steps, events and gateways that stand on one level."""
        return [one for one in level if one.get("id") and kind_of(one) not in NOT_STEPS and one.tag.startswith(BPMN)]

    # --- changes ---

    def redirect(self, flow: Element, target: str) -> None:
        """The flow leads elsewhere; both ends list it as before."""
        id, old, new = str(flow.get("id")), self.named[str(flow.get("targetRef"))], self.named[target]
        listed = _listed(old, "incoming", id)
        here = [one for one in new if one.tag == f"{BPMN}incoming"]
        if listed and here:
            more = copy.deepcopy(here[-1])
            more.text = id
            here[-1].addnext(more)
        for one in listed:
            take_out(one)
        flow.set("targetRef", target)

    def drop(self, id: str) -> None:
        """A step is left out: what led to it leads to its target. Its events go, what only they lead to, and gateways
        that then neither split nor merge."""
        level = self.named[id].getparent()
        assert level is not None
        idle, reached = self._idle(level), self._reached(level)
        hosted = self._hosted(level, id)
        self._bypass(id)
        self.erase({id, *hosted})
        self.erase(reached - self._reached(level) - {id, *hosted})
        while left := sorted(self._idle(level) - idle):
            self._bypass(left[0])
            self.erase({left[0]})

    def _bypass(self, id: str) -> None:
        (out,) = self.flows(source=id)
        for flow in self.flows(target=id):
            self.redirect(flow, str(out.get("targetRef")))

    def _idle(self, level: Element) -> set[str]:
        """Gateways with one way in and one way out."""
        gateways = (str(one.get("id")) for one in self.steps(level) if kind_of(one).endswith("Gateway"))
        return {id for id in gateways if len(self.flows(source=id)) == len(self.flows(target=id)) == 1}

    def erase(self, ids: Iterable[str]) -> None:
        """Steps, with their flows, and every mention of them in lanes, lists and the drawing itself."""
        gone = {str(one.get("id")) for id in ids for one in self.named[id].iter() if one.get("id")}
        flows = [one for one in self.all("sequenceFlow") if {one.get("sourceRef"), one.get("targetRef")} & gone]
        ties = [one for one in self.all("association") if {one.get("sourceRef"), one.get("targetRef")} & gone]
        gone |= {str(one.get("id")) for one in (*flows, *ties)}
        kept = {
            one.get(end) for one in self.all("association") if one not in ties for end in ("sourceRef", "targetRef")
        }
        notes = {one.get(end) for one in ties for end in ("sourceRef", "targetRef")} - kept
        gone |= {str(one.get("id")) for one in self.all("textAnnotation") if one.get("id") in notes}
        self.gone |= gone
        for one in list(self.root.iter()):
            mentions = one.text if kind_of(one) in ("flowNodeRef", "incoming", "outgoing") else one.get("bpmnElement")
            if one.get("id") in gone or mentions in gone:
                take_out(one)

    def _hosted(self, level: Element, id: str) -> list[str]:
        return [str(one.get("id")) for one in level if one.get("attachedToRef") == id]

    def _reached(self, level: Element) -> set[str]:
        """The steps of a level that its start leads to."""
        todo = [str(one.get("id")) for one in self.steps(level) if kind_of(one) == "startEvent"]
        reached: set[str] = set()
        while todo:
            id = todo.pop()
            if id not in reached:
                reached.add(id)
                todo += [str(flow.get("targetRef")) for flow in self.flows(source=id)] + self._hosted(level, id)
        return reached


def kind_of(one: Element) -> str:
    return etree.QName(one).localname if isinstance(one.tag, str) else ""


def take_out(one: Element) -> None:
    """Removes an element and the line it stands on."""
    parent, before = one.getparent(), one.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = one.tail
    else:
        parent.text = one.tail
    parent.remove(one)


def _listed(step: Element, way: str, flow: str) -> list[Element]:
    return [one for one in step if one.tag == f"{BPMN}{way}" and one.text == flow]


def levels(drawing: Drawing) -> Iterator[Element]:
    """The process, and each sub-process in it."""
    yield drawing.process
    yield from drawing.all("subProcess", drawing.process)
