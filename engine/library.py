"""What the content folders say, once read: the shape of an edition (docs/content.md is its manual).

Frozen values only; `content.py` makes them, everyone else reads them. Every item keeps the file and
line it came from, so that a complaint can name them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from engine.expressions import ActText, Expression
from engine.expressions import names as names_in
from engine.model import Text, Value

LANGUAGES = ("en", "fr", "rw")


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the content something stands; `line` is 1-based, 0 when the whole file is meant."""

    file: str
    line: int = 0
    element: str = ""

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}" if self.line else self.file
        return f"{at} ({self.element})" if self.element else at


@dataclass(frozen=True, slots=True)
class Source:
    """The law or protocol behind a rule; status is verified or unverified (domain.md 9)."""

    cite: str
    text: str = ""
    url: str = ""
    status: Literal["verified", "unverified"] = "unverified"


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter, in force from a day."""

    valid_from: date
    value: Value
    source: Source


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated value. `unit` is years, hours, days, minutes, count or text; `as_of` says which day's law
    counts: that of the incident, the arrival, the duty's opening, or now."""

    id: str
    title: Text
    unit: str
    as_of: Literal["incident", "arrival", "duty", "now"]
    values: tuple[Dated, ...]
    where: Where


FactType = Literal["text", "integer", "number", "boolean", "date", "datetime", "choice", "choices"]


@dataclass(frozen=True, slots=True)
class FactRule:
    """One fact of the vocabulary. `values` is the closed domain of choice(s); `group` decides who sees it;
    `scope` is case or a kind such as visit; `correctable` facts may be corrected by those who may; what a form left out
    may be answered `later` (nothing then reads it)."""

    id: str
    title: Text
    type: FactType
    group: str
    where: Where
    scope: str = "case"
    values: tuple[str, ...] = ()
    value_titles: Mapping[str, Text] = field(default_factory=dict)
    correctable: bool = True
    later: bool = False
    review: bool = False
    """Whether a person looks at what was done on it when another answer takes its place."""
    heed: bool = False
    """Whether who sends any form of the case must have seen it as it stands: on it may hang who consents."""
    lasting: bool = False
    """Whether it holds from one time to the next: forms begin with it. What was found or agreed on one day does not."""
    minimum: float | None = None
    maximum: float | None = None
    future: bool = False
    """Whether a day or moment may lie ahead."""
    not_before: str | None = None
    """Another day or moment that this one cannot precede."""


@dataclass(frozen=True, slots=True)
class Group:
    """A field group. `apart` groups (identity) are stored apart from the case."""

    id: str
    title: Text
    apart: bool = False
    where: Where = Where("")


@dataclass(frozen=True, slots=True)
class Role:
    """A lane's people: which field groups they see and which engine actions they may do."""

    id: str
    title: Text
    sees: frozenset[str]
    may: frozenset[str]
    where: Where
    sees_when: Mapping[str, Expression] = field(default_factory=dict)
    """Groups seen only of a case of which the expression is true."""
    falls_back_to: tuple[str, ...] = ()
    """Who holds this role's duties, in this order, while nobody of it is awake."""


@dataclass(frozen=True, slots=True)
class Act:
    id: str
    title: Text
    where: Where
    to: Text = field(default_factory=dict)
    """How a sentence calls the doing of it: the centre must `notify the police`."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from facts. Kinds: `completed_years` (from, to, else), `hours_between` (from, to;
    `to` may be `now`), `first_of` (of), `least_age` and `most_age` (from, told, to): the years that somebody
    who was `from` years old at `told` can have completed at `to`; `reaches_age` (from, years): the moment at which
    the day begins on which somebody born on `from` has completed the years that the parameter `years` says."""

    id: str
    title: Text
    kind: Literal["completed_years", "hours_between", "first_of", "least_age", "most_age", "reaches_age"]
    type: FactType
    of: tuple[str, ...]
    otherwise: str | None
    group: str
    where: Where


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: every cell must be true; a cell is any of several conditions."""

    when: Mapping[str, tuple[Expression, ...]]
    then: str | None
    """The output's value, or None: not known yet."""
    because: Text
    where: Where


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table: exactly one row fires (checked: complete and disjoint). `output` is the fact that a
    business rule task records; `now.<output>` in expressions is what the table says at this moment."""

    id: str
    title: Text
    inputs: tuple[str, ...]
    output: str
    rows: tuple[Row, ...]
    source: Source
    where: Where
    review: bool = False
    """Whether a person reviews the case when an answer that changes would now decide otherwise."""


@dataclass(frozen=True, slots=True)
class DutyException:
    id: str
    when: Expression
    cite: str


@dataclass(frozen=True, slots=True)
class Within:
    """A limit of time: `parameter` holds its length; counted from the duty's opening, an act or a fact;
    `warn` (a parameter, too) is how long before the limit the holder's supervisor is told."""

    parameter: str
    start: str
    warn: str | None = None


