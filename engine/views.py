"""What the Desk answers to questions: plain values for the faces to draw, already cut to what the person
may see. Texts stay in all languages (`Text`); faces choose one. No face computes a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from engine.library import DutySeverity, Form
from engine.model import Case, Fact, Stuck, Text, Turn, Value

One = TypeVar("One")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Page(Generic[One, Key]):
    """Some of a list, in an order that what happens meanwhile does not change."""

    items: tuple[One, ...]
    after: Key | None
    """Ask for what comes after this to read on; None when there is no more."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """`state`: unknown (no time known), open, closed, or answered."""

    rule: str
    title: Text
    state: Literal["unknown", "open", "closed", "answered"]
    until: datetime | None
    """End of the countdown that is shown (urgency)."""
    possible_until: datetime | None
    """Last moment it is still possible (latest plausible time)."""
    cite: str
    verified: bool


@dataclass(frozen=True, slots=True)
class HolderView:
    """The awake holder: the people who hold a duty at this moment, on shift or on call. `meanwhile`: their role
    holds it instead of the one that owes it, of which nobody is awake."""

    role: str
    role_title: Text
    kind: Literal["shift", "call"]
    people: tuple[str, ...]
    """Their names."""
    meanwhile: bool


@dataclass(frozen=True, slots=True)
class RecordedWith:
    """A form of any time with which somebody records that a duty was done."""

    id: str
    title: Text
    roles: tuple[Text, ...]
    """Who may fill it."""
    yours: bool


@dataclass(frozen=True, slots=True)
class DutyView:
    """`sentence` is the duty's title; `holder_title` the role that owes it."""

    rule: str
    scope: str
    status: Literal["idle", "owed", "late", "met", "broken", "cancelled"]
    sentence: Text
    kind: Literal["law", "clinical", "policy"]
    severity: str
    holder: str
    holder_title: Text
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    because: str
    cite: str
    verified: bool
    held_by: HolderView | None = None
    """None when nobody awake holds it, or when it is not open."""
    reason: str = ""
    """Why somebody went on past it, for those who may read that."""
    record_with: tuple[RecordedWith, ...] = ()
    """Where it is recorded that it was done, while no open step of its case does it."""

    @property
    def unheld(self) -> bool:
        """Whether it is owed and nobody awake holds it."""
        return self.status in ("owed", "late") and self.held_by is None


@dataclass(frozen=True, slots=True)
class SaidDuty:
    """A duty of the rules in plain sentences. `limit` is empty without one; `since` is the day from which its length
    is in force."""

    rule: str
    title: Text
    sentence: Text
    kind: Literal["law", "clinical", "policy"]
    severity: DutySeverity
    holder_title: Text
    limit: Text
    since: date | None
    cite: str
    quote: str
    verified: bool
    proof: Literal["", "proved", "unproved"] = ""
    """Whether it was proved before the edition was published; empty when no proof is kept with it."""
    accepted: str = ""
    """Why somebody signed for it although it is not proved."""
    accepted_by: str = ""


@dataclass(frozen=True, slots=True)
class SaidDuties:
    """All duties of the edition in force, with its digest and since when it is."""

    edition: str
    published_at: datetime
    duties: tuple[SaidDuty, ...]


@dataclass(frozen=True, slots=True)
class VisitOf:
    """The visit that a step belongs to, so that two of one case are not taken for each other. `title` is None for those
    who may not know what the visit is for; whoever has the step before them may know its day."""

    title: Text | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A row of the work list. `group`: now (mine, urgent, or due/clock running out), soon, waiting
    (held by another)."""

    id: str
    version: int
    case_id: str
    case_code: str
    title: Text
    process_title: Text
    role: str
    role_title: Text
    door: Text | None
    """By which the survivor came; None for those who may not know it, and in lists for those who know it of some cases
    only."""
    opened_at: datetime
    due_at: datetime | None
    claimed_by: str | None
    claimed_by_name: str | None
    mine: bool
    yours: bool
    """Whether it is of a role of this person: only then they may open it."""
    urgent: bool
    """Whether the step is urgent in itself."""
    clock: ClockView | None
    """The clock that matters: the first to end of those that the step answers, or else of those the role is shown."""
    duties: tuple[DutyView, ...]
    """Open duties of the case: first those that the step serves, then the others that this role holds."""
    served: int
    """How many of them the step serves."""
    group: Literal["now", "soon", "waiting"]
    element: str
    visit: VisitOf | None
    """None for a step of no visit, and for those who may neither work it nor know of the visit."""


@dataclass(frozen=True, slots=True)
class ShiftView:
    """Until when the person is on shift at a centre of theirs; None while they are not."""

    centre: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class WorkList:
    items: tuple[TaskItem, ...]
    clocks: tuple[tuple[str, str, ClockView], ...]
    """(case id, case code, clock) that the person's roles should see although they hold no task there."""
    roles: tuple[tuple[str, Text, int], ...]
    """(role id, title, number of open tasks) for the filters."""
    page: int
    """The page that was asked for, or the last one there is."""
    pages: int
    total: int
    """Open tasks of the person, or of the role asked for, on all pages."""
    owed: tuple[tuple[str, str, DutyView], ...]
    """(case id, case code, duty) that the person's roles hold and no open task of the role serves."""
    meanwhile: tuple[tuple[str, str, DutyView], ...]
    """(case id, case code, duty) that the person holds instead of the role that owes it."""
    cut: frozenset[str]
    """Which of `clocks`, `owed` and `meanwhile` go on beyond what is here, the most pressing first."""
    left_behind: tuple[tuple[str, str, Text], ...]
    """(task id, case code, title) of steps that are gone, of which the person saved answers and did not send them."""
    shifts: tuple[ShiftView, ...]
    """At the centres where the person may be on shift."""
    etag: str


