"""Who does a task: taking it, giving it back, taking it over; and what becomes of it when its holder has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import islice

from engine import clock
from engine.desk import requests
from engine.desk.base import DeskBase
from engine.entries import Entry, entry
from engine.model import SYSTEM, Person, Refusal, Task, Turn
from engine.store.errors import StoreBusy, TaskChanged
from engine.store.records import Account, AtHand, TaskRow
from engine.views import TaskView

AsSeen = Callable[[TaskView], bool] | None
"""Whether a task, as it is shown now, is what a person saw; None: its version alone decides."""
LEFT_ALONE = timedelta(hours=1)
"""A screen that nobody touched for so long is nobody's, whoever is signed in at it."""
MOST_HELD = 5000
"""Tasks that are looked through for those whose holder has gone: more than people hold at once in a country."""


class Holding(DeskBase):
    """Commands on who holds an open task."""

    def claim_task(
        self, person: Person, task_id: str, version: int, as_seen: AsSeen = None, *, over: bool = False
    ) -> int:
        """Takes a task on; gives its new version. Refused while a colleague holds it, unless it is taken `over` from
        them: nobody's absence keeps a survivor waiting, and the trail tells from whom. `as_seen`: see
        `complete_task`."""
        at_hand = self._open_task(person, task_id)
        row, holder = at_hand.row, at_hand.row.task.claimed_by
        over = over and holder not in (None, person.id)
        self._check_held(replace(row.task, claimed_by=None) if over else row.task, person, version)
        self._check_seen(at_hand, person, as_seen)
        taken = replace(row.task, claimed_by=person.id, claimed_at=clock.now())
        if over:
            return self._hold(row, person, "task.taken_over", taken, who=str(holder))
        return self._hold(row, person, "task.claimed", taken)

    def release_task(self, person: Person, task_id: str, version: int, as_seen: AsSeen = None) -> int:
        """Gives a task back so that a colleague may take it; gives its new version."""
        at_hand = self._open_task(person, task_id)
        row = at_hand.row
        self._check_held(row.task, person, version)
        self._check_seen(at_hand, person, as_seen)
        return self._hold(row, person, "task.released", replace(row.task, claimed_by=None, claimed_at=None))

    def give_back(self, limit: int = 50) -> int:
        """The worker's: gives back tasks whose holder has gone, so that they are everybody's again; how many. Gone is
        whoever left their shift since they took it, is neither on shift nor signed in, may not sign in any more, or has
        the role no longer. What somebody was at meanwhile, or while the database is busy, is left to the next
        round."""
        freed = given_back(islice(self._left_behind(self.store.held_tasks(MOST_HELD)), limit))
        with suppress(StoreBusy):
            return self.store.free_tasks(freed)
        return 0

    def _left_behind(self, rows: Sequence[TaskRow]) -> Iterator[TaskRow]:
        if not rows:
            return
        now = clock.now()
        since = min(row.task.claimed_at or now for row in rows) - timedelta(seconds=1)
        centres = sorted({row.centre for row in rows})
        shifts = [one.turn for one in self.store.rota(centres, since, now) if one.turn.kind == "shift"]
        account_of, is_signed_in = cache(self._account), cache(self._is_signed_in)  # most hold more than one
        for row in rows:
            account = account_of(str(row.task.claimed_by))
            if account is None or not _works_here(account, row) or _has_left(account, row, shifts, is_signed_in):
                yield row

    def _account(self, person: str) -> Account | None:
        return self.store.account(id=person)

    def _is_signed_in(self, person: str) -> bool:
        """Whether they have a session that somebody still uses, or a token that is still good."""
        now = clock.now()
        return any((one.ends_at or one.seen_at + LEFT_ALONE) > now for one in self.store.sessions_of(person))

    def _check_held(self, task: Task, person: Person, version: int) -> None:
        if task.claimed_by not in (None, person.id):
            params = {"by": self._name_of(str(task.claimed_by))}
            raise Refusal("claimed_by_other", "A colleague holds this task", status=409, params=params)
        if task.version != version:
            raise Refusal("task_changed", "This task changed since you opened it. Look at it again.", status=409)

    def _check_seen(self, at_hand: AtHand, person: Person, as_seen: AsSeen) -> None:
        if as_seen is not None and not as_seen(self._task_view(person, at_hand)):
            raise Refusal("not_as_seen", "What you saw with this task has changed since", status=412)

    def _hold(self, row: TaskRow, person: Person, kind: str, task: Task, **told: str) -> int:
        kept = replace(task, version=task.version + 1)
        try:
            self.store.change_task(kept, task.version, [_noted(row, person, kind, **told)])
        except TaskChanged as error:
            raise Refusal("task_changed", "A colleague was faster. Look at it again.", status=409) from error
        except StoreBusy as error:
            raise requests.busy(error) from error
        return kept.version


def _noted(row: TaskRow, person: Person, kind: str, **told: str) -> Entry:
    params = {"element": row.task.element, "role": row.task.role, **told}
    return entry(kind, clock.now(), person.id, row.centre, row.task.case_id, **params)


def given_back(rows: Iterable[TaskRow]) -> list[tuple[Task, Entry]]:
    """Held tasks that go back to everybody, each with its entry."""
    return [(row.task, _noted(row, SYSTEM, "task.given_back", who=str(row.task.claimed_by))) for row in rows]


def _works_here(account: Account, row: TaskRow) -> bool:
    return not account.disabled and row.task.role in account.roles.get(row.centre, ())


def _has_left(account: Account, row: TaskRow, shifts: Sequence[Turn], is_signed_in: Callable[[str], bool]) -> bool:
    """Whether they were on shift when they took it or later, and are no more; or are not, and signed in nowhere. A
    program is never on shift: it is there as long as it has a token."""
    if account.is_machine:
        return not is_signed_in(account.id)
    now, taken = clock.now(), row.task.claimed_at or clock.now()
    theirs = [turn for turn in shifts if (turn.person, turn.centre) == (account.id, row.centre)]
    if any(turn.ends_at > now for turn in theirs):
        return False
    return any(turn.ends_at >= taken for turn in theirs) or not is_signed_in(account.id)
