"""What is only recorded in a proof, and does nothing else: answers that come from elsewhere, corrections, time passing,
and the decisions that tables take on them. It may come at any moment, in any order and any number of times."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from engine.checks.analysis.answers import conditionals
from engine.checks.analysis.once import once
from engine.expressions import Expression
from engine.library import Form, Library, Table
from engine.prove.focus import Focus
from engine.prove.standing import Control
from engine.prove.writing import Writing

Asked = tuple[Form | None, Expression | None]
"""A form that may be filled, and what it asks for first."""


class Recording:
    """The recording within one focus. `asked` are the forms that are filled elsewhere or at any time, `deciding` the
    tables that steps ask which are not followed."""

    def __init__(
        self, library: Library, focus: Focus, writing: Writing, asked: Iterable[Asked], deciding: Iterable[str | None]
    ) -> None:
        self.focus = focus
        self.data = focus.valuations
        self.writing = writing
        self.forms = tuple(self._telling(asked))
        by_forms = {name for form in library.forms.values() for name in form.properties}
        self.correctable = tuple(
            fact.id
            for fact in library.facts.values()
            if fact.correctable and fact.id in by_forms and self._follows(fact.id)
        )
        self.along = tuple(filter(self._follows, _asked_along(library)))
        """What may be said for the first time along with some correction (engine/questions/asking.py)."""
        self.decided = tuple(table for table in library.tables.values() if self._follows(table.output))
        self.deciding = frozenset(deciding)
        written = {name for form, _ in self.forms for name in form.properties} | {*self.correctable, *self.along}
        self._whatever: dict[Hashable, tuple[int, frozenset[str]]] = {}
        self.written = frozenset(written) & (focus.names | frozenset(focus.follows))

    def _telling(self, asked: Iterable[Asked]) -> Iterator[tuple[Form, Expression | None]]:
        """Each form that tells something of what is followed, once."""
        told: set[tuple[str, Expression | None]] = set()
        for form, requires in asked:
            if form is None or (form.id, requires) in told:
                continue
            told.add((form.id, requires))
            if any(self._follows(name) for name in form.properties):
                yield form, requires

    def _follows(self, fact: str) -> bool:
        return fact in self.focus.names or bool(self.focus.follows.get(fact))

    def whatever(self, control: Control, valuations: int) -> int:
        """All that a case may know after any number of answers, corrections and moments that do nothing else; wherever
        tokens stand."""
        key = control[1:], valuations
        known = self._whatever.get(key)
        if known is None:
            with self.data.reading() as hidden:
                after = self._recorded(control, valuations)
            known = self._whatever[key] = after, self.data.kept(hidden)
        self.data.hidden |= known[1]
        return known[0]

    def _recorded(self, control: Control, valuations: int) -> int:
        before = 0
        while valuations != before:
            before = valuations
            for form, requires in self.forms:
                here = valuations if requires is None else valuations & self.data.outcomes(requires, control).true
                valuations |= self.writing.accept(here, form, control)
            for name in self.correctable:
                valuations |= self.writing.correct(valuations, name, control)
            for name in self.along:
                valuations |= self.writing.some(valuations, name, control)
            valuations |= self.writing.pass_time(valuations, control)
            valuations = self.decisions(control, valuations)
        return valuations

    def decisions(self, control: Control, valuations: int) -> int:
        """All that a case may know after tables decided elsewhere, or decided again, each on what others decided."""
        before = 0
        while valuations != before:
            before = valuations
            for table in self.decided:
                again = self._may_decide(table, valuations)
                for fires, said in self.data.row_conditions(table):
                    here = again & self.data.outcomes(fires, control).true
                    if here and said is not None:
                        valuations |= self.writing.put(here, table.output, said, control)
        return valuations

    def _may_decide(self, table: Table, valuations: int) -> int:
        """Where a table may decide unseen: anywhere, or, when only steps that are followed ask it, where it has decided
        before: a correction has it decide again."""
        if table.id in self.deciding or table.output not in self.focus.names:
            return valuations
        return valuations & ~self.data.where(table.output, None)


@once
def _asked_along(library: Library) -> list[str]:
    """What some form asks along with some answer to a question that can be corrected, or with an answer to that."""
    along: dict[str, set[str]] = {}
    for form in library.forms.values():
        for part in conditionals(form.schema):
            asked = {*part.get("then", {}).get("required", ()), *part.get("else", {}).get("required", ())}
            for name in part["if"].get("properties", {}):
                along.setdefault(name, set()).update(asked)
    by_forms = {name for form in library.forms.values() for name in form.properties}
    queue = [fact.id for fact in library.facts.values() if fact.correctable and fact.id in by_forms]
    found: set[str] = set()
    while queue:
        more = along.get(queue.pop(), set()) - found
        found |= more
        queue += more
    return sorted(found)


def without(form: Form, names_: frozenset[str]) -> Form:
    """The form but for these questions, and what hangs on them."""
    if not names_ & form.properties.keys():
        return form
    parts = (part for part in conditionals(form.schema) if not names_ & part["if"].get("properties", {}).keys())
    schema = {
        "properties": {name: asked for name, asked in form.properties.items() if name not in names_},
        "required": [name for name in form.schema.get("required", ()) if name not in names_],
        "allOf": list(parts),
    }
    return replace(form, id=f"{form.id} elsewhere", schema=schema)
