"""A witness in the sentences of drills: short lines that people read, and a feature that anyone can play again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from engine.drills import durations
from engine.drills.answers import Moment, read_answer
from engine.drills.problems import DrillFailed
from engine.drills.steps.when import HAPPENED
from engine.drills.vocabulary import Answer, Vocabulary
from engine.library import DutyRule, Element, FactRule, Library
from engine.model import Text
from engine.rules.periods import completed_years
from engine.witness.boundaries import Boundary, Case
from engine.witness.deeds import Deed, Deeds

WITNESS = "@witness"
BOUNDARY = "@boundary"
"""The tags of the drills that a proof and a check write; only by them they know their own files again."""


def tags(duty: str, mark: str) -> str:
    """The first line of a drill that is written here."""
    return f"@duty:{duty} {mark}"


class Story:
    """Tells deeds in one library's words."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self.library = library
        self.moment = Moment(vocabulary.begins.astimezone(UTC), ZoneInfo(vocabulary.centre.zone))

    def lines(self, deeds: Deeds) -> tuple[str, ...]:
        """One line a deed, answers in brackets."""
        return tuple(self._line(deed, last=False) for deed in deeds)

    def feature(self, duty: DutyRule, deeds: Deeds) -> str:
        """A drill that fails as long as these deeds break the duty."""
        text = [
            tags(duty.id, WITNESS),
            f"Feature: {_one_line(duty.title['en'])}",
            "  Written by isange prove: a case that breaks this duty. Once the content is mended, it passes.",
            "",
            f"  Scenario: {self._name(deeds[-1])}",
            *self._deeds(deeds, last=True),
            f'    Then the duty "{_phrase(self.library.duties, duty.id)}" is kept',
        ]
        return "\n".join(text) + "\n"

    def boundary(self, found: Boundary) -> str:
        """Drills of where a duty begins: they pass as long as it begins there."""
        duty = self.library.duties[found.duty]
        phrase = _phrase(self.library.duties, duty.id)
        text = [
            tags(duty.id, BOUNDARY),
            f"Feature: {_one_line(duty.title['en'])}",
            "  Written by isange check: where this duty begins. Each case differs from the first in one answer.",
        ]
        for owed, cases in (("owed", found.owed), ("not owed", found.not_owed)):
            for case in cases:
                text += ["", f"  Scenario: It is {owed}{self._difference(case)}"]
                text += [*self._deeds(case.deeds, last=False), f"    Then {phrase} is {owed}"]
        return "\n".join(text) + "\n"

    def _difference(self, case: Case) -> str:
        """The answer that makes the difference, as the name of a drill says it; of a day, how many years ago it was."""
        if not case.fact:
            return ""
        fact = self.library.facts[case.fact]
        words = self._words(fact, case.answer) or "nothing"
        if fact.type == "date":
            years = completed_years(date.fromisoformat(words), date.fromisoformat(self.moment.today))
            words = f"{words}, {years} years ago"
        return f": {_one_line(fact.title['en'])}: {words}"

    def _deeds(self, deeds: Deeds, *, last: bool) -> Iterator[str]:
        """The steps of a drill; `last`: whether the last of them may be refused."""
        before = ""
        for number, deed in enumerate(deeds):
            if deed.kind == "open" and deed.answers:
                yield from ("    Given these answers:", *self._table(deed))
            told = self._sentence(deed, last=last and number == len(deeds) - 1)
            yield f"    {'And' if before == 'When' else 'When'} {told}"
            before = "When"
            if deed.kind in ("do", "record"):
                yield from self._table(deed)

    def _name(self, deed: Deed) -> str:
        match deed.kind:
            case "do":
                return self._element(deed.what).name
            case "record":
                return _one_line(self.library.pathway.anytime[deed.what].title["en"])
            case "correct":
                return f"{_one_line(self.library.facts[deed.what].title['en'])} is corrected"
            case "open":
                return "Somebody arrives"
        return "Time passes"

    def _line(self, deed: Deed, *, last: bool) -> str:
        rows = self._rows(deed) if deed.kind != "correct" else []
        told = "; ".join(f"{name}: {answer}" for name, answer in rows)
        return self._sentence(deed, last=last) + (f" ({told})" if told else "")

    def _sentence(self, deed: Deed, *, last: bool) -> str:
        who = _phrase(self.library.roles, deed.role) if deed.role else ""
        match deed.kind:
            case "open":
                return f"the survivor comes by {_phrase(self.library.pathway.doors, deed.what)}"
            case "do":
                return f'{who} does "{self._element(deed.what).name}"{" if it can be done" if last else ""}'
            case "record":
                does = "tries to fill in" if last else "fills in"
                return f'{who} {does} "{_phrase(self.library.pathway.anytime, deed.what)}"'
            case "correct":
                value = self._words(self.library.facts[deed.what], deed.answers[deed.what])
                return f'{who} corrects {_phrase(self.library.facts, deed.what)} to "{value}"'
        length = _length(deed.length)
        return f"{length} {'passes' if length.startswith('1 ') and ' and ' not in length else 'pass'}"

    def _table(self, deed: Deed) -> list[str]:
        rows = self._rows(deed)
        if not rows:
            return []
        table = [("fact", "answer"), *((_cell(name), _cell(answer)) for name, answer in rows)]
        wide = [max(len(row[column]) for row in table) for column in (0, 1)]
        return [f"      | {name.ljust(wide[0])} | {answer.ljust(wide[1])} |" for name, answer in table]

    def _rows(self, deed: Deed) -> list[tuple[str, str]]:
        facts = self.library.facts
        rows = [(self._title(name), self._words(facts[name], answer)) for name, answer in deed.answers.items()]
        return rows if deed.ago is None else [*rows, (HAPPENED, f"{_length(deed.ago)} ago")]

    def _title(self, fact: str) -> str:
        titles = [rule.title["en"].casefold() for rule in self.library.facts.values()]
        title = _one_line(self.library.facts[fact].title["en"])
        return title if titles.count(title.casefold()) == 1 and title.casefold() != HAPPENED else fact

    def _words(self, fact: FactRule, answer: Answer) -> str:
        """An answer as a drill says it: in the words of a form, if they mean nothing else."""
        if isinstance(answer, bool):
            return "yes" if answer else "no"
        if isinstance(answer, list):
            return ", ".join(answer)
        for form in self.library.forms.values() if fact.type == "choice" else ():
            words = form.texts["en"].get(f"{fact.id}.{answer}", "")
            if words and '"' not in words and self._means(fact, words) == answer:
                return words
        return str(answer)

    def _means(self, fact: FactRule, words: str) -> Answer | None:
        try:
            return read_answer(self.library, fact, words, self.moment)
        except DrillFailed:
            return None

    def _element(self, id_: str) -> Element:
        return next(d.elements[id_] for d in self.library.pathway.diagrams.values() if id_ in d.elements)


def _phrase(things: Mapping[str, object], id_: str) -> str:
    """What a thing is called: its English title if no other has it, else its id in words."""
    titles: dict[str, Text] = {key: getattr(thing, "title", {}) for key, thing in things.items()}
    title = titles[id_].get("en", "")
    alone = sum(other.get("en", "").casefold() == title.casefold() for other in titles.values()) == 1
    return title if alone and title == _one_line(title) else re.sub(r"[_-]", " ", id_)


def _length(length: timedelta) -> str:
    days, rest = divmod(length, timedelta(days=1))
    return durations.say(length) if rest or not days else f"{days} day{'s' if days > 1 else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
