"""The words of design.md as frozen values: what a case is, and what a command does to it.

Imports nothing of ours but the entries of the trail. Times are aware datetimes in UTC. A scope is `case` or
`<kind>:<key>` (for example `visit:fu_2w`): what a fact, a process or a duty belongs to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.entries import Entry

CASE_SCOPE = "case"
DUTY_SCOPE = "duty"
"""The kind of scope on which it is recorded why somebody went on past a duty."""

Value = str | int | float | bool | date | datetime | tuple[str, ...]
"""An accepted answer: text, whole number, number, yes/no, day, moment, or several choices."""

Text = Mapping[str, str]
"""The same words by language: {"en": ..., "fr": ..., "rw": ...}."""

FactKey = tuple[str, str]
"""(fact id, scope)."""


class Refusal(Exception):
    """A person may act differently: shown to them with what to do next, never a fault of ours.

    `status` is the HTTP status the faces use (422 answer, 403 not theirs, 404 not found, 409 changed
    meanwhile); `code` is a stable word for programs and translations; `params` fill the translated
    sentence and never hold an answer's value; `problems` name fields; `duties` stand in the way, and
    `overridable` says that this person may go on past all of them by giving a reason.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 422,
        problems: tuple[Problem, ...] = (),
        params: Mapping[str, str] | None = None,
        duties: tuple[str, ...] = (),
        overridable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.problems = problems
        self.params = dict(params or {})
        self.duties = duties
        self.overridable = overridable


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in words; `code` is the translation key."""

    field: str
    code: str
    message: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a signed-in person, an API client, or the system itself (`SYSTEM`).

    `roles` are role ids by centre id; a person may hold several roles at several centres.
    """

    id: str
    name: str
    roles: Mapping[str, frozenset[str]]
    language: str = "en"

    def roles_at(self, centre: str) -> frozenset[str]:
        return self.roles.get(centre, frozenset())

    @property
    def centres(self) -> tuple[str, ...]:
        return tuple(sorted(self.roles))


SYSTEM = Person(id="system", name="Isange", roles={})


@dataclass(frozen=True, slots=True)
class Override:
    """With which roles somebody acts on a case, and why they go on past the duties that they were shown to stand in
    the way, if they do."""

    roles: frozenset[str] = frozenset()
    reason: str = ""
    duties: frozenset[str] = frozenset()


def override_scope(duty: str) -> str:
    """The scope on which it is recorded why somebody went on past a duty."""
    return f"{DUTY_SCOPE}:{duty}"


@dataclass(frozen=True, slots=True)
class Centre:
    """A one-stop centre; `zone` is an IANA time zone name; kind is fixed, mobile or camp."""

    id: str
    name: str
    zone: str
    kind: str = "fixed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's time in one role at a centre, from a moment until another that no longer belongs to it: on shift
    (here and awake) or on call (reachable, comes when called)."""

    id: str
    centre: str
    kind: Literal["shift", "call"]
    role: str
    person: str
    starts_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Case:
    """One survivor's way through the centre, pinned to an edition.

    `version` is the internal compare-and-swap; people never see it.
    """

    id: str
    code: str
    opened_at_centre: str
    current_centre: str
    edition: str
    door: str
    opened_at: datetime
    status: Literal["open", "closed"] = "open"
    closed_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """An accepted answer or a recorded decision. Append-only; of a key the one that happened last is current.

    `source` says where it came from: `form:<form id>`, `correction`, `decision:<table id>`,
    `schedule:<schedule id>`, `door:<door id>`. `happened_at` is when it was true in the world,
    `recorded_at` when the centre learned it.
    """

    name: str
    scope: str
    value: Value
    happened_at: datetime
    recorded_at: datetime
    person: str
    source: str
    corrects: bool = False
    reason: str = ""
    current: bool = True
    """False for news that came late: something newer was already known, so it is history only."""

    @property
    def key(self) -> FactKey:
        return (self.name, self.scope)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a table, with the row that fired and why it may be trusted."""

    table: str
    scope: str
    output: str
    value: Value
    row: int
    because: Text
    cite: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A conditional event that waits on the state of the case (level-triggered)."""

    spiff_task: str
    element: str
    condition: str


@dataclass(frozen=True, slots=True)
class Process:
    """One diagram that runs for a case on one scope key.

    `snapshot` is the flow's state without its spec and without any fact; empty when ended.
    `waits` repeats the open conditional events, so that most steps never load the snapshot.
    """

    id: str
    case_id: str
    key: str
    scope: str
    status: Literal["running", "done", "cancelled"]
    snapshot: bytes
    started_at: datetime
    ended_at: datetime | None = None
    waits: tuple[Wait, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A user task that waits for a role. `version` is what two people compete on."""

    id: str
    case_id: str
    process_id: str
    process_key: str
    element: str
    scope: str
    role: str
    form: str
    opened_at: datetime
    due_at: datetime | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which a waiting event of a process is due. Fires once, never early."""

    id: str
    case_id: str
    process_id: str
    element: str
    due_at: datetime


DutyStatus = Literal["idle", "owed", "late", "met", "broken", "cancelled"]


WARNED = "warned"
"""The flag of a duty whose holder's supervisor was warned."""


