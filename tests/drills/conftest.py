"""Binds every sentence of the registry and of the vocabulary to pytest-bdd: the same steps, a second runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_bdd
from pytest_bdd.parsers import StepParser

from engine.drills.opening import open_stage
from engine.drills.registry import Kind, plain
from engine.drills.run import sentences_for
from engine.drills.sentences import Sentence, Sentences
from engine.drills.stage import Stage
from engine.drills.vocabulary import Vocabulary
from engine.library import Library
from tests.walk import shipped, vocabulary

ROOT = Path(__file__).parents[2]
LIBRARY = shipped()
VOCABULARY = vocabulary()
SENTENCES = sentences_for(LIBRARY, VOCABULARY)


class OneSentence(StepParser):
    """Fits where the sentence is the one that our own runner would take."""

    def __init__(self, sentence: Sentence, kind: Kind) -> None:
        super().__init__(sentence.pattern.sentence)
        self.sentence = sentence
        self.kind = kind

    def is_matching(self, name: str) -> bool:
        return self.sentence.pattern.raw(name) is not None and SENTENCES.find(self.kind, name) is self.sentence

    def parse_arguments(self, name: str) -> dict[str, str]:
        return {"said": plain(name)}


def bind(sentence: Sentence, kind: Kind) -> None:
    """Makes the sentence a step definition of this module."""

    @pytest_bdd.step(OneSentence(sentence, kind), type_=kind, stacklevel=2)
    def take(stage: Stage, said: str, datatable: list[list[str]] | None = None) -> None:
        sentence.perform(stage, said, tuple(map(tuple, datatable[1:])) if datatable else None)


for _sentence in SENTENCES.all:
    bind(_sentence, _sentence.kind)
    if _sentence.kind == "when":
        bind(_sentence, "given")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool:
    """Tags name drills and duties; they are no pytest marks."""
    return True


@pytest.fixture
def stage() -> Iterator[Stage]:
    with open_stage(LIBRARY, VOCABULARY) as opened:
        yield opened


@pytest.fixture
def library() -> Library:
    return LIBRARY


@pytest.fixture
def vocabulary() -> Vocabulary:
    return VOCABULARY


@pytest.fixture
def sentences() -> Sentences:
    return SENTENCES


@pytest.fixture
def vocabulary_bytes() -> bytes:
    return (ROOT / "features" / "vocabulary.yaml").read_bytes()
