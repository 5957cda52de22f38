"""What colleagues recorded of a form's questions since the form was shown to somebody, and what is left of theirs.

A form stands filled with what is known. Sent as it was shown an hour ago it would take back, unseen, whatever was
recorded in that hour: a date from which a clock runs, an age from which a duty follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.forms import HAPPENED_AT, read_answers
from engine.library import Form
from engine.model import CaseFile, Fact, FactKey, Refusal, Task, Value
from engine.moves.complete_task import scope_of
from engine.questions.reader import Reader
from engine.views import Meanwhile, Told

_SHOWN = "$shown"
"""Beside half-filled answers: when the newest was recorded of what their writer was shown."""
_SAVED = "$saved"
"""Beside half-filled answers: when their writer last saved them and went on to something else; not of what was only
kept because the screen was hidden."""


@dataclass(frozen=True, slots=True)
class HalfFilled:
    """What a person keeps half-filled of a task's form, when they saved it themselves, and what was recorded otherwise
    since."""

    answers: Mapping[str, object] = field(default_factory=dict)
    saved_at: datetime | None = None
    since: tuple[Told, ...] = ()


def shown_at(file: CaseFile) -> datetime:
    """When the newest was recorded of what a page of this case can show now."""
    return max((fact.recorded_at for fact in file.facts.values()), default=file.case.opened_at)


def newer(reader: Reader, file: CaseFile, form: Form, scope: str, shown: datetime) -> Iterator[Fact]:
    """What was recorded since of what the form asks and of what every form must heed, as far as this person sees it."""
    known = known_of(reader, file, reader.library.heeds(form), scope, reader.groups(file))
    return (fact for fact in known if fact.recorded_at > shown)


def meanwhile(
    reader: Reader, file: CaseFile, form: Form, scope: str, answers: Mapping[str, object], shown: datetime
) -> Meanwhile:
    """What stands in a form that was shown then, be it finished or not: what was recorded since and is answered
    otherwise in it, and which of these answers are as they were shown, so that nobody meant them."""
    since = list(newer(reader, file, form, scope, shown))
    then = _values_at(reader, file, shown) if since else {}
    told, untouched = [], set()
    for fact in since:
        if fact.name not in form.properties:
            told.append(reader.told(fact))
            continue
        was = then.get(fact.key)
        if reader.library.anew(form, fact.name) and fact.name not in answers:
            continue  # it is not filled in
        said = _typed(reader, form, fact.name, answers) if fact.name in answers else was
        if said != fact.value and not (was is not None and fact.name not in answers):
            told.append(reader.told(fact))
            anew = reader.library.anew(form, fact.name)
            if said == was and (said is not None or fact.name not in answers) and not anew:
                untouched.add(fact.name)
    return Meanwhile(tuple(told), frozenset(untouched))


def to_keep(
    reader: Reader,
    file: CaseFile,
    form: Form,
    scope: str,
    answers: Mapping[str, object],
    shown: datetime,
    saved_at: datetime | None,
) -> dict[str, object]:
    """What is to be kept of a half-filled form that was shown then: not what stands there because it is known, for that
    may be another by the time somebody goes on."""
    untouched = meanwhile(reader, file, form, scope, answers, shown).untouched
    same = {
        fact.name
        for fact in known_of(reader, file, form.properties, scope, reader.groups(file))
        if fact.name in answers
        and not reader.library.anew(form, fact.name)
        and _typed(reader, form, fact.name, answers) == fact.value
    }
    asked = form.properties.keys() | {HAPPENED_AT}
    written = {name: answer for name, answer in answers.items() if name in asked and name not in untouched | same}
    return {**written, _SHOWN: shown.isoformat(), **({_SAVED: saved_at.isoformat()} if saved_at else {})}


def kept(reader: Reader, file: CaseFile, form: Form, task: Task) -> HalfFilled:
    """What this person keeps half-filled of a task's form."""
    saved = reader.store.saved_answers(task.id, reader.person.id)
    if saved is None:
        return HalfFilled()
    shown = datetime.fromisoformat(str(saved.get(_SHOWN, file.case.opened_at.isoformat())))
    answers, at = half_filled(saved)
    return HalfFilled(answers, at, meanwhile(reader, file, form, task.scope, answers, shown).told)


def half_filled(kept: Mapping[str, object]) -> tuple[dict[str, object], datetime | None]:
    """The answers in what was kept of a form, and when its writer saved them, if they did."""
    at = kept.get(_SAVED)
    answers = {name: answer for name, answer in kept.items() if name not in (_SHOWN, _SAVED)}
    return answers, datetime.fromisoformat(str(at)) if at else None


def known_of(
    reader: Reader, file: CaseFile, asked: Iterable[str], scope: str, groups: frozenset[str]
) -> Iterator[Fact]:
    """What is already known of these facts, as far as this person sees them. Who the survivor is stands apart
    (`identity`): it is shown only to those who say why."""
    for name in asked:
        rule = reader.library.facts.get(name)
        fact = file.facts.get((name, scope_of(rule, scope)))
        if fact is not None and rule is not None and rule.group in groups and not reader.library.is_apart(name):
            yield fact


def _typed(reader: Reader, form: Form, name: str, answers: Mapping[str, object]) -> Value | None:
    """One answer as a fact's value; None when it is none, or none yet."""
    try:
        read = read_answers(form.only(name, required=()), reader.library.facts, {name: answers[name]})
    except Refusal:
        return None
    return read.get(name)


def _values_at(reader: Reader, file: CaseFile, shown: datetime) -> dict[FactKey, Value]:
    history = reader.store.facts_history(file.case.id)
    return {fact.key: fact.value for fact in history if fact.current and fact.recorded_at <= shown}
