"""What the rest of the house may ask of the store; knows no SQL. SQLite and PostgreSQL both keep it.

Every method is one transaction. All times are aware UTC datetimes, passed in, never read here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from engine.model import (
    Case,
    CaseFile,
    Centre,
    Clock,
    Decision,
    Duty,
    Entry,
    Fact,
    Move,
    Outcome,
    Stuck,
    Task,
    Turn,
)


class CaseChanged(Exception):
    """The case moved on since it was read: read again and compute the move anew (Desk retries 3 times)."""


class TaskChanged(Exception):
    """The task the person saw has another version, or is gone: nothing was claimed or released."""


class CommandReused(Exception):
    """The same command id came with other content."""


class StoreBusy(Exception):
    """The database cannot be written just now (locked, full, restarting); nothing was saved."""


class StoreMoved(StoreBusy):
    """The database's file is not where it was opened: what were written now, nobody would find again."""

    def __init__(self) -> None:
        super().__init__(
            "The database file was removed or replaced while the house runs: stop it, put the file back, start again"
        )


class NoAddress(ValueError):
    """The address of a database cannot be read; the message does not repeat it, for a password may be in it."""

    def __init__(self) -> None:
        super().__init__(
            "The address of the database cannot be read. It is `sqlite:///path/of/a/file.db` or "
            "`postgresql://user:password@host:port/name`; check --database, or ISANGE_DATABASE"
        )


class StoreForeign(Exception):
    """The database is not one that this version can bring to its schema."""

    def __init__(self) -> None:
        super().__init__(
            "The database is of a newer version of Isange, or of another program; nothing was changed. Install the "
            "version that made it, or name another database with --database"
        )


class StoreDamaged(Exception):
    """What the database holds cannot be read any more, or is not what was kept; only a backup helps."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The database is damaged: {what}. Restore it from a backup (docs/backup.md)")


class AccountChanged(Exception):
    """The account was changed since it was read: nothing of the later change was kept."""


class CentreChanged(Exception):
    """The centre was changed since it was read: nothing of the later change was kept."""


class NobodyLeft(Exception):
    """After the change, no account that may sign in would hold one of the roles that must stay held."""


class StoreUnsure(StoreBusy):
    """The database went away while it was saving: only the same command, sent again, can tell whether it did."""


class DoesNotOpen(Exception):
    """Sealed data does not open: the case's key was erased, or the data was moved or changed."""


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
    """An open task as lists need it: with its case's code and centre, and nothing of the survivor."""

    task: Task
    case_code: str
    centre: str
    door: str
    case_opened_at: datetime
    edition: str
    key: TaskKey | None = None
    """Where it stands in the list that was asked for; None when none was."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the accounts that were searched for, by name, and how many there are in all."""

    accounts: Sequence[Account]
    total: int


@dataclass(frozen=True, slots=True)
class AtHand:
    """A task, open or closed, with its case, read at one moment: what somebody starts from who comes to do it."""

    row: TaskRow
    file: CaseFile
    closed: tuple[str, str, datetime] | None
    """(person, 'completed' | 'withdrawn', when) of a task that is no longer open."""
    earlier: Callable[[str], Outcome] | None
    """Of a command that was carried out before: its outcome, given the fingerprint of what comes now. Raises
    CommandReused."""


