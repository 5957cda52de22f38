"""One thing less in the shipped content, and the duty that this leaves open is broken by a case that the search finds,
also where a person corrects what was answered."""

from __future__ import annotations

import pytest

from engine.content import from_files
from engine.witness import judged
from tests.walk import shipped, vocabulary

RECEPTION, REPORT, SAFETY = (f"pathways/bpmn/{name}.bpmn" for name in ("reception", "adult_report", "safety_decision"))
REQUIRED = (
    """ care:requires="life_threat is unset or life_threat != 'yes' """
    """or act.emergency.treated and process.emergency != 'running'\""""
)
GAPS = {
    "rights are explained while a life is in danger": (
        "life-first",
        RECEPTION,
        {REQUIRED: ""},
    ),
    "the police write on without consent": (
        "adult-consent",
        REPORT,
        {"police_consent == 'yes' and ": "", "police_consent == 'no' or ": ""},
    ),
    "who gives no advice in time is not noted": (
        "safety-after-police-advice",
        SAFETY,
        {' care:acts="consulted.police_timeout"': ""},
    ),
}


@pytest.mark.parametrize(("duty", "file", "edits"), GAPS.values(), ids=GAPS)
def test_a_gap_in_the_shipped_content_is_shown_by_a_case(duty: str, file: str, edits: dict[str, str]) -> None:
    text = shipped().files[file].decode()
    for said, instead in edits.items():
        assert said in text
        text = text.replace(said, instead)
    library = from_files({**shipped().files, file: text.encode()}, "rwanda")

    (found,) = judged(library, vocabulary(), duties=[duty])

    assert (found.verdict.status, found.witness is not None) == ("broken", True), found.verdict.because