@dataclass(frozen=True, slots=True)
class Because:
    """Why a task is there: the rule, in words, with its citation."""

    sentence: Text
    cite: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that is already known, so that nobody asks again."""

    name: str
    title: Text
    value: Value
    value_title: Text | None
    recorded_at: datetime
    happened_at: datetime
    source: str
    """Where it came from: `form:<id>`, `door:<id>`, `correction`, `decision:<table>`, `schedule:<id>`."""


@dataclass(frozen=True, slots=True)
class VisitTold:
    """What a visit recorded, for the step of another, or for one of its own: this has no title and no day."""

    title: Text | None
    due_at: datetime | None
    facts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    item: TaskItem
    form: Form
    schema: Mapping[str, object]
    """The form's JSON Schema with titles in no language (API clients read `texts` of the form)."""
    saved: Mapping[str, object]
    """Half-filled answers of this person, or what is known of the form's lasting facts."""
    before: tuple[Told, ...]
    """What was answered before to the questions that this form asks anew: to be read, not to be sent unasked."""
    blocked: Because | None
    """Set when the step's precondition does not hold now; completing it is refused with this."""
    why: tuple[Because, ...]
    leads_to: tuple[Text, ...]
    """Names of the steps that may follow in the diagram."""
    clocks: tuple[ClockView, ...]
    shows: tuple[Told, ...]
    """What the form has shown before anything else, as far as it is known and the person may see it; in its order."""
    told: tuple[Told, ...]
    """What is known of the case as a whole, oldest first."""
    visits: tuple[VisitTold, ...]
    """What is known of its visits: of the step's own first, then newest first."""
    duties: tuple[DutyView, ...]
    shown: datetime
    """When the newest was recorded of what is shown here: whoever sends the answers says by it what they saw."""
    meanwhile: tuple[Told, ...] = ()
    """What is recorded of the questions otherwise than the half-filled answers say, and was not when they were kept."""
    saved_at: datetime | None = None
    """When this person last saved half-filled answers and went on to something else; None for what is known, and for
    what was only kept because the screen was hidden."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What colleagues recorded of a form's questions since it was shown, and which answers in it stand as they were
    shown then."""

    told: tuple[Told, ...] = ()
    untouched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What a task asks, open or done, and of which case it is."""

    case_id: str
    case_code: str
    form: Form
    recorded: tuple[Told, ...] = ()
    """Of a task that is done: what stands now of what it asks, as far as the person may see it."""
    left_out: LeftOut | None = None
    """And what this person may still answer of it."""
    changed: tuple[Line, ...] = ()
    """And what was written of the case at the moment that ended it, as far as they may read it."""
    opens: bool = True
    """Whether they may still open the case."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a person had half-filled of a task that is gone; and when, if they saved it themselves."""

    form: Form
    answers: Mapping[str, object]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One process of the case with its state."""

    key: str
    title: Text
    scope: str
    status: Literal["running", "done", "cancelled"]
    started_at: datetime | None
    """None, as `ended_at`, for those who see nothing of it but their own tasks."""
    ended_at: datetime | None
    tasks: tuple[TaskItem, ...]
    waiting_for: tuple[Text, ...]
    """Names of the events it waits for."""


@dataclass(frozen=True, slots=True)
class VisitView:
    id: str
    place: str
    """Where its facts stand, for an address: it says nothing of the visit (`Desk.fact_at`)."""
    scope: str
    """On which its facts are recorded, and corrected."""
    title: Text
    role_title: Text
    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    status: Literal["planned", "open", "done", "cancelled"]
    facts: tuple[Told, ...]
    """What was recorded of it, as far as the person sees it, oldest first."""
    correctable: tuple[str, ...]
    """Those of them that this person may correct now."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. `kind` and `params` choose the sentence; `names` are texts to put into it.
    `seq` is its number in the centre's trail: ask for what stands before it to page on."""

    seq: int
    at: datetime
    kind: str
    person: str
    person_name: str
    params: Mapping[str, str]
    names: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class AnytimeView:
    id: str
    title: Text
    form: Form
    heeds: tuple[str, ...]
    """The facts that who sends it must have seen as they stand."""


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What stands above a case; None for what the person may not know of it."""

    id: str
    code: str
    current_centre: str
    edition: str
    status: Literal["open", "closed"]
    door: Text | None
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnytimeForm:
    """A form that may be filled at any time, as its page needs it."""

    case: CaseHead
    asked: AnytimeView
    heeded: tuple[Told, ...]
    """What stands of the facts that it heeds."""
    shown: datetime
    """Until when what this view shows was recorded: who sends the form says so."""


@dataclass(frozen=True, slots=True)
class IdentityView:
    """Who the survivor is, as its page needs it."""

    case: CaseHead
    told: tuple[Told, ...]
    correctable: tuple[str, ...]
    """Those of the facts which the person may correct."""


@dataclass(frozen=True, slots=True)
class CaseView:
    case: CaseHead
    responsible: tuple[tuple[Text, HolderView | None], ...]
    """For each role that has something to do: (its title, who is awake)."""
    duties: tuple[DutyView, ...]
    """Open ones first."""
    services: tuple[ServiceView, ...]
    visit_tasks: tuple[TaskItem, ...]
    """The open tasks of its visits: those of the person's roles, and of the visits of which they may know."""
    clocks: tuple[ClockView, ...]
    facts: tuple[tuple[Text, tuple[Told, ...]], ...]
    """(group title, its facts), only groups the person may see."""
    correctable: tuple[str, ...]
    """Fact ids that this person may correct now."""
    has_identity: bool
    """Whether this person may ask who the survivor is (`desk.identity`)."""
    visits: tuple[VisitView, ...]
    """Newest first."""
    anytime: tuple[AnytimeView, ...]
    left_out: tuple[LeftOut, ...]
    """By form, in the order of the content."""
    timeline: tuple[Line, ...]
    """The newest entries asked for, as far as the person may read them; newest first."""
    earlier: int | None
    """Ask for entries before this number to page on; None when there are no more."""
    stuck: tuple[Stuck, ...]
    here: Mapping[str, tuple[str, ...]]
    """Process key -> element ids where the case stands now ("you are here")."""
    passed: Mapping[str, tuple[str, ...]]
    """Process key -> element ids already passed."""
    shown: datetime
    """When the newest was recorded of what is shown here (see `TaskView.shown`)."""


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact with its history, for the page that corrects it."""

    name: str
    scope: str
    title: Text
    history: tuple[Fact, ...]
    names: Mapping[str, str]
    """Of who recorded what stands in the history, by their ids."""
    form: Form
    """A form with this one property, taken from the form that asks it."""
    recorded_at: datetime
    """Of the fact as it stands: a correction says by it what was seen."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a form that was filled in on a case left out, and may still be answered."""

    id: str
    """Of the form as a whole."""
    case_code: str
    title: Text
    form: Form
    """With the questions that were left out alone; none of them needs an answer."""
    whole: Form
    """With all of its questions."""
    recorded: tuple[Told, ...] = ()
    """What stands of them, as far as the person may see it; only where this form alone is asked for."""


