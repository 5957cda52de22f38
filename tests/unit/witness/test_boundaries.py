"""Where a duty begins is found in the content itself, told by drills of both sides, and moves when the law does."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.content import from_files
from engine.drills import run_drills
from engine.library import Library
from engine.prove.net import Net
from engine.witness.boundaries import Boundary, Case, boundary
from engine.witness.story import Story
from tests.walk import shipped, vocabulary

MAJORITY = "- {from: 2018-08-31, value: 18,"


def found(duty: str, library: Library) -> Boundary:
    where = boundary(library, Net(library), vocabulary(), library.duties[duty])
    assert where is not None
    return where


def years(cases: tuple[Case, ...]) -> list[int]:
    """The ages of those cases that differ in the day of birth."""
    today = vocabulary().begins.date()
    born = [case.answer for case in cases if case.fact == "birth_date"]
    return [(today.year - int(str(day)[:4])) - (str(day)[5:] > today.isoformat()[5:]) for day in born]


def changed(path: str, old: str, new: str) -> Library:
    files = dict(shipped().files)
    assert old.encode() in files[path]
    return from_files(files | {path: files[path].replace(old.encode(), new.encode(), 1)}, "rwanda")


def test_a_report_is_owed_at_seventeen_and_not_at_eighteen() -> None:
    where = found("minor-report", shipped())
    assert (years(where.owed), years(where.not_owed)) == ([17], [18])
    assert [case.answer for case in where.not_owed if case.fact == "suspected_crime"] == ["no"]


def test_in_a_country_that_comes_of_age_later_it_begins_elsewhere() -> None:
    where = found("minor-report", changed("rules/rwanda/parameters.yaml", MAJORITY, MAJORITY.replace("18", "21")))
    assert (years(where.owed), years(where.not_owed)) == ([20], [21])


@pytest.mark.parametrize(
    ("duty", "last", "first"),
    [
        ("pep-offered", "72 hours ago", "73 hours ago"),
        ("ec-late-explained", "121 hours ago", "120 hours ago"),
        ("hbv-offered", "336 hours ago", "337 hours ago"),
    ],
)
def test_a_window_closes_on_the_hour(duty: str, last: str, first: str) -> None:
    where = found(duty, shipped())
    owed = [case.answer for case in where.owed if case.fact == "incident_at"]
    not_owed = [case.answer for case in where.not_owed if case.fact == "incident_at"]
    assert (owed, not_owed) == ([last], [first])


def test_a_duty_that_follows_an_act_is_not_owed_before_it() -> None:
    where = found("safe-room-left-safely", shipped())
    (before,) = where.not_owed
    assert before.deeds == where.owed[0].deeds[:-1]


def test_what_only_forbids_is_never_owed() -> None:
    library = shipped()
    assert boundary(library, Net(library), vocabulary(), library.duties["adult-consent"]) is None


def test_the_drills_of_a_boundary_pass_and_fail_once_it_lies_elsewhere(tmp_path: Path) -> None:
    feature = tmp_path / "minor-report.feature"
    (tmp_path / "vocabulary.yaml").write_bytes(Path(vocabulary().file).read_bytes())
    feature.write_text(Story(shipped(), vocabulary()).boundary(found("minor-report", shipped())), encoding="utf-8")

    assert run_drills(shipped(), [feature]).all_passed

    later = changed("rules/rwanda/parameters.yaml", MAJORITY, MAJORITY.replace("18", "21"))
    failed = [result.name for result in run_drills(later, [feature]).results if result.status != "passed"]
    assert [name.partition(": ")[0] for name in failed] == ["It is not owed"]
    assert "18 years ago" in failed[0]
