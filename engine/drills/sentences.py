"""Finds the one sentence that fits a step of a drill, or says which known ones are nearest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from engine.drills.problems import Undefined
from engine.drills.registry import Kind, Pattern, Registry, Step, Table, compile_sentence
from engine.drills.vocabulary import Vocabulary
from engine.drills.words import LibraryWords

MAX_DEPTH = 5
"""How deep a sentence of the vocabulary may be made of other ones of the vocabulary."""
MAX_PARTS = 100
"""How many sentences one of the vocabulary may stand for, all in all."""


Perform = Callable[[Any, str, Table | None], None]
"""(stage, text, table) -> None."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence ready to be matched; `perform` does what a fitting text says."""

    kind: Kind
    pattern: Pattern
    about: str
    perform: Perform


class Sentences:
    """All sentences of a registry and a vocabulary, bound to the words of a library."""

    def __init__(self, registry: Registry, vocabulary: Vocabulary, words: LibraryWords) -> None:
        self.all: tuple[Sentence, ...] = (
            *(_of_registry(step, compile_sentence(step.sentence, words)) for step in registry.steps),
            *self._of_vocabulary(vocabulary, words),
        )
        self._depth = self._parts = 0

    def _of_vocabulary(self, vocabulary: Vocabulary, words: LibraryWords) -> Iterator[Sentence]:
        for kind, sentences in vocabulary.sentences.items():
            for sentence, meant in sentences.items():
                pattern = compile_sentence(sentence, words)
                yield Sentence(kind, pattern, "; ".join(meant), self._spell_out(kind, pattern, meant))

    def _spell_out(self, kind: Kind, pattern: Pattern, meant: Sequence[str]) -> Perform:
        def perform(stage: Any, text: str, table: Table | None) -> None:
            if table is not None:
                raise Undefined(f"{pattern.sentence!r} takes no table; answers belong under a sentence that takes one")
            if self._depth == MAX_DEPTH:
                raise Undefined(f"{pattern.sentence!r} is explained by itself; explain it by other sentences")
            if self._depth == 0:
                self._parts = 0
            self._depth += 1
            try:
                for part in meant:
                    self._parts += 1
                    if self._parts > MAX_PARTS:
                        raise Undefined(f"{pattern.sentence!r} stands for more than {MAX_PARTS} sentences")
                    self.perform(stage, kind, _fill(part, pattern.raw(text) or {}))
            finally:
                self._depth -= 1

        return perform

    def find(self, kind: Kind, text: str) -> Sentence:
        """Raises Undefined unless exactly one sentence fits. What is given may have been done: after Given, a
        `when` sentence is taken where no `given` one fits."""
        fitting = self._fitting(kind, text)
        if not fitting and kind == "given":
            fitting = self._fitting("when", text)
        if len(fitting) > 1:  # a blank that takes any answer stands back behind words that are known
            fitting = [s for s in fitting if s.pattern.takes_known_words_only] or fitting
        if len(fitting) > 1:
            raise Undefined(f"{text!r} fits more than one sentence: {_listed(fitting)}")
        if not fitting:
            raise Undefined(self._what_to_do(kind, text))
        return fitting[0]

    def perform(self, stage: Any, kind: Kind, text: str, table: Table | None = None) -> None:
        """Does what the text says. Raises Undefined, DrillFailed, or what the action raises."""
        self.find(kind, text).perform(stage, text, table)

    def _fitting(self, kind: Kind, text: str) -> list[Sentence]:
        return [s for s in self.all if s.kind == kind and s.pattern.raw(text) is not None]

    def _what_to_do(self, kind: Kind, text: str) -> str:
        elsewhere = sorted({s.kind.capitalize() for s in self.all if s.pattern.raw(text) is not None})
        if elsewhere:
            return f"{text!r} belongs after {' or '.join(elsewhere)}"
        kinds = ("given", "when") if kind == "given" else (kind,)
        near = sorted((s for s in self.all if s.kind in kinds), key=lambda s: -_likeness(text, s.pattern.sentence))
        nearly = next((problem for s in near if (problem := s.pattern.nearly(text))), None)
        return f"No sentence fits {text!r}. {nearly or f'Did you mean: {_listed(near[:3])}?'}"


def _of_registry(step: Step, pattern: Pattern) -> Sentence:
    def perform(stage: Any, text: str, table: Table | None) -> None:
        try:
            blanks = pattern.match(text) or {}
        except ValueError as error:
            raise Undefined(str(error)) from error
        if table is not None and not step.takes_table:
            raise Undefined(f"{step.sentence!r} takes no table; answers belong under a sentence that takes one")
        if step.takes_table:
            step.action(stage, **blanks, table=table)
        else:
            step.action(stage, **blanks)

    return Sentence(step.kind, pattern, step.about, perform)


def _likeness(text: str, sentence: str) -> float:
    return SequenceMatcher(None, text.casefold(), sentence.casefold()).ratio()


def _listed(sentences: Iterable[Sentence]) -> str:
    return "; ".join(s.pattern.sentence for s in sentences)


def _fill(part: str, raw: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda m: raw.get(m[1], m[0]), part)