@dataclass(frozen=True, slots=True)
class Duty:
    """The state of one duty rule on one scope of one case: the monitor's flags and what they mean.

    `flags` is the monitor's own memory (acts seen since the last reset and so on); a duty that was
    never touched has no row. `late` stays owed: a late duty is still a duty.
    """

    case_id: str
    rule: str
    scope: str
    status: DutyStatus
    flags: tuple[str, ...]
    holder: str
    opened_at: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    closed_at: datetime | None = None
    because: str = ""

    @property
    def open(self) -> bool:
        return self.status in ("owed", "late")

    @property
    def note_at(self) -> datetime | None:
        """When it is next to be noted as warned or late; None when nothing is left to note."""
        if self.status != "owed":
            return None
        moments = (self.due_at, None if WARNED in self.flags else self.warn_at)
        return min((moment for moment in moments if moment is not None), default=None)


@dataclass(frozen=True, slots=True)
class Clock:
    """A window counted from the assault: the countdown shown uses `ends_earliest` (urgency), what is
    still possible uses `ends_latest` (benefit of the doubt). Both None while no time is known."""

    case_id: str
    rule: str
    ends_earliest: datetime | None
    ends_latest: datetime | None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActDone:
    """An act that a step performed."""

    act: str
    scope: str
    at: datetime
    element: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """The engine could not go on; a supervisor frees it. `why` is for people, `detail` for engineers;
    neither holds an answer."""

    id: str
    case_id: str
    process_id: str
    element: str
    code: str
    why: str
    opened_at: datetime
    task_id: str | None = None
    freed_at: datetime | None = None
    freed_by: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that a move may read of a case. Everything in it is current; history is in the store."""

    case: Case
    facts: Mapping[FactKey, Fact]
    processes: tuple[Process, ...]
    tasks: tuple[Task, ...]
    timers: tuple[Timer, ...]
    duties: tuple[Duty, ...]
    clocks: tuple[Clock, ...]
    acts: Mapping[FactKey, datetime]
    """(act, scope) -> when it was last done."""
    stuck: tuple[Stuck, ...]
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, in terms that a face can show and an idempotency key can give again."""

    case_id: str
    case_code: str
    task_id: str | None = None
    opened: tuple[str, ...] = ()
    """Ids of the tasks that opened, of those that are for the person who asks: urgent ones first."""
    duties_opened: tuple[str, ...] = ()
    duties_closed: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    """Tables that decided."""
    stuck: bool = False
    closed: bool = False
    replayed: bool = False
    """True when an earlier result is given again."""


@dataclass(frozen=True, slots=True)
class Move:
    """Everything one command changes, to be kept in ONE commit or not at all.

    `expected_version` is the case version that the move was computed from (None for a new case);
    `case` is the case after it, with version + 1.
    """

    case: Case
    expected_version: int | None
    at: datetime
    person: str
    outcome: Outcome
    command_id: str | None = None
    fingerprint: str = ""
    """Digest of the command's content: the same command id with other content is refused."""
    facts: tuple[Fact, ...] = ()
    facts_replaced: tuple[FactKey, ...] = ()
    """Keys of those that had a current value before."""
    decisions: tuple[Decision, ...] = ()
    processes: tuple[Process, ...] = ()
    """New or changed ones, whole."""
    tasks: tuple[Task, ...] = ()
    """New or changed open ones, whole."""
    task_closed: tuple[tuple[Task, str], ...] = ()
    """(task as it was, 'completed' | 'withdrawn')."""
    timers: tuple[Timer, ...] = ()
    timers_cleared: tuple[Timer, ...] = ()
    """Those that fired, or that nothing waits for any more."""
    duties: tuple[Duty, ...] = ()
    clocks: tuple[Clock, ...] = ()
    acts: tuple[ActDone, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    """New or changed ones (freed), whole."""
    passed: tuple[str, ...] = ()
    """Ids of the elements that the processes passed, in order; not kept, for those who watch (drills)."""
    entries: tuple[Entry, ...] = ()