DutySeverity = Literal["block", "warn", "record"]
"""What happens when a step would break a duty: it is refused, or done and told, or done and recorded."""
FAILED = "failed:"
"""Before the id of a duty: the act of the engine itself by which it takes note that this duty is late or broken."""
OVERRIDE_REASON = "override_reason"
"""System fact, a text on the scope `duty:<id>`: why somebody went on past that duty."""


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A duty in the words of prove.md 2 and 5."""

    id: str
    title: Text
    kind: Literal["law", "clinical", "policy"]
    form: Literal["must", "never", "always"]
    act: str | None
    """What must / must never be done; None for `always`."""
    always: Expression | None
    when: Expression | None
    before: str
    after: str | None
    """The act that each time makes it owed; FAILED and the id of a duty for what makes that one good."""
    without: tuple[str, ...]
    unless: Expression | None
    revoked_by: tuple[str, ...]
    within: Within | None
    scope: str
    """`case`, or `each`: the acts counted by `without` are forgotten once the act is done (per round)."""
    exceptions: tuple[DutyException, ...]
    if_unknown: Literal["broken", "ignore"]
    severity: DutySeverity
    holder: str
    source: Source
    where: Where
    group: str | None = None
    """The field group that the duty itself tells something of; None when all who read the case may know of it."""
    falls_back_to: tuple[str, ...] | None = None
    """Who holds it after the holder, in this order; None: whom the holder's role falls back to."""
    override: tuple[str, ...] = ()
    """The roles that may go on past it when it stands in the way, by giving a reason."""
    ends_by: Literal["facts", "correction"] = "facts"
    """What ends it, once owed, without its act: that its condition holds no more, or that alone by a correction."""

    @property
    def names(self) -> frozenset[str]:
        """What its condition and its exceptions name."""
        said = (self.when, *(exception.when for exception in self.exceptions))
        return frozenset().union(*(names_in(one) for one in said if one is not None))

    @property
    def makes_good(self) -> str | None:
        """The duty whose lateness or breach this one makes good (`if_broken`); None for a duty of its own."""
        return self.after.removeprefix(FAILED) if self.after is not None and self.after.startswith(FAILED) else None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clinical or legal window. `earliest`/`latest` name the moments it is counted from; `hours` names a
    parameter; `stops` are the acts that answer it; `when` hides it while known false."""

    id: str
    title: Text
    earliest: str
    latest: str
    hours: str
    when: Expression | None
    stops: tuple[str, ...]
    shown_to: frozenset[str]
    source: Source
    where: Where


@dataclass(frozen=True, slots=True)
class StartRule:
    """Which facts start and cancel a process (one running instance a scope key). One that was done starts
    once more only with `again`: when an answer that `when` reads has *changed*; or also when it was given once more, be
    it the same, by a form that may be filled *at any time* (care wanted once more), or by any (*said*: danger found at
    two visits in a row). *mistaken*: when by what is known now `when` did not hold as the last one began (asked on a
    birthday that was none)."""

    process: str
    scope: str
    when: Expression
    cancel_when: Expression | None
    because: Text
    source: Source
    where: Where
    again: Literal["changed", "at_any_time", "said", "mistaken"] | None = None


@dataclass(frozen=True, slots=True)
class VisitRule:
    """One slot of a schedule; times are ISO 8601 durations from the anchor (a moment's name, or `act.<id>`)."""

    id: str
    title: Text
    anchor: str
    at: str
    opens: str
    closes: str
    role: str
    when: Expression | None
    where: Where = Where("")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Follow-up visits: each is a process on scope `<scope>:<visit id>` with its moments as scoped facts. One that has
    opened goes on though it is not owed any more, unless `cancel_when`, read on its scope, holds."""

    id: str
    title: Text
    process: str
    scope: str
    when: Expression
    cancel_when: Expression | None
    visits: tuple[VisitRule, ...]
    source: Source
    where: Where


ElementKind = Literal[
    "start",
    "end",
    "terminate",
    "user",
    "rule",
    "call",
    "subprocess",
    "exclusive",
    "parallel",
    "timer",
    "conditional",
    "boundary_timer",
    "boundary_conditional",
]


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str
    condition: Expression | None
    is_default: bool
    where: Where


@dataclass(frozen=True, slots=True)
class Element:
    """A step of a diagram. `parent` is the embedded sub-process it stands in ('' at the top)."""

    id: str
    kind: ElementKind
    name: str
    lane: str
    parent: str
    where: Where
    form: str | None = None
    acts: tuple[ActText, ...] = ()
    requires: Expression | None = None
    due: str | None = None
    """The parameter that says how long a task may wait."""
    urgent: bool = False
    """Whether a task is urgent in itself: it comes before all that is not."""
    table: str | None = None
    called: str | None = None
    timer: str | None = None
    """The parameter (a duration) or moment (a fact) that a timer waits for."""
    timer_kind: Literal["duration", "date", ""] = ""
    condition: Expression | None = None
    attached_to: str | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a box stands in the drawing, in diagram units."""

    element: str
    x: float
    y: float
    width: float
    height: float
    label: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    flow: str
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Layout only: nothing in it may change what happens."""

    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]


@dataclass(frozen=True, slots=True)
class Annotation:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process: its elements and flows by id, lanes (id -> (name, element ids)), drawing, and its bytes."""

    key: str
    title: Text
    file: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, tuple[str, frozenset[str]]]
    annotations: tuple[Annotation, ...]
    drawing: Drawing
    xml: bytes
    where: Where
    group: str | None = None
    """The field group that its steps tell something of; None when all who read the case may know of them."""

    def outgoing(self, element: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows.values() if flow.source == element)

    def incoming(self, element: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows.values() if flow.target == element)


