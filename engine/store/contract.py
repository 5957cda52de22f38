"""What the rest of the house may ask of the store; knows no SQL. SQLite and PostgreSQL both keep it.

Every method is one transaction. All times are aware UTC datetimes, passed in, never read here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.entries import Entry
from engine.model import Case, CaseFile, Centre, Clock, Decision, Duty, Fact, Move, Outcome, Stuck, Task, Turn
from engine.store.records import (
    Account,
    Arriving,
    AtHand,
    CaseAtHand,
    CaseKey,
    CaseRow,
    DueTimer,
    Fault,
    Found,
    Head,
    Owed,
    Session,
    Stakes,
    TaskKey,
    TaskRow,
    TrailRow,
    TurnRow,
    Visitor,
    Written,
)


class Store(Protocol):
    # cases
    def read_file(self, case_id: str) -> CaseFile | None:
        """Everything a move may read, in one statement; None when there is no such case."""
        ...

    def at_hand(self, task_id: str, command_id: str | None = None) -> AtHand | None:
        """A task with its case, and what this command did if it was kept before; None when there is no such task."""
        ...

    def case_at_hand(self, case_id: str, command_id: str | None = None) -> CaseAtHand:
        """A case, and what this command did if it was kept before, in one statement."""
        ...

    def arriving(self, centre: str, code: str, command_id: str | None = None) -> Arriving:
        """A centre's zone, whether a case has the code, and what this command did if it was kept before, in one
        statement. Raises LookupError for a centre that is not known."""
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

    def free_tasks(self, freed: Sequence[tuple[Task, Entry]]) -> int:
        """Gives back held tasks, each with its entry, in one commit: those that are as they were read, and no others;
        how many. Raises StoreBusy."""
        ...

    def note(self, entries: Sequence[Entry], *, patient: bool = True) -> None:
        """Appends entries to the trail in a commit of their own (reads, refusals, sign-ins). Raises StoreBusy, soon
        unless it is `patient`: nobody who only reads waits for another program."""
        ...

    # questions
    def case(self, case_id: str) -> Case | None: ...
    def case_by_code(self, centres: Sequence[str], code: str) -> Case | None: ...
    def centre_of(self, id: str) -> str | None:
        """Where the case of this id, or of the task of this id, is now; None when there is neither."""
        ...

    def code_exists(self, code: str) -> bool: ...
    def task(self, task_id: str) -> TaskRow | None:
        """An open task; None when it is closed or was never there."""
        ...

    def held_tasks(self, limit: int, people: Collection[str] | None = None) -> list[TaskRow]:
        """Open tasks that somebody holds, or one of these people, at all centres, those held longest first."""
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
        day: str = "",
    ) -> list[TaskRow]:
        """Open tasks of the (current centre, role) pairs `asked`: first those of the case `here`, last those that
        others hold. Within each: steps that are urgent in themselves; then what is late, by how late (the task's own
        limit, or that of a duty the step serves); then what runs or the person holds, by what ends soonest: what the
        step itself serves, or else what its role owes or is shown in the case; then the others. Oldest first among
        equals. `after` is the key of the last one already seen: then `now` is the moment at which it was asked. `day`
        is a fact that is read with each row, of the task's own scope (`TaskRow.day`)."""
        ...

    def numbers_of_tasks(self, asked: Collection[tuple[str, str]]) -> dict[str, int]:
        """How many tasks are open at these (current centre, role) pairs, by role; a role without one is not in it."""
        ...

    def watched_clocks(
        self,
        asked: Collection[tuple[str, str]],
        held: Collection[tuple[str, str]],
        pressing: Sequence[str],
        now: datetime,
        limit: int = 50,
    ) -> list[tuple[Case, Clock]]:
        """Open clocks of the (current centre, rule) pairs `asked`, of open cases without a task of a (current centre,
        role) pair `held`: `pressing` ones before the others, each by the next end that lies ahead."""
        ...

    def tasks_of_case(self, case_id: str) -> list[TaskRow]:
        """The case's open tasks, due first, then oldest."""
        ...

    def open_duties(
        self, centres: Sequence[str], limit: int = 200, urgent: Collection[str] = ()
    ) -> list[tuple[CaseRow, Duty]]:
        """Owed and late duties of open cases, those of `urgent` rules first, then due first."""
        ...

    def open_duties_of(
        self, asked: Collection[tuple[str, str]], limit: int = 200, urgent: Collection[str] = ()
    ) -> list[tuple[CaseRow, Duty]]:
        """The same of the (current centre, rule) pairs `asked` alone."""
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
    def left_answers(self, task_id: str, person: str) -> dict[str, object] | None:
        """The same of a task that is closed, unless this person sent it: for about a shift (`tidy`)."""
        ...

    def drop_left(self, task_id: str, person: str) -> None:
        """Takes such answers away; those of an open task stay."""
        ...

    def left_behind(self, person: str, at: datetime, limit: int) -> list[TaskRow]:
        """The tasks of which this person has such answers."""
        ...

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
        led_to: bool = False,
        after: str = "",
        command: str | None = None,
    ) -> bool:
        """Keeps the fields, unless some written at `over` or later are kept for this page, and says whether it did;
        clears away everybody's from before `since`, of this person's what is beyond what is kept of one (sent first,
        then the oldest), and, if older than `over`, what is kept of the page `after` which they were written; without
        fields, of this one. They were sent once the `command` of this id is kept."""
        ...

    def unsent(self, person: str, page: str, since: datetime) -> dict[str, list[str]] | None:
        """None when there are none, or only from before `since`."""
        ...

    def unsent_of(self, person: str, path: str, since: datetime) -> list[Written]:
        """Of every opening of the page at a path, `path` and `path?...`, the latest first."""
        ...

    def lead_to_unsent(self, person: str, page: str) -> None: ...
    def drop_unsent(self, person: str, *pages: str) -> None: ...

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

    def plan_turns(self, turns: Mapping[Turn, Entry]) -> int | None:
        """Keeps turns on call, each with its entry; those that are planned already are left alone. How many are new;
        None, and nothing is kept, when somebody is planned in one role at a part of one of them already."""
        ...

    def end_turns(
        self, turns: Sequence[Turn], at: datetime, entries: Sequence[Entry], freed: Sequence[tuple[Task, Entry]] = ()
    ) -> int:
        """Ends turns that have not ended: one that has not begun goes; how many. Chains the entries of the centres
        where one did. In the same commit, what was held is given back (`free_tasks`)."""
        ...

    def owed_unnoted(self) -> list[Owed]:
        """The kinds of open duties of which some were not yet noted as held by nobody."""
        ...

    def note_unheld(self, owed: Owed, at: datetime, person: str, limit: int) -> int:
        """Notes open duties of this kind, each once (`duty.unheld`), at most `limit` of them; how many."""
        ...

    def tidy(self, now: datetime, limit: int) -> int:
        """Puts away what has been at rest for long, in transactions of their own, at most `limit`: closed cases go into
        the archive, old entries of the trail into chapters; commands and ended sessions are forgotten, and half-filled
        forms of tasks that are done. How many there were, of all but these."""
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

    def people_at(self, centres: Collection[str], limit: int) -> list[Account]:
        """Those with a role at one of these centres who may sign in, by name."""
        ...

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
    def visitor(self, token_hash: str, about: str = "") -> Visitor | None:
        """Whose session it is, with what every page of theirs needs and where the case or task that it is `about` is,
        in one statement; None when there is no such session."""
        ...

    def tokens(self) -> list[Session]:
        """The tokens issued to API clients, oldest first."""
        ...

    def sessions_of(self, person_id: str) -> list[Session]:
        """Those that were not ended, the newest first; some may be over by time."""
        ...

    def touch_session(self, token_hash: str, seen_at: datetime, locked: bool, *, patient: bool = True) -> None:
        """Locks a session, or notes when somebody was there; one that is locked stays so."""
        ...

    def confirm_session(self, token_hash: str, at: datetime) -> None:
        """Its password was given: it is open, and may change accounts for a while."""
        ...

    def end_sessions(
        self, person_id: str, token_hashes: Collection[str], at: datetime, entries: Sequence[Entry] = ()
    ) -> None:
        """Ends those of these that are this person's; a browser's is known as ended until it is tidied away."""
        ...

    def forget_session(self, token_hash: str, entries: Sequence[Entry] = ()) -> None:
        """Its person left it: whatever is sent from it later is nobody's. Chains the entries."""
        ...

    def failures(self, key: str) -> tuple[int, datetime | None]:
        """(failed sign-ins since the last success, when the last one was) of a throttle key."""
        ...

    def failures_of(self, keys: Collection[str]) -> dict[str, tuple[int, datetime]]:
        """The same of several keys, as far as something was counted under them."""
        ...

    def note_failure(self, key: str, at: datetime) -> int: ...
    def note_failures(self, keys: Sequence[str], at: datetime) -> None: ...
    def forgive_failures(self, key: str, shared: Collection[str], known: str, at: datetime) -> None:
        """Whoever failed under a key signed in: its count is forgotten, and so many failures are taken back from what
        was counted under the `shared` keys. The key `known` was used now."""
        ...

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
