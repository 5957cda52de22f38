"""The leanest content with which a case can be raced for and waited for, for tests that need thousands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.model import Centre, Outcome, Person
from engine.store.records import Account
from engine.store.store import SqlStore
from tests.unit.content_samples import LAW, MAIN, sample_files

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CENTRE = "kigali"
ANSWERS = {"wants_medical": "later"}
AGES = {"ana": 30, "ben": 40}
"""What each of two people records, so that it is seen whose answers were kept."""
PAUSES = 4
"""Timers of a case, one after the other: after the n-th of them n hours have passed."""

_HEAD, _REST = sample_files()[MAIN].decode().split("    <bpmn:startEvent", 1)
_TAIL = "  </bpmn:process>\n" + _REST.split("  </bpmn:process>\n", 1)[1].split("<bpmndi:BPMNDiagram")[0]
_TASK = '<bpmn:userTask id="close_case" name="Close" care:form="choice" care:acts="case.end" />'
_PAUSE = """<bpmn:intermediateCatchEvent id="pause_{0}"><bpmn:timerEventDefinition id="pause_{0}_timer">
<bpmn:timeDuration>pause_hours</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
_PARAMETER = """\
parameters:
- id: pause_hours
  title: {en: Pause, fr: Pause, rw: Akaruhuko}
  unit: hours
  as_of: now
  values:
  - {from: 2018-09-01, value: 1, cite: "House rule", status: unverified}
"""


def files(pauses: int = 0) -> dict[str, bytes]:
    """A pathway of so many pauses and then one task."""
    names = ["arrived", *(f"pause_{number}" for number in range(pauses)), "close_case", "closed"]
    ways = zip(names, names[1:], strict=False)
    flows = [f'<bpmn:sequenceFlow id="to_{b}" sourceRef="{a}" targetRef="{b}" />' for a, b in ways]
    steps = [
        '<bpmn:startEvent id="arrived" />',
        *map(_PAUSE.format, range(pauses)),
        _TASK,
        '<bpmn:endEvent id="closed" />',
    ]
    head = _HEAD.replace("<bpmn:flowNodeRef>welcome</bpmn:flowNodeRef>", "")
    head = head.replace("<bpmn:flowNodeRef>first_aid</bpmn:flowNodeRef>", "")
    found = sample_files()
    found[MAIN] = (head + "\n".join([*steps, *flows]) + _TAIL + "</bpmn:definitions>").encode()
    found[LAW] = _PARAMETER.encode()
    return found


def someone(id: str) -> Person:
    return Person(id, id.title(), {CENTRE: frozenset({"reception"})})


@contextmanager
def small_house(store: SqlStore, pauses: int = 0) -> Iterator[Desk]:
    """A Desk over a store with this content in force; within it, time stands still at NOW."""
    library = from_files(files(pauses), "rwanda")
    store.add_centre(Centre(CENTRE, "Kigali", "Africa/Kigali"))
    for id in ("ana", "ben"):
        store.add_account(Account(id, id, id.title(), "-", "en", someone(id).roles))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    with clock.at(NOW):
        yield Desk(store, Editions(store))


def arrive(desk: Desk) -> Outcome:
    return desk.open_case(someone("ana"), CENTRE, "reception", ANSWERS)