@dataclass(frozen=True, slots=True)
class Door:
    """A way to arrive: the roles that may receive there and the form they fill."""

    id: str
    title: Text
    form: str
    roles: frozenset[str]
    acts: tuple[ActText, ...]
    where: Where = Where("")


@dataclass(frozen=True, slots=True)
class Anytime:
    """A form that may be filled at any time on an open case (a changed choice, a withdrawn consent)."""

    id: str
    title: Text
    form: str
    roles: frozenset[str]
    when: Expression | None
    acts: tuple[ActText, ...]
    where: Where = Where("")


@dataclass(frozen=True, slots=True)
class Pathway:
    id: str
    title: Text
    owner: str
    main: str
    lanes: Mapping[str, str]
    """Lane name -> role id."""
    doors: Mapping[str, Door]
    anytime: Mapping[str, Anytime]
    diagrams: Mapping[str, Diagram]
    names: Mapping[str, Text]
    """Element id -> its name by language (en is the diagram's own)."""
    unreviewed: frozenset[str]
    """Languages whose texts no native speaker has reviewed yet."""
    where: Where
    review: str | None = None
    """The process that starts when a correction changes a decision already taken."""
    reopened: str | None = None
    """The process that starts when a closed case opens again, so that it can be closed again."""

    @property
    def named(self) -> frozenset[str]:
        """The processes that the engine itself starts: the main one, the review, the one after reopening."""
        return frozenset(filter(None, (self.main, self.review, self.reopened)))


_OF_A_FORM = frozenset({"title", "guidance", "submit"})
AGAIN = "again"
"""Of a question, the text that says why a step asks it though it is known."""


