"""The content as one focus sees it: all that makes no difference there is taken out (prove.md 3.3).

What was found over this holds for every edition of which the same is left. So a box drawn elsewhere, other words, a
limit of time, or a question that has nothing to do with a duty asks for no new proof of it (`engine/proofs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from engine.checks.analysis.answers import condition, conditionals
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import row_condition
from engine.expressions import ActText, And, Expression, Literal_, Name, Not, Or, Truth, names
from engine.library import Diagram, Drawing, DutyRule, Element, Form, Library, Pathway, Row, Source, Table, Where
from engine.prove.focus import CASE_END, Focus, inputs_of
from engine.prove.net import Net
from engine.prove.skipping import Skipping
from engine.rules.schedules import OPENS_AT

OPEN = Truth(Name("?"))
"""A question of which nothing is known here."""
SOME = "?"
"""An act that is not looked at, a timer of whatever length."""
_NOWHERE, _NO_SOURCE = Where(""), Source("")


def projected(library: Library, net: Net, focus: Focus) -> Library:
    """What is left of the content within a focus: a proof comes out the same over it."""
    return _Projection(library, net, focus).library()


class _Projection:
    def __init__(self, library: Library, net: Net, focus: Focus) -> None:
        self.whole = library
        self.net = net
        self.focus = focus
        self.skipping = Skipping(library, net, focus)
        self.inside = frozenset().union(*(net.steps(process) for process in focus.processes))
        self.seen = focus.names | frozenset(focus.follows) | frozenset(focus.valuations.rows)
        self.seen = self.seen.union(*(inputs_of(library, name) for name in focus.names))
        followed = (rule for rule in library.starts if rule.process in focus.processes)
        self.seen = self.seen.union(*(names(rule.when) for rule in followed))  # a new answer may start it again

    def library(self) -> Library:
        whole, pathway = self.whole, self.whole.pathway
        diagrams = {key: self._diagram(diagram) for key, diagram in pathway.diagrams.items()}
        doors = {
            key: replace(door, title={}, roles=frozenset(), acts=self._acts(door.acts), where=_NOWHERE)
            for key, door in pathway.doors.items()
        }
        anytime = {
            key: replace(
                item,
                title={},
                roles=frozenset(),
                acts=self._acts(item.acts),
                when=self._told(item.when),
                where=_NOWHERE,
            )
            for key, item in pathway.anytime.items()
        }
        left = replace(
            whole,
            digest="",
            jurisdiction="",
            pathway=replace(
                pathway,
                title={},
                owner="",
                lanes={},
                names={},
                unreviewed=frozenset(),
                where=_NOWHERE,
                doors=doors,
                anytime=anytime,
                diagrams=diagrams,
            ),
            forms={key: self._form(form) for key, form in whole.forms.items()},
            groups={},
            roles={},
            acts={},
            duties={self.focus.duty.id: _duty(self.focus.duty)},
            starts=tuple(self._starts()),
            schedules={
                key: replace(
                    item,
                    title={},
                    when=OPEN,
                    cancel_when=self._told(item.cancel_when) if item.process in self.focus.processes else None,
                    visits=(),
                    source=_NO_SOURCE,
                    where=_NOWHERE,
                )
                for key, item in whole.schedules.items()
            },
            files={},
        )
        return self._spoken_of(left)

    def _spoken_of(self, left: Library) -> Library:
        """Of facts, parameters and all that is computed, those that what is left speaks of, directly or not."""
        plain = {**_plain(self.whole), **{f"decided {item.id}": item for item in self._only_decided()}}
        said = _words((_asking_nothing(left.pathway), left.forms, left.duties, left.starts)) | self.seen
        said |= {_asks(step.table) for diagram in left.pathway.diagrams.values() for step in diagram.elements.values()}
        found: dict[str, _Plain] = {}
        growing = True
        while growing:
            new = {key: item for key, item in plain.items() if key not in found and not said.isdisjoint(item.names)}
            found |= new
            said = said.union(*(item.words for item in new.values()))
            growing = bool(new)
        kept = [item for key, item in plain.items() if key in found]

        def of(kind: str) -> dict[str, Any]:
            return {item.id: item.thing for item in kept if item.kind == kind}

        tables = {**of("decided"), **of("tables")}
        return replace(
            left,
            facts=of("facts"),
            derived=of("derived"),
            clocks=of("clocks"),
            tables={key: tables[key] for key in self.whole.tables if key in tables},
            parameters=of("parameters"),
        )

    def _only_decided(self) -> Iterator[_Plain]:
        """Each table as it is where a step asks it and nothing here reads what it says: only whether it says
        anything."""
        for table in self.whole.tables.values():
            told = ((self._told(row_condition(row)), row.then) for row in table.rows)
            rows = tuple(Row({"": (fires,)}, then and SOME, {}, _NOWHERE) for fires, then in told if fires is not None)
            bare = Table(table.id, {}, (), SOME, rows, _NO_SOURCE, _NOWHERE)
            yield _Plain("decided", table.id, bare, frozenset({_asks(table.id)}), _words(rows))

    def _diagram(self, diagram: Diagram) -> Diagram:
        elements = {key: self._element(element) for key, element in diagram.elements.items() if self._stays(element)}
        flows = {
            key: replace(flow, name="", condition=self._told(flow.condition), where=_NOWHERE)
            for key, flow in diagram.flows.items()
            if flow.source in self.inside and flow.target in self.inside
        }
        return replace(
            diagram,
            title={},
            file="",
            elements=elements,
            flows=flows,
            lanes={},
            annotations=(),
            drawing=Drawing({}, {}),
            xml=b"",
            where=_NOWHERE,
            group=None,
        )

    def _stays(self, element: Element) -> bool:
        """Of a process that is not followed only what its steps do is left, and what it calls."""
        if element.id in self.inside or element.kind == "call" or self.skipping.matters(element):
            return True
        return self._told(element.requires) not in (None, OPEN)

    def _element(self, element: Element) -> Element:
        return replace(
            element,
            name="",
            lane="",
            where=_NOWHERE,
            acts=self._acts(element.acts),
            requires=self._told(element.requires),
            due=None,
            urgent=False,
            timer=SOME if element.timer not in (None, OPENS_AT) else element.timer,
            timer_kind="",
            condition=self._told(element.condition),
        )

    def _acts(self, acts: tuple[ActText, ...]) -> tuple[ActText, ...]:
        """Those that are looked at; of all others, that something is done."""
        kept = (act if act.act in self.focus.acts or act.act == CASE_END else ActText(SOME, None) for act in acts)
        return tuple(dict.fromkeys(replace(act, when=self._told(act.when)) for act in kept))

    def _told(self, expression: Expression | None) -> Expression | None:
        """The expression, each part of it open of which nothing is known here."""
        match expression:
            case None | Literal_():
                return expression
            case Not(item):
                inner = self._told(item)
                return OPEN if inner == OPEN or inner is None else Not(inner)
            case And(items):
                left = self._parts(items)
                return OPEN if left == (OPEN,) else And(left)
            case Or(items):
                left = self._parts(items)
                return OPEN if left == (OPEN,) else Or(left)
        return expression if any(map(self.focus.valuations.answers, names(expression))) else OPEN

    def _parts(self, items: tuple[Expression, ...]) -> tuple[Expression, ...]:
        """What is left of parts that are joined: several that are open say no more than one."""
        told = (self._told(item) for item in items)
        return tuple(dict.fromkeys(item for item in told if item is not None))

    def _starts(self) -> Iterator[Any]:
        for rule in self.whole.starts:
            plain = replace(rule, because={}, source=_NO_SOURCE, where=_NOWHERE)
            if rule.process in self.focus.processes:
                yield plain
            else:
                yield replace(plain, scope="", when=OPEN, cancel_when=None, again=None)

    def _form(self, form: Form) -> Form:
        """The questions that are looked at, and what is demanded of them."""
        schema = {
            "properties": {name: asked for name, asked in form.properties.items() if name in self.seen},
            "required": [name for name in form.schema.get("required", ()) if name in self.seen],
            "allOf": [part for part in map(self._demand, conditionals(form.schema)) if part is not None],
        }
        return Form(form.id, schema, {}, {}, _NOWHERE)

    def _demand(self, part: Mapping[str, Any]) -> Mapping[str, Any] | None:
        said = condition(part["if"])
        if said is None or not names(said) <= self.seen:
            return None
        branches = {
            branch: {"required": [name for name in part[branch].get("required", ()) if name in self.seen]}
            for branch in ("then", "else")
            if branch in part
        }
        return {"if": part["if"], **branches}


def _duty(duty: DutyRule) -> DutyRule:
    return replace(
        duty,
        title={},
        kind="policy",
        severity="block",
        holder="",
        source=_NO_SOURCE,
        where=_NOWHERE,
        group=None,
        falls_back_to=None,
        override=(),
        exceptions=tuple(replace(item, cite="") for item in duty.exceptions),
    )


def _asks(table: str | None) -> str:
    """The word for a step that asks a table: what the table says is spoken of only where somebody reads it."""
    return f"asks {table}"


def _asking_nothing(pathway: Pathway) -> Pathway:
    """The pathway without the tables that its steps ask."""
    diagrams = {
        key: replace(diagram, elements={id_: replace(step, table=None) for id_, step in diagram.elements.items()})
        for key, diagram in pathway.diagrams.items()
    }
    return replace(pathway, diagrams=diagrams)


class _Plain(NamedTuple):
    """A fact, a parameter or something computed, without its words for people; `names` are those by which others speak
    of it, `words` all that it speaks of."""

    kind: str
    id: str
    thing: Any
    names: frozenset[str]
    words: frozenset[str]


_QUOTED = re.compile(r"'([^']*)'")


@once
def _plain(library: Library) -> dict[str, _Plain]:
    """All that may be spoken of, by kind and id."""
    found = [*_facts(library), *_computed(library), *_parameters(library)]
    return {f"{item.kind} {item.id}": item for item in found}


def _facts(library: Library) -> Iterator[_Plain]:
    for fact in library.facts.values():
        bare = replace(fact, title={}, value_titles={}, group="", later=False, lasting=False, where=_NOWHERE)
        yield _Plain("facts", fact.id, bare, frozenset({fact.id}), _words(bare))


def _computed(library: Library) -> Iterator[_Plain]:
    for derived in library.derived.values():
        less = replace(derived, title={}, group="", where=_NOWHERE)
        yield _Plain("derived", derived.id, less, frozenset({derived.id}), _words(less))
    for clock in library.clocks.values():
        kept = replace(clock, title={}, when=None, stops=(), shown_to=frozenset(), source=_NO_SOURCE, where=_NOWHERE)
        yield _Plain("clocks", clock.id, kept, frozenset({f"clock.{clock.id}"}), _words(kept))
    for table in library.tables.values():
        rows = tuple(replace(row, because={}, where=_NOWHERE) for row in table.rows)
        plain = replace(table, title={}, rows=rows, source=_NO_SOURCE, where=_NOWHERE, review=False)
        names_ = frozenset({table.output, f"now.{table.output}"})
        yield _Plain("tables", table.id, plain, names_, _words(plain))


def _parameters(library: Library) -> Iterator[_Plain]:
    for parameter in library.parameters.values():
        values = tuple(replace(dated, source=_NO_SOURCE) for dated in parameter.values)
        bare = replace(parameter, title={}, values=values, where=_NOWHERE)
        yield _Plain("parameters", parameter.id, bare, frozenset({parameter.id}), frozenset())


def _words(value: object) -> frozenset[str]:
    """Every string that a value holds, however deeply."""
    return frozenset(_QUOTED.findall(repr(value)))
