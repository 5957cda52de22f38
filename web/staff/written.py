"""What somebody wrote into a form that can no longer be sent as it is: shown again, and carried along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flask import g

from engine.library import Form
from web.staff import forms
from web.staff.forms import Raw

CARRIED = "rest."
"""Before the name of a field that a page carries along: kept when the screen is hidden, never recorded."""
PARTS = ("day", "month", "year", "time")
Fields = dict[str, Sequence[str]]


def written(raw: Raw, questions: Collection[str]) -> Fields:
    """The fields of these questions into which anything was written."""
    return {field: texts for field, texts in raw.items() if _question(field) in questions and any(texts)}


def asked(form: Form, fields: Iterable[str]) -> list[str]:
    """The questions that these fields belong to, in the order of the form."""
    found = {_question(field) for field in fields}
    return [name for name in form.properties if name in found]


def carried(raw: Raw) -> Fields:
    """What the page before carried along, by the names of its own fields."""
    return {field.removeprefix(CARRIED): texts for field, texts in raw.items() if field.startswith(CARRIED)}


def drawn(form: Form, fields: Fields) -> forms.Drawn:
    """The questions of these fields, with what was written."""
    names = asked(form, fields)
    required = [name for name in names if name in form.schema.get("required", ())]
    return forms.draw(form.only(*names, required=required), g.show, fields)


def _question(field: str) -> str:
    name, _, part = field.rpartition("-")
    return name if part in PARTS else field
