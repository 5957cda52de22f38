"""Processes that started at the same moment take turns as the manifest lists them, on either database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.model import CaseFile
from engine.store.store import SqlStore
from tests.unit.test_moves_at_once import BESIDE, MAIN, acts, story


@pytest.mark.parametrize("ids", [{"case_main": "1", "example": "2"}, {"case_main": "2", "example": "1"}])
@pytest.mark.parametrize(("example_first", "done"), [(False, ["case.end"]), (True, ["police.told", "case.end"])])
def test_the_turn_of_a_process_does_not_depend_on_how_it_was_stored(
    store: SqlStore, read: Callable[..., CaseFile], ids: dict[str, str], example_first: bool, done: list[str]
) -> None:
    told = story(MAIN, BESIDE, example_first=example_first)
    (opening,) = told.moves
    processes = tuple(replace(process, id=ids[process.key]) for process in opening.processes)
    store.keep(replace(opening, processes=processes))
    told.file = read(opening.case.id)

    assert [process.id for process in told.file.processes] == ["1", "2"]
    told.tell("news", leaves="yes")
    assert acts(told) == done