def controls_of(layout: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The controls of a JSON Forms layout, in the order of the page."""
    if layout.get("type") == "Control":
        yield layout
    for inner in layout.get("elements", ()):
        yield from controls_of(inner)


def _is_of(message: str, questions: Collection[str]) -> bool:
    """Whether a text is of one of these questions; why a step asks it again is of the step alone."""
    name, _, part = message.partition(".")
    return name in questions and part != AGAIN


@dataclass(frozen=True, slots=True)
class Form:
    """A JSON Schema 2020-12 with a JSON Forms uischema and its texts. Property names are fact ids."""

    id: str
    schema: Mapping[str, Any]
    uischema: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]
    """Language -> message id -> words. `title`, `guidance`, `<property>`, `<property>.<value>`,
    `<property>.hint`, `<property>.again` (why it is asked again), `submit`."""
    where: Where
    shows: tuple[str, ...] = ()
    """Facts that whoever fills it must have before them, such as the agreed way to reach the survivor."""

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.schema.get("properties", {})
        return found

    def asks_again(self, name: str) -> bool:
        """Whether it asks this although it is known, and says why: it is then to be answered anew."""
        return f"{name}.{AGAIN}" in self.texts.get("en", {})

    def only(self, *names: str, required: Iterable[str] | None = None) -> Form:
        """The same form with these questions alone, which hang on no other answer any more; all of them need an answer,
        unless those that do are named."""
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": {name: self.properties[name] for name in names},
            "required": list(names if required is None else required),
        }
        options = {found["scope"]: found["options"] for found in controls_of(self.uischema) if "options" in found}
        scopes = [f"#/properties/{name}" for name in names]
        controls = [
            {"type": "Control", "scope": scope} | ({"options": options[scope]} if scope in options else {})
            for scope in scopes
        ]
        uischema = {"type": "VerticalLayout", "elements": controls}
        texts = {
            language: {id: words for id, words in found.items() if id in _OF_A_FORM or _is_of(id, names)}
            for language, found in self.texts.items()
        }
        return Form(".".join((self.id, *names)), schema, uischema, texts, self.where)


@dataclass(frozen=True, slots=True)
class Library:
    """One edition, whole. `digest` names it; `files` are the bytes it was read from, by relative path."""

    digest: str
    jurisdiction: str
    pathway: Pathway
    forms: Mapping[str, Form]
    parameters: Mapping[str, Parameter]
    facts: Mapping[str, FactRule]
    groups: Mapping[str, Group]
    roles: Mapping[str, Role]
    acts: Mapping[str, Act]
    derived: Mapping[str, Derived]
    tables: Mapping[str, Table]
    duties: Mapping[str, DutyRule]
    clocks: Mapping[str, ClockRule]
    starts: tuple[StartRule, ...]
    schedules: Mapping[str, Schedule]
    files: Mapping[str, bytes]

    def is_apart(self, fact: str) -> bool:
        """Whether the fact belongs to a group that is kept apart from the case, such as identity."""
        rule = self.facts.get(fact)
        return rule is not None and self.groups[rule.group].apart

    def anew(self, form: Form, name: str) -> bool:
        """Whether the form begins without an answer to this though one is known, which is told beside it: unless a fact
        lasts, what was said last time is not what is so now. What is asked again on purpose is asked anew, too."""
        rule = self.facts.get(name)
        return form.asks_again(name) or rule is None or not rule.lasting

    def heeds(self, form: Form) -> tuple[str, ...]:
        """What who sends a form must have seen as it stands: what it asks, and what every form must heed."""
        return (*form.properties, *(id for id, fact in self.facts.items() if fact.heed and id not in form.properties))

    def visit_of(self, scope: str) -> tuple[Schedule, VisitRule] | None:
        """The visit that has this scope, with its schedule."""
        visits = ((schedule, visit) for schedule in self.schedules.values() for visit in schedule.visits)
        return next(((found, visit) for found, visit in visits if scope == f"{found.scope}:{visit.id}"), None)

    def table_of(self, output: str) -> Table | None:
        return next((table for table in self.tables.values() if table.output == output), None)
