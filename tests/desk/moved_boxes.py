"""Content whose every box and line stands somewhere else, and nothing else differs."""

from __future__ import annotations

import random
from collections.abc import Mapping

from lxml import etree

DC = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
DI = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
PLANE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNPlane"


def with_moved_boxes(files: Mapping[str, bytes], seed: int) -> dict[str, bytes]:
    """The files with all bounds and waypoints of all diagrams at random places, drawn in random order."""
    chance = random.Random(seed)
    return {path: _moved(data, chance) if path.endswith(".bpmn") else data for path, data in files.items()}


def _moved(data: bytes, chance: random.Random) -> bytes:
    tree = etree.fromstring(data)
    for tag in (DC, DI):
        for place in tree.iter(tag):
            place.set("x", str(chance.randint(0, 3000)))
            place.set("y", str(chance.randint(0, 2000)))
    for plane in tree.iter(PLANE):
        drawn = list(plane)
        chance.shuffle(drawn)
        plane[:] = drawn
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
