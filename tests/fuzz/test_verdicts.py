"""The judge of words: a message may name what stands in the input, and lets none of the program's own words out."""

from __future__ import annotations

import pytest

from tests.fuzz.inputs import Input
from tests.fuzz.verdicts import Fault, in_words

CODE = "This is not XML: Specification mandates value for attribute __import__, line 3"


@pytest.mark.parametrize(
    "given",
    [
        Input("bpmn", "pathways/bpmn/x.bpmn", b"<x __import__('os')/>"),
        Input("api", "GET /api/v1/tasks?__import__%28=1", b""),
        Input("api", "POST /api/v1/cases", b"", (("accept", "__import__"),)),
    ],
)
def test_a_message_may_name_a_word_that_stands_in_the_input(given: Input) -> None:
    in_words(CODE, given)


@pytest.mark.parametrize(
    ("message", "leaked"),
    [
        (CODE, "__import__"),
        ("Expected a text, but found NoneType", "NoneType"),
        ("Write text, no str", "str"),
        ("KeyError: __class__", "KeyError"),
        ("Traceback (most recent call last)", "Traceback"),
        ("It is <class 'int'>", "<class"),
        ("[Errno 2] No such file", "[Errno"),
    ],
)
def test_a_word_of_the_program_is_a_leak_when_the_input_does_not_hold_it_as_a_whole(message: str, leaked: str) -> None:
    given = Input("bpmn", "pathways/bpmn/x.bpmn", b"<street __class__='x' import=''/>")

    with pytest.raises(Fault) as fault:
        in_words(message, given)

    assert f"speaks of {leaked!r}" in str(fault.value)
