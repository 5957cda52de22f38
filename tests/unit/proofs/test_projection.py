"""What a proof does not look at makes no difference to it: over what is left it comes out the very same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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


def test_a_part_of_a_condition_that_is_open_anyway_makes_no_difference() -> None:
    known = "wants_police == 'yes'"
    assert key_of(f"{known} and left == 'yes'") == key_of(f"{known} and (left == 'no' or born is unset)")
    assert key_of(f"{known} or left == 'yes'") != key_of(f"{known} and left == 'yes'")
    assert key_of(f"{known} and left == 'yes'") != key_of("wants_police == 'no' and left == 'yes'")
    assert key_of(f"{known} and left == 'yes'") != key_of(known)


def key_when(table: str, says: Callable[[str | None], str | None], duty: str, looked: Looked) -> str:
    """The name of what is left of the shipped content when each row of a table says something else."""
    rows = tuple(replace(row, then=says(row.then)) for row in LIBRARY.tables[table].rows)
    library = replace(LIBRARY, tables={**LIBRARY.tables, table: replace(LIBRARY.tables[table], rows=rows)})
    seen = focus(library, Net(library), library.duties[duty], looked.processes, looked.names)
    return fingerprint(projected(library, Net(library), seen))


@pytest.mark.parametrize(
    ("duty", "processes", "read"),
    [("rights-first", ("case_main", "late_welcome"), False), ("adult-consent", ("mandatory_report",), True)],
)
def test_what_a_table_says_makes_a_difference_where_it_is_read(
    duty: str, processes: tuple[str, ...], read: bool
) -> None:
    """Both look at steps that ask a table which reads the table that changes."""
    as_it_is, otherwise = (key_when("protection", says, duty, Looked(processes)) for says in (str, "not {}".format))
    assert (as_it_is != otherwise) == read


def test_whether_a_table_that_a_step_asks_says_anything_makes_a_difference() -> None:
    looked = Looked(("case_main", "late_welcome"))
    assert key_when("consult_police_mode", str, "rights-first", looked) == key_when(
        "consult_police_mode", "not {}".format, "rights-first", looked
    )
    assert key_when("consult_police_mode", str, "rights-first", looked) != key_when(
        "consult_police_mode", lambda said: None, "rights-first", looked
    )
