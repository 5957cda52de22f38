"""What the store takes and gives beside the values of the model: keys of lists, rows with what lists show, accounts
and sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from engine.entries import Entry
from engine.model import Case, CaseFile, Centre, Outcome, Task, Turn

CaseKey = tuple[datetime, str]
"""Where a case stands in lists, and stays: (opened, id)."""


class TaskKey(NamedTuple):
    """Where a task stood in the list as it was at the moment `asked_at`."""

    asked_at: datetime
    rank: int
    moment: datetime
    """What it was ranked by: when something about it ends."""
    opened_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Stakes:
    """What makes tasks urgent, as content declares it."""

    urgent: Collection[str]
    """Steps that are urgent in themselves."""
    duties: Collection[tuple[str, str]]
    """(step, duty that it serves)."""
    clocks: Collection[tuple[str, str]]
    """(step, clock that it answers)."""
    shown: Collection[tuple[str, str]]
    """(role, clock that it is shown)."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task as lists need it: with its case's code and centre, and nothing that the survivor said."""

    task: Task
    case_code: str
    centre: str
    door: str
    case_opened_at: datetime
    edition: str
    key: TaskKey | None = None
    """Where it stands in the list that was asked for; None when none was."""
    day: datetime | None = None
    """The moment that was asked for with it, of its own scope: when the visit is due that it is a step of."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    case: Case
    open_tasks: int
    open_duties: int

    @property
    def key(self) -> CaseKey:
        return self.case.opened_at, self.case.id


@dataclass(frozen=True, slots=True)
class TrailRow:
    """An entry with its number in its centre's chain."""

    seq: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Fault:
    """What verify_trail found wrong with a chain, and where; of a case, or of the list of chapters, at 0."""

    centre: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a centre's chain ends: its last number and hash, as the paper register keeps them."""

    centre: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer that a worker has leased. `fence` must be given back when it fires: a worker whose lease
    expired is refused by it."""

    id: str
    case_id: str
    process_id: str
    element: str
    due_at: datetime
    fence: int


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn with the name of its person, as the account has it."""

    turn: Turn
    name: str


@dataclass(frozen=True, slots=True)
class Owed:
    """Which open duties nobody was noted to hold: those of one rule and edition at one centre."""

    centre: str
    edition: str
    rule: str
    holder: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `password_hash` is argon2id; `roles` are role ids by centre.

    `version` is what two administrators compete on. While `start_until` is set, the password is a start password:
    it opens nothing but the page where its owner chooses another, and only until then."""

    id: str
    login: str
    name: str
    password_hash: str
    language: str
    roles: Mapping[str, frozenset[str]]
    disabled: bool = False
    demo: bool = False
    version: int = 1
    start_until: datetime | None = None

    @property
    def is_machine(self) -> bool:
        """An API client's: it has no password, so nobody signs in with it."""
        return not self.password_hash


@dataclass(frozen=True, slots=True)
class Session:
    """A server-side session, or a token that was issued to an API client; only the sha256 of its secret is kept."""

    token_hash: str
    person_id: str
    created_at: datetime
    seen_at: datetime
    locked: bool
    kind: Literal["browser", "api", "token"]
    csrf: str = ""
    scopes: frozenset[str] | None = None
    """The only actions it may be used for; None when all of its person's."""
    ends_at: datetime | None = None
    """When an issued token ends; the others end when they are not used, and with the shift."""
    confirmed_at: datetime | None = None
    """When its password was given again; None: not since the start."""
    ended_at: datetime | None = None
    """When a browser's session was ended from elsewhere or left alone: nothing is shown to it any more."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, by the token of a session; and what every page of theirs needs, read at the same moment."""

    session: Session
    account: Account
    centres: Mapping[str, Centre]
    """All there are, by id."""
    unsent: bool
    """Whether something that they wrote and did not send is kept, on any page."""
    where: str = ""
    """The centre at which the case is that was asked about, or that of the task; '' when there is none."""
    edition: str = ""
    """The digest of the edition that was published last; '' when none was."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote on one opening of a page and did not send."""

    page: str
    fields: Mapping[str, Sequence[str]]
    at: datetime
    """When it was kept."""
    led_to: bool
    """Whether a page of the browser shows it, or leads back to it: it belongs there."""
    sent: bool = False
    """Whether its command was kept since: these words, or those of another opening that held the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the accounts that were searched for, by name, and how many there are in all."""

    accounts: Sequence[Account]
    total: int


Earlier = Callable[[str], Outcome] | None
"""Of a command that was carried out before: its outcome, given the fingerprint of what comes now. Raises
CommandReused."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """A task, open or closed, with its case, read at one moment: what somebody starts from who comes to do it."""

    row: TaskRow
    file: CaseFile
    closed: tuple[str, str, datetime] | None
    """(person, 'completed' | 'withdrawn', when) of a task that is no longer open."""
    earlier: Earlier


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case and a command, read at one moment: what somebody starts from who sends it on the page of the case."""

    file: CaseFile | None
    """None when there is no such case."""
    earlier: Earlier


@dataclass(frozen=True, slots=True)
class Arriving:
    """What a new case of a centre starts from, read at one moment."""

    zone: str
    """The centre's."""
    taken: bool
    """Whether a case has this code already."""
    earlier: Earlier
