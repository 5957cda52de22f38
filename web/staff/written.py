"""What somebody wrote into a form that can no longer be sent as it is: shown as text, and carried along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from flask import g

from engine.library import Form
from engine.views import Told
from web.staff import forms
from web.staff.answers import OVERRIDE, WHEN
from web.staff.forms import Raw

CARRIED = "rest."
"""Before the name of a field that a page carries along: kept when the screen is hidden, never recorded."""
PARTS = ("day", "month", "year", "time")
OF_THE_PAGE = {WHEN: "form.happened_at", OVERRIDE: "override"}
"""Fields that a page itself asks beside the form -> their words."""
Fields = dict[str, Sequence[str]]


def written(raw: Raw, questions: Collection[str]) -> Fields:
    """The fields of these questions into which anything was written."""
    return {field: texts for field, texts in raw.items() if _question(field) in questions and any(texts)}


def differing(form: Form, fields: Fields, recorded: Iterable[Told]) -> Fields:
    """Of these fields, those of questions of which something else is recorded, or nothing that is told here."""
    otherwise = changed(form, fields, {told.name: told.value for told in recorded})
    same = set(asked(form, fields)) - set(otherwise)
    return {field: texts for field, texts in fields.items() if _question(field) not in same}


def changed(form: Form, fields: Raw, stands: Mapping[str, object]) -> list[str]:
    """The questions that stand otherwise in these fields than in answers."""
    raw = forms.raw_of(stands, form, g.show)
    return [name for name in asked(form, {**fields, **raw}) if _answer(fields, name) != _answer(raw, name)]


def holds(form: Form, fields: Raw, answers: Mapping[str, object]) -> bool:
    """Whether all of these answers stand in the fields."""
    raw = forms.raw_of(answers, form, g.show)
    return all(_answer(fields, name) == _answer(raw, name) for name in {_question(field) for field in raw})


def instead(form: Form, raw: Raw, questions: Collection[str], stands: Mapping[str, object]) -> Fields:
    """The fields, with those of some questions filled as they stand now."""
    now = forms.raw_of({name: stands[name] for name in questions if name in stands}, form, g.show)
    return {**{field: texts for field, texts in raw.items() if _question(field) not in questions}, **now}


def asked(form: Form, fields: Iterable[str]) -> list[str]:
    """The questions that these fields belong to, in the order of the form."""
    found = {_question(field) for field in fields}
    return [name for name in form.properties if name in found]


def carried(raw: Raw) -> Fields:
    """What the page before carried along, by the names of its own fields."""
    return {field.removeprefix(CARRIED): texts for field, texts in raw.items() if field.startswith(CARRIED)}


def carrying(fields: Fields) -> Fields:
    """The same under the names by which a page carries it along."""
    return {f"{CARRIED}{field}": texts for field, texts in fields.items()}


def drawn(form: Form, fields: Fields) -> forms.Drawn:
    """The questions of these fields, to be answered, with what was written."""
    return forms.draw(form.only(*asked(form, fields), required=()), g.show, fields)


def said(form: Form, fields: Fields) -> list[tuple[str, str]]:
    """(question, what was written) as text: nothing of it can be sent from where it stands."""
    of_form = [(made.label, _text(made)) for section in drawn(form, fields).sections for made in section.fields]
    of_page = {_question(field) for field in fields} & OF_THE_PAGE.keys()
    of_page_too = [(g.show.words(OF_THE_PAGE[name]), " ".join(_answer(fields, name))) for name in sorted(of_page)]
    return of_form + of_page_too


def _text(made: forms.Field) -> str:
    if made.options:
        return ", ".join(option.label for option in made.options if option.value in made.chosen)
    return " ".join(made.raw[part] for part in ("", *PARTS) if made.raw[part])


def _answer(fields: Raw, name: str) -> list[str]:
    """What stands in the fields of a question, however it was typed."""
    whole = sorted(text.replace("\r\n", "\n").strip() for text in fields.get(name, ()))
    parts = (next(iter(fields.get(f"{name}-{part}", ())), "").strip() for part in PARTS)
    return [text for text in (*whole, *(part.lstrip("0") or part for part in parts)) if text]


def _question(field: str) -> str:
    name, _, part = field.rpartition("-")
    return name if part in PARTS else field
