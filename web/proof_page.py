"""What was proved, as one page in a file: for whoever signs, to be read, printed and passed on.

A duty that a case breaks is walked step by step on the diagram. The page needs no server, no network and no script:
each step is a place on the page, and the links lead from one to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.checks.report import DutyVerdict, Report
from engine.library import Library
from engine.questions.said import said_duties
from engine.views import SaidDuty
from web import diagram
from web.words import Words

_HERE = Path(__file__).resolve().parent
SHORT = 12
"""Characters by which an edition is called."""
WORDS = ("broken", "vacuous", "unproved", "proved")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done in the case, and a picture of where it led: of the process of the last element passed."""

    said: str
    process: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Duty:
    verdict: DutyVerdict
    said: SaidDuty
    steps: tuple[Step, ...]


def page(library: Library, report: Report, today: date, words: Words) -> str:
    """The page on a report, in the language of the words; why a duty is broken or not proved, and what was done in a
    case, is told in English, as by the command line and by drills."""
    said = {duty.rule: duty for duty in said_duties(library, today)}
    duties = [Duty(item, said[item.id], tuple(_steps(library, item, words))) for item in report.duties]
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("proof_page.html").render(
        by_word={word: [duty for duty in duties if duty.verdict.word == word] for word in WORDS},
        report=report,
        short=report.edition[:SHORT],
        today=today,
        t=words,
        language=words.language,
    )


def _steps(library: Library, verdict: DutyVerdict, words: Words) -> Iterator[Step]:
    home = {id_: key for key, diagram_ in library.pathway.diagrams.items() for id_ in diagram_.elements}
    passed: dict[str, tuple[str, ...]] = {}
    process = library.pathway.main
    for number, (said, elements) in enumerate(zip(verdict.story, verdict.walk, strict=True), 1):
        now = [element for element in elements if element in home]
        process = home[now[-1]] if now else process
        for element in now:
            passed[home[element]] = (*passed.get(home[element], ()), element)
        here = {process: tuple(now[-1:])}
        drawn = diagram.draw(
            library,
            process,
            words.language,
            here=diagram.within(library, process, here),
            passed=diagram.within(library, process, passed),
            marker=words("diagram.here"),
            id=f"{verdict.id}-{number}",
        )
        yield Step(said, words.of(library.pathway.diagrams[process].title), drawn.svg)
