"""What a proof does not look at makes no difference to it: over what is left it comes out the very same."""

from __future__ import annotations

import pytest

from engine.content import from_files
from engine.library import DutyRule, Library
from engine.prove.budget import Budget
from engine.prove.commands import Machine
from engine.prove.exploring import explore
from engine.prove.fingerprint import fingerprint
from engine.prove.focus import focus
from engine.prove.net import Net
from engine.prove.projection import projected
from engine.prove.proving import Looked, prove
from tests.oracle.generate import pathways
from tests.unit.witness.gaps import GAPS
from tests.walk import shipped

LIBRARY = shipped()
QUICK = ("tetanus-offered", "adult-consent", "evidence-consent", "life-first", "rights-first", "evidence-sealed")
FEW_STEPS = 3000


def came_out_the_same(library: Library, duty: DutyRule, looked: Looked) -> bool:
    """Whether all that is reached, known and broken is the same with the whole content and with what is left of it."""
    net = Net(library)
    seen = focus(library, net, duty, looked.processes, looked.names)
    left = projected(library, net, seen)
    again = focus(left, Net(left), left.duties[duty.id], looked.processes, looked.names)
    whole = explore(Machine(library, net, seen, Budget(10**6)))
    fewer = explore(Machine(left, Net(left), again, Budget(10**6)))
    same = whole.reached == fewer.reached and whole.before == fewer.before and len(whole.visits) == len(fewer.visits)
    return same and [item.step for item in whole.breaks] == [item.step for item in fewer.breaks]


@pytest.mark.parametrize("duty", QUICK)
def test_of_the_shipped_content(duty: str) -> None:
    found = prove(LIBRARY, Net(LIBRARY), LIBRARY.duties[duty])
    assert found.proved
    assert came_out_the_same(LIBRARY, LIBRARY.duties[duty], found.looked)


def test_of_random_pathways_whether_they_keep_their_duty_or_not() -> None:
    """With everything looked at that a proof looked at, and with nothing."""
    compared = 0
    for _, _, library in pathways(range(40)):
        net = Net(library)
        for duty in library.duties.values():
            found = prove(library, net, duty, FEW_STEPS)
            for looked in dict.fromkeys((Looked(), found.looked)):
                if not found.why:
                    assert came_out_the_same(library, duty, looked)
                    compared += 1
    assert compared > 30


def key_of(requires: str) -> str:
    """The name of what is left of a pathway whose last step asks this first, for a duty that knows nothing of it."""
    gap = GAPS["a wish is withdrawn while the report is being written"]
    files = gap.files(mended=True)
    main = files["pathways/bpmn/case_main.bpmn"]
    asked = main.replace(b'care:acts="case.end"', f'care:acts="case.end" care:requires="{requires}"'.encode())
    library = from_files(files | {"pathways/bpmn/case_main.bpmn": asked}, "rwanda")
    net = Net(library)
    return fingerprint(projected(library, net, focus(library, net, library.duties["the_duty"], ("case_main",))))


def test_what_is_asked_of_things_that_are_not_looked_at_makes_no_difference() -> None:
    assert key_of("left == 'yes'") == key_of("left == 'no' or age > 3")


@pytest.mark.parametrize("asked", ["left == 'yes' and false", "false", "not (left == 'yes' or true)"])
def test_a_constant_in_it_does_for_it_may_rule_out_what_else_may_happen(asked: str) -> None:
    assert key_of("left == 'yes'") != key_of(asked)
