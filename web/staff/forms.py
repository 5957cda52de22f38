"""Turns a Form of the content into fields that templates draw, filled with what was posted or kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from engine.library import AGAIN, Form, controls_of
from engine.model import Problem, Refusal
from engine.views import Told
from web.staff.show import Show

MOST_RADIOS = 7
Raw = Mapping[str, Sequence[str]]
"""Posted names -> texts, as a browser sends them: `birth_date-day`, `incident_at-time`, `wants_police`."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    follow_ups: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A field is asked only while another one has one of these values; `sentence` says so without JavaScript."""

    field: str
    values: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is radios, select, checkboxes, date, datetime, number, text or textarea; `id` is the id of the control
    that an error links to; `raw` refills the inputs by the last part of their posted name ('' for the whole)."""

    name: str
    kind: str
    id: str
    label: str
    hint: str
    why: str
    optional: bool
    options: tuple[Option, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    error: str = ""
    shown_when: Condition | None = None
    longest: int | None = None
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form ready to draw: `errors` are (link target, words) in the order of the page."""

    sections: tuple[Section, ...]
    errors: tuple[tuple[str, str], ...]


def draw(form: Form, show: Show, raw: Raw, problems: Iterable[Problem] = (), before: Iterable[Told] = ()) -> Drawn:
    """The form in the language of `show`. Problems of no field of the form link to its top. `before`: what was answered
    before to what it asks again, told beside the question."""
    errors = {found.field: show.problem(_in_words_of(form, show, found)) for found in problems}
    said = {told.name: show.words("form.before", answer=show.answer(told)) for told in before}
    maker = _Maker(form, show, raw, errors, said)
    sections = tuple(maker.sections())
    known = {made.name: made for made in maker.made}
    links = [(made.id, made.error) for made in maker.made if made.error]
    links += [(_target(name), words) for name, words in maker.errors.items() if name not in known]
    return Drawn(sections, tuple(links))


def _in_words_of(form: Form, show: Show, found: Problem) -> Problem:
    """The same problem, naming its question as this page words it."""
    label = show.texts(form.texts, found.field) or (show.words(_OWN[found.field]) if found.field in _OWN else "")
    return replace(found, params={**found.params, "label": label}) if label else found


def _target(name: str) -> str:
    """Where the error of a field that the page itself asks is: the form's own ids stand beside it."""
    return {"happened_at": "happened_at-day", "reason": "reason", "override": "override"}.get(name, "answers")


_OWN = {"happened_at": "form.happened_at", "reason": "correct.reason", "override": "override"}
"""Fields that the page itself asks -> their words."""


def moment_field(show: Show, name: str, key: str, raw: Raw, problems: Iterable[Problem]) -> Field:
    """A day and a time that the form of the content does not ask; `key` names its words and its hint."""
    error = next((show.problem(found) for found in problems if found.field == name), "")
    hint = show.words(f"{key}.hint")
    return Field(name, "datetime", f"{name}-day", show.words(key), hint, "", True, raw=_parts(name, raw), error=error)


def override_field(
    show: Show, name: str, raw: Raw, problems: Iterable[Problem], refused: Refusal | None
) -> Field | None:
    """Why somebody goes on past the duties that stand in the way: asked only where their role may."""
    written = next(iter(raw.get(name, [])), "")
    if not written and not (refused and refused.overridable and refused.duties):
        return None
    error = next((show.problem(found) for found in problems if found.field == name), "")
    words = show.words
    return Field(name, "textarea", name, words(name), words(f"{name}.hint"), "", True, raw={"": written}, error=error)


def raw_of(answers: Mapping[str, object], form: Form, show: Show) -> Raw:
    """JSON-shaped answers as a browser would post them: the opposite of reading a post."""
    raw: dict[str, Sequence[str]] = {}
    for name, value in answers.items():
        schema = form.properties.get(name, {"format": "date-time"} if name == "happened_at" else {})
        raw |= _posted(name, value, schema, show)
    return raw


def _posted(name: str, value: object, schema: Mapping[str, Any], show: Show) -> dict[str, Sequence[str]]:
    if value is None or value == "":
        return {}
    kind = schema.get("format")
    if kind == "date-time":
        local = datetime.fromisoformat(str(value))
        with suppress(OverflowError):  # at the end of all years: told at its field when it is sent
            local = local.astimezone(show.words.zone)
        return _posted(name, f"{local:%Y-%m-%d}", {"format": "date"}, show) | {f"{name}-time": [f"{local:%H:%M}"]}
    if kind == "date":
        year, month, day = str(value).split("-")
        return {f"{name}-day": [str(int(day))], f"{name}-month": [str(int(month))], f"{name}-year": [year]}
    if isinstance(value, bool):
        return {name: ["true" if value else "false"]}
    if isinstance(value, float):
        return {name: [show.value(value)]}
    return {name: [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]}