@dataclass(frozen=True, slots=True)
class DoorView:
    id: str
    title: Text
    form: Form


@dataclass(frozen=True, slots=True)
class CaseItem:
    """An open case as a list shows it: with what is open in it, and nothing that was told."""

    case: Case
    door: Text
    open_tasks: int
    open_duties: int


@dataclass(frozen=True, slots=True)
class Board:
    """The coordinator's: duties and clocks by urgency, stuck cases, open cases."""

    duties: tuple[tuple[str, str, DutyView], ...]
    """(case id, code, duty)."""
    stuck: tuple[tuple[str, str, Stuck, Text], ...]
    """(case id, code, stuck, element name)."""
    number_of_cases: int
    """How many are open."""
    cases: tuple[tuple[Case, int, int], ...]
    """(case, open tasks, open duties) of the newest."""
    here: tuple[TurnView, ...]
    """Who is on shift and on call now."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """Somebody on shift or on call in one role."""

    turn: Turn
    role_title: Text
    name: str


@dataclass(frozen=True, slots=True)
class GapView:
    """A time at which nobody of a role is on shift or on call."""

    role_title: Text
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RotaView:
    """Who is at a centre, the plan of who is on call, and where it has gaps."""

    centre: str
    here: tuple[TurnView, ...]
    """On shift now."""
    calls: tuple[TurnView, ...]
    """On call now and in the coming days, in order of time."""
    gaps: tuple[GapView, ...]
    may_plan: bool
    people: tuple[tuple[str, str, str, Text], ...]
    """(person id, name, role id, title) of all who can be put on call; empty for those who may not plan."""