class Store(Protocol):
    # cases
    def read_file(self, case_id: str) -> CaseFile | None:
        """Everything a move may read, in one statement; None when there is no such case."""
        ...

    def at_hand(self, task_id: str, command_id: str | None = None) -> AtHand | None:
        """A task with its case, and what this command did if it was kept before; None when there is no such task."""
        ...

    def keep(self, move: Move, fence: tuple[str, int] | None = None) -> Outcome:
        """Keeps the whole move in one commit, its entries chained last.

        If `move.command_id` was kept before with the same fingerprint, changes nothing and gives the first
        outcome with replayed=True. Raises CommandReused, CaseChanged, StoreBusy, StoreUnsure. With `fence`
        = (timer id, fence) the move is kept only if that lease still stands (else CaseChanged)."""
        ...

    def earlier(self, command_id: str, fingerprint: str) -> Outcome | None:
        """The outcome kept for this command, or None. Raises CommandReused."""
        ...

    def change_task(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        """Claim or release: keeps `task` (version + 1) if the kept version is `expected_version`; else TaskChanged."""
        ...

    def note(self, entries: Sequence[Entry]) -> None:
        """Appends entries to the trail in a commit of their own (reads, refusals, sign-ins)."""
        ...

    # questions
    def case(self, case_id: str) -> Case | None: ...
    def case_by_code(self, centres: Sequence[str], code: str) -> Case | None: ...
    def code_exists(self, code: str) -> bool: ...
    def task(self, task_id: str) -> TaskRow | None:
        """An open task; None when it is closed or was never there."""
        ...

    def held_tasks(self, limit: int) -> list[TaskRow]:
        """Open tasks that somebody holds, at all centres, those held longest first."""
        ...

    def most_urgent(
        self,
        asked: Collection[tuple[str, str]],
        stakes: Stakes,
        person: str,
        now: datetime,
        *,
        limit: int,
        offset: int = 0,
        here: str = "",
        after: TaskKey | None = None,
    ) -> list[TaskRow]:
        """Open tasks of the (current centre, role) pairs `asked`: first those of the case `here`, last those that
        others hold. Within each: steps that are urgent in themselves; then what is late, by how late (the task's own
        limit, or that of a duty the step serves); then what runs or the person holds, by what ends soonest: what the
        step itself serves, or else what its role owes or is shown in the case; then the others. Oldest first among
        equals. `after` is the key of the last one already seen: then `now` is the moment at which it was asked."""
        ...

    def numbers_of_tasks(self, asked: Collection[tuple[str, str]]) -> dict[str, int]:
        """How many tasks are open at these (current centre, role) pairs, by role; a role without one is not in it."""
        ...

    def watched_clocks(
        self,
        centre: str,
        roles: Sequence[str],
        rules: Sequence[str],
        pressing: Sequence[str],
        now: datetime,
        limit: int = 50,
    ) -> list[tuple[Case, Clock]]:
        """Open clocks of these rules, of open cases at the centre without a task of these roles: `pressing` ones before
        the others, each by the next end that lies ahead."""
        ...

    def tasks_of_case(self, case_id: str) -> list[TaskRow]:
        """The case's open tasks, due first, then oldest."""
        ...

    def open_duties(
        self,
        centres: Sequence[str],
        limit: int = 200,
        rules: Sequence[str] | None = None,
        urgent: Collection[str] = (),
    ) -> list[tuple[CaseRow, Duty]]:
        """Owed and late duties of open cases, those of `urgent` rules first, then due first; of these rules alone, when
        any are named."""
        ...

    def owed_without_step(
        self,
        asked: Collection[tuple[str, str]],
        serving: Collection[tuple[str, str]],
        limit: int = 200,
        urgent: Collection[str] = (),
    ) -> list[tuple[CaseRow, Duty]]:
        """Owed and late duties of open cases that these (centre, role) hold while no open task of the role in the case
        serves them, as `serving` (step, duty) says; those of `urgent` rules first, then due first."""
        ...

    def number_of_cases(self, centres: Sequence[str]) -> int: ...
    def open_stuck(self, centres: Sequence[str], limit: int = 200) -> list[tuple[Case, Stuck]]: ...
    def clocks_of(self, case_ids: Sequence[str]) -> dict[str, list[Clock]]: ...
    def duties_of(self, case_ids: Sequence[str]) -> dict[str, list[Duty]]: ...
    def open_cases(self, centres: Sequence[str], limit: int = 50, after: CaseKey | None = None) -> list[CaseRow]: ...

    def facts_history(self, case_id: str) -> list[Fact]: ...
    def decisions(self, case_id: str) -> list[Decision]:
        """Every decision ever made, oldest first."""
        ...

    def trail(
        self, case_id: str, limit: int = 200, before_seq: int | None = None, kinds: Collection[str] | None = None
    ) -> list[TrailRow]:
        """A case's entries, newest first; of these kinds alone, when any are named."""
        ...

    def passed(self, case_id: str) -> frozenset[str]:
        """The steps a case has behind it: tasks that were completed and timers that fired."""
        ...

    def verify_trail(self, centre: str | None = None) -> list[Fault]: ...
    def trail_heads(self) -> list[Head]: ...
    def missing_heads(self, heads: Sequence[Head]) -> list[Fault]:
        """Which of the heads written down elsewhere are no longer in the chains; a hash may be its beginning."""
        ...

    # half-filled forms
    def save_answers(self, task_id: str, person: str, answers: Mapping[str, object], at: datetime) -> None: ...
    def saved_answers(self, task_id: str, person: str) -> dict[str, object] | None: ...

    # what was written on any page when the screen was hidden or locked
    def keep_unsent(
        self,
        person: str,
        page: str,
        fields: Mapping[str, Sequence[str]],
        *,
        at: datetime,
        since: datetime,
        over: datetime,
    ) -> bool:
        """Keeps the fields, unless some written at `over` or later are kept for this page, and says whether it did;
        clears away everybody's from before `since`, and the oldest of this person's beyond what is kept of one."""
        ...

    def unsent(self, person: str, page: str, since: datetime) -> dict[str, list[str]] | None:
        """None when there are none, or only from before `since`."""
        ...

    def drop_unsent(self, person: str, page: str) -> None: ...

    # timers
    def lease_timers(self, now: datetime, worker: str, lease_seconds: int, limit: int = 20) -> list[DueTimer]:
        """Due timers (due_at < now) of cases nobody else leases; each lease raises the fence by one."""
        ...

    def release_timer(self, timer: DueTimer, retry_at: datetime) -> None:
        """Gives a lease back after a failure; not leased again before `retry_at`."""
        ...

    def due_duties(self, now: datetime, limit: int = 50) -> list[tuple[str, str, str]]:
        """(case id, rule, scope) of owed duties whose due_at or warn_at has passed and was not yet noted."""
        ...

    # who is on shift and on call
    def rota(self, centres: Sequence[str], since: datetime, until: datetime) -> list[TurnRow]:
        """Turns that cover any moment from `since` to `until` (both belong to it), in order of time, of people who
        still have the role there and may sign in. One statement."""
        ...

    def turn(self, id: str) -> Turn | None: ...
    def start_shift(self, turns: Sequence[Turn], entries: Sequence[Entry]) -> bool:
        """Keeps the turns of one person at one centre and chains the entries, unless they are on shift there already
        (then False). Raises LookupError when the account is disabled or not there."""
        ...

    def plan_turns(self, turns: Mapping[Turn, Entry]) -> int:
        """Keeps turns, each with its entry; those that are planned already are left alone. How many are new."""
        ...

    def end_turns(self, turns: Sequence[Turn], at: datetime, entries: Sequence[Entry]) -> int:
        """Ends turns that have not ended: one that has not begun goes. Chains the entries if any did; how many."""
        ...

    def owed_unnoted(self) -> list[Owed]:
        """The kinds of open duties of which some were not yet noted as held by nobody."""
        ...

    def note_unheld(self, owed: Owed, at: datetime, person: str, limit: int) -> int:
        """Notes open duties of this kind, each once (`duty.unheld`), at most `limit` of them; how many."""
        ...

    def tidy(self, now: datetime, limit: int) -> int:
        """Puts away what has been at rest for long, in transactions of their own, at most `limit`: closed cases go into
        the archive, old entries of the trail into chapters; commands and ended sessions are forgotten. How many there
        were."""
        ...

    # editions
    def publish(
        self,
        digest: str,
        jurisdiction: str,
        files: Mapping[str, bytes],
        author: str,
        approver: str,
        at: datetime,
        *,
        proof: bytes = b"",
        entries: Sequence[Entry] = (),
    ) -> bool:
        """Keeps an edition with its proof record; False when it is published already."""
        ...

    def edition_proof(self, digest: str) -> bytes | None: ...
    def edition_files(self, digest: str) -> tuple[str, dict[str, bytes]] | None: ...
    def editions(self) -> list[tuple[str, str, str, str, datetime]]: ...

    # people (engine knows no sign-in; web/people.py does)
    def add_centre(self, centre: Centre) -> None: ...
    def change_centre(self, centre: Centre, was: Centre | None, entries: Sequence[Entry]) -> None:
        """Keeps a centre that still is as it `was` (None: not there); else CentreChanged."""
        ...

    def centres(self) -> dict[str, Centre]: ...
    def add_account(self, account: Account, entries: Sequence[Entry] = ()) -> None: ...
    def account(self, *, login: str | None = None, id: str | None = None) -> Account | None: ...
    def accounts(self) -> list[Account]: ...
    def names_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The names of these people, by id."""
        ...

    def find_accounts(self, words: str, centre: str | None, *, disabled: bool, start: int, limit: int) -> Found: ...
    def change_account(
        self,
        id: str,
        version: int,
        changes: Mapping[str, object],
        entries: Sequence[Entry],
        *,
        sessions_end: datetime | None = None,
        held: Collection[str] = (),
    ) -> None:
        """Keeps these fields of an account that still has this version, with their entries; where a moment is given,
        all its sessions end then. Raises AccountChanged;
        ValueError when the login is taken; NobodyLeft when the last who held one of the roles `held` would go."""
        ...

    def set_language(self, id: str, language: str) -> None: ...
    def renew_hash(self, id: str, old: str, new: str) -> None:
        """A stronger hash of the same password; nothing happens when `old` is no longer the kept one."""
        ...

    def start_session(self, session: Session) -> None:
        """Raises LookupError when the account is disabled (asked within the same transaction) or not there."""
        ...

    def session(self, token_hash: str) -> Session | None: ...
    def visitor(self, token_hash: str) -> Visitor | None:
        """Whose session it is, with the centres, in one statement; None when there is no such session."""
        ...

    def tokens(self) -> list[Session]:
        """The tokens issued to API clients, oldest first."""
        ...

    def sessions_of(self, person_id: str) -> list[Session]:
        """Those that were not ended, the newest first; some may be over by time."""
        ...

    def touch_session(self, token_hash: str, seen_at: datetime, locked: bool) -> None: ...
    def confirm_session(self, token_hash: str, at: datetime) -> None:
        """Its password was given: it is open, and may change accounts for a while."""
        ...

    def end_sessions(
        self, person_id: str, token_hashes: Collection[str], at: datetime, entries: Sequence[Entry] = ()
    ) -> None:
        """Ends those of these that are this person's; a browser's is known as ended until it is tidied away."""
        ...

    def forget_session(self, token_hash: str) -> None:
        """Its person left it: whatever is sent from it later is nobody's."""
        ...

    def failures(self, key: str) -> tuple[int, datetime | None]:
        """(failed sign-ins since the last success, when the last one was) of a throttle key."""
        ...

    def note_failure(self, key: str, at: datetime) -> int: ...
    def note_failures(self, keys: Sequence[str], at: datetime) -> None: ...
    def take_back_failures(self, key: str, number: int) -> None: ...
    def clear_failures(self, key: str) -> None: ...
    def note_attempt(self, key: str, seen: tuple[int, datetime | None], failures: int, at: datetime) -> bool:
        """Counts so many failures from now on, if they still are as `failures` told them; whether it did."""
        ...

    def take_back_attempt(self, key: str, at: datetime, before: datetime | None) -> None:
        """Counts one failure less; where nothing was counted after `at`, the last one was `before` again."""
        ...

    def fits_key(self) -> bool:
        """False when something was kept with other keys, and nothing that was tried opens with these."""
        ...

    def ready(self) -> bool:
        """True when the database answers, its schema is the newest, and something small can be written.

        Raises StoreMoved and StoreDamaged, which no waiting mends."""
        ...