class _Maker:
    """Walks the uischema once; keeps every field it made, follow-ups included, in the order of the page."""

    def __init__(self, form: Form, show: Show, raw: Raw, errors: Mapping[str, str], before: Mapping[str, str]) -> None:
        self.form, self.show, self.raw, self.errors, self.before = form, show, raw, errors, before
        self.made: list[Field] = []
        self._required = set(_required(form.schema))
        self._controls = list(controls_of(form.uischema))
        self._rules = {name: rule for name, rule in map(self._rule, self._controls) if rule}

    def sections(self) -> Iterable[Section]:
        """Groups as they are; the controls between them together, in the order of the page."""
        for grouped, elements in groupby(self.form.uischema.get("elements", ()), lambda e: e.get("type") == "Group"):
            if grouped:
                for element in elements:
                    label = self.show.texts(self.form.texts, str(element.get("label", "")))
                    yield Section(label, tuple(self._fields(controls_of(element))))
            else:
                yield Section("", tuple(self._fields(c for element in elements for c in controls_of(element))))

    def _fields(self, controls: Iterable[Mapping[str, Any]]) -> Iterable[Field]:
        controls = list(controls)
        here = {_name(control) for control in controls}
        for control in controls:
            if not self._nested(control, here):
                yield self._field(control, [c for c in controls if self._nested(c, here)])

    def _nested(self, control: Mapping[str, Any], here: set[str]) -> bool:
        """A plain follow-up: one value of one choice of the same section brings it, and nothing hangs on it."""
        rule = self._rules.get(_name(control))
        return (
            rule is not None
            and len(rule.values) == 1
            and rule.field in here
            and rule.field not in self._rules
            and self._kind(rule.field) in ("radios", "checkboxes")
            and not any(other.field == _name(control) for other in self._rules.values())
        )

    def _field(self, control: Mapping[str, Any], nested: Sequence[Mapping[str, Any]]) -> Field:
        name = _name(control)
        schema = self.form.properties[name]
        kind = self._kind(name)
        place = len(self.made)
        mine = [c for c in nested if self._rules[_name(c)].field == name]
        options = tuple(
            Option(
                value,
                self._label(name, value),
                tuple(self._field(c, ()) for c in mine if self._rules[_name(c)].values == (value,)),
            )
            for value in self._values(name)
        )
        made = Field(
            name=name,
            kind="textarea" if kind == "text" and control.get("options", {}).get("multi") else kind,
            id=f"{name}-day" if kind in ("date", "datetime") else name,
            label=self._text(name) or name,
            hint=" ".join(filter(None, self._hints(name))),
            why=self._text(f"{name}.why"),
            optional=name not in self._required,
            options=options,
            raw=_parts(name, self.raw),
            chosen=tuple(self.raw.get(name, ())),
            error=self.errors.get(name, ""),
            shown_when=self._rules.get(name),
            longest=schema.get("maxLength"),
            decimal=schema.get("type") == "number",
        )
        self.made.insert(place, made)
        return made

    def _hints(self, name: str) -> tuple[str, str, str]:
        return self._text(f"{name}.hint"), self._text(f"{name}.{AGAIN}"), self.before.get(name, "")

    def _kind(self, name: str) -> str:
        schema = self.form.properties[name]
        if schema.get("type") == "array":
            return "checkboxes"
        if "enum" in schema or schema.get("type") == "boolean":
            return "radios" if len(self._values(name)) <= MOST_RADIOS else "select"
        if schema.get("format") in ("date", "date-time"):
            return "date" if schema["format"] == "date" else "datetime"
        return "number" if schema.get("type") in ("integer", "number") else "text"

    def _values(self, name: str) -> tuple[str, ...]:
        schema = self.form.properties[name]
        if schema.get("type") == "boolean":
            return ("true", "false")
        return tuple(schema.get("items", schema).get("enum", ()))

    def _label(self, name: str, value: str) -> str:
        return self._text(f"{name}.{value}") or (
            self.show.words("yes" if value == "true" else "no") if value in ("true", "false") else value
        )

    def _text(self, key: str) -> str:
        return self.show.texts(self.form.texts, key)

    def _rule(self, control: Mapping[str, Any]) -> tuple[str, Condition | None]:
        condition = control.get("rule", {}).get("condition")
        if not condition:
            return _name(control), None
        other, schema = _name(condition), condition["schema"]
        wanted = schema.get("contains", schema)
        values = tuple(_text_of(value) for value in wanted.get("enum", [wanted.get("const")]))
        labels = ", ".join(self._label(other, value) for value in values)
        sentence = self.show.words("form.only_if", question=self._text(other) or other, answers=labels)
        return _name(control), Condition(other, values, sentence)


def _text_of(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(scoped: Mapping[str, Any]) -> str:
    return str(scoped["scope"]).rsplit("/", 1)[-1]


def _required(schema: Mapping[str, Any]) -> Iterable[str]:
    """Properties required always or under a condition of the form."""
    yield from schema.get("required", ())
    for part in (schema.get("then"), schema.get("else"), *schema.get("allOf", ())):
        if part:
            yield from _required(part)


def _parts(name: str, raw: Raw) -> dict[str, str]:
    parts = {part: raw.get(f"{name}-{part}", [""]) for part in ("day", "month", "year", "time")}
    return {"": next(iter(raw.get(name, [""])), "")} | {part: next(iter(text), "") for part, text in parts.items()}
