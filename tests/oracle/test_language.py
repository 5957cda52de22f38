"""The oracle's own reading of expressions says what docs/expressions.md says of each of its examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.language import acts_of, said

MANUAL = Path(__file__).parents[2] / "docs/expressions.md"
EXAMPLE = re.compile(r"\| `(?P<text>[^`]+)` \| `(?P<facts>\{[^`]*\})` \| (?P<answer>true|false|unknown) \|")
EXAMPLES = [match.groups() for match in EXAMPLE.finditer(MANUAL.read_text(encoding="utf-8"))]
ANSWERS = {"true": True, "false": False, "unknown": None}
TAKEN = [example for example in EXAMPLES if " has " not in example[0]]
"""Questions with several answers are not in the generated pathways."""


@pytest.mark.parametrize(("text", "facts", "answer"), TAKEN)
def test_an_example_of_the_manual_is_read_as_it_says(text: str, facts: str, answer: str) -> None:
    known: dict[str, Any] = json.loads(facts)
    assert said(text).holds(known.get) is ANSWERS[answer]


def test_the_examples_were_found() -> None:
    assert len(TAKEN) > 20


@pytest.mark.parametrize("text", ["a + 1 == 2", "a == 'b' c", "(a == 'b'", "a in 1, 2"])
def test_what_is_not_in_the_language_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        said(text)


def test_the_acts_of_a_step_are_read_with_their_conditions() -> None:
    plain, conditional = acts_of("police.told; care.given[wants == 'yes']")

    assert (plain.name, plain.when, conditional.name) == ("police.told", None, "care.given")
    assert conditional.when is not None
    assert conditional.when.names == {"wants"}
