"""The coordinator's board: what is owed, what is stuck, which cases are open, by urgency."""

from __future__ import annotations

from collections.abc import Sequence

from engine.questions.reader import Reader
from engine.questions.rota import people_of, told_apart, turns
from engine.views import Board


def board(reader: Reader, centres: Sequence[str]) -> Board:
    """Everything of these centres; the person must be allowed to see each."""
    duties = reader.store.open_duties(centres, urgent=reader.purpose.urgent_duties)
    names = told_apart(people_of(reader, centres))
    return Board(
        duties=tuple(
            (row.case.id, row.case.code, reader.duty(duty, row.case.current_centre))
            for row, duty in duties
            if duty.rule in reader.library.duties
        ),
        stuck=tuple(
            (case.id, case.code, stuck, reader.pinned(case.edition).element_title(stuck.element))
            for case, stuck in reader.store.open_stuck(centres)
        ),
        number_of_cases=reader.store.number_of_cases(centres),
        cases=tuple((row.case, row.open_tasks, row.open_duties) for row in reader.store.open_cases(centres)),
        here=turns(reader, (row for row in reader.rota.rows if row.turn.centre in centres), names),
    )
