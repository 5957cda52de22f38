"""Whoever reaches a survivor has before them how that may be done, whatever else is known."""

from __future__ import annotations

import pytest

from engine import content
from tests.walk import ROOT

AGREED = ("contact_channel", "contact_rules")
OF_THE_CALL = ("call_agreement", "call_plan")
FORMS = {
    "contact_attempt": AGREED,
    "visit": AGREED,
    "majority_evidence": AGREED,
    "majority_choice": ("contact_rules",),
    "welfare_request": ("contact_rules",),
    "safe_call": OF_THE_CALL,
    "no_call": OF_THE_CALL,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_step_shows_how_the_survivor_may_be_reached_to_the_role_that_does_it(form: str) -> None:
    library = content.load(ROOT, "rwanda")
    steps = [
        (library.pathway.lanes[element.lane], element.id)
        for diagram in library.pathway.diagrams.values()
        for element in diagram.elements.values()
        if element.form == form
    ]

    assert library.forms[form].shows == FORMS[form]
    assert steps
    for role, step in steps:
        assert {library.facts[name].group for name in FORMS[form]} <= library.roles[role].sees, step
