"""A duty that a pathway lets be broken is called broken, with a case that shows it; mended, it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.checks import check
from engine.checks.report import DutyVerdict
from engine.drills import run_drills, vocabulary_of
from engine.drills.vocabulary import FILE
from engine.library import Library
from engine.witness import Judged, Witness, judged
from engine.witness.keeping import keep_drill
from tests.unit.witness.gaps import GAPS, VOCABULARY, Gap


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder of drills with a vocabulary."""
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    return tmp_path


def judge(library: Library, content: Path) -> Judged:
    assert check(library).count("error") == 0
    (found,) = judged(library, vocabulary_of(library, content))
    return found


def said(library: Library, content: Path) -> tuple[DutyVerdict, Witness | None]:
    found = judge(library, content)
    return found.verdict, found.witness


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS.keys())
def test_a_gap_is_shown_by_a_case_and_a_mended_pathway_has_none(gap: Gap, content: Path) -> None:
    verdict, witness = said(gap.library(mended=False), content)
    assert (verdict.status, witness is not None) == ("broken", True)
    assert verdict.path
    assert verdict.story

    verdict, witness = said(gap.library(mended=True), content)
    assert (verdict.status == "broken", witness) == (False, None)


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS.keys())
def test_the_drill_of_a_gap_fails_until_the_gap_is_mended(gap: Gap, content: Path) -> None:
    library = gap.library(mended=False)
    text = judge(library, content).drill
    drill = keep_drill(content / FILE, "the_duty", text, content)

    (before,) = run_drills(library, [drill]).results
    (after,) = run_drills(gap.library(mended=True), [drill]).results

    assert before.status == "failed"
    assert "is kept" in before.message
    assert (after.status, after.message) == ("passed", "")
