"""Coming on shift and leaving, the plan of who is on call, and the duties that nobody awake holds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from engine import access, clock
from engine.desk import requests
from engine.desk.holding import MOST_HELD, Holding, given_back
from engine.entries import Entry, entry
from engine.model import SYSTEM, Person, Refusal, Task, Turn
from engine.questions.rota import who_is_here
from engine.rules.rota import chain
from engine.views import RotaView

LONGEST = timedelta(days=31)
"""A longer turn is a slip."""
AHEAD = timedelta(days=366)
CHANGE_OF_SHIFT = timedelta(minutes=10)
"""People change over: a role of which somebody was there so recently is not yet noted as nobody's."""


class WhoIsHere(Holding):
    """What people may do about their shift and the plan, and what the worker notes."""

    def start_shift(self, person: Person, centre: str, length: timedelta) -> bool:
        """The person is here and awake, in all their roles that come on shift, until they leave or `length` has passed.
        False when they are on shift here already."""
        roles = sorted(access.require(self.editions.current(), person, centre, "shift.own"))
        now = clock.now()
        until = now + length
        turns = [Turn(_new_id(), centre, "shift", role, person.id, now, until) for role in roles]
        noted = entry("shift.started", now, person.id, centre, roles=", ".join(roles), until=until.isoformat())
        return self.store.start_shift(turns, [noted])

    def leave(self, person: Person) -> int:
        """Ends the person's shift at every centre; how many turns ended."""
        return self._leave(person, self._shifts(person), everywhere=True)

    def is_on_shift(self, person: Person) -> bool:
        return bool(self._shifts(person))

    def plan_call(
        self, person: Person, centre: str, who: str, role: str, times: Sequence[tuple[datetime, datetime]]
    ) -> int:
        """Puts somebody on call in a role of theirs at these times (aware); how many of them are new. Refused when
        they are so already at a part of one of them."""
        library = self.editions.current()
        access.require(library, person, centre, "rota.plan")
        now = clock.now()
        for starts_at, ends_at in times:
            if not starts_at < ends_at <= starts_at + LONGEST or not now < ends_at < now + AHEAD:
                raise requests.invalid("until", "rota_when", "Give a beginning and an end that lie ahead")
        account = self.store.account(id=who)
        comes = role in library.roles and "shift.own" in library.roles[role].may
        if (
            account is None
            or account.disabled
            or account.is_machine
            or not comes
            or role not in account.roles.get(centre, ())
        ):
            raise Refusal("not_of_role", "This person does not have this role here. Choose another.")
        turns = [Turn(_new_id(), centre, "call", role, who, starts_at, ends_at) for starts_at, ends_at in times]
        planned = {turn: entry("call.planned", now, person.id, centre, **_told(turn)) for turn in turns}
        new = self.store.plan_turns(planned)
        if new is None:
            raise requests.invalid("day", "already_on_call", "They are on call then already")
        return new

    def take_off(self, person: Person, turn_id: str) -> None:
        """Takes somebody off the plan, or ends the shift of somebody who left without saying so."""
        turn = self.store.turn(turn_id)
        if turn is None or turn.centre not in person.centres:
            raise access.not_found()
        access.require(self.editions.current(), person, turn.centre, "rota.plan")
        now = clock.now()
        if turn.kind == "shift":
            rows = self.store.rota([turn.centre], now, now)
            same = [row.turn for row in rows if (row.turn.person, row.turn.kind) == (turn.person, turn.kind)]
            ended = self._leave(person, same, everywhere=False)
        else:
            noted = entry("call.removed", now, person.id, turn.centre, **_told(turn))
            ended = self.store.end_turns([turn], now, [noted])
        if not ended:
            raise Refusal("not_planned", "It is no longer on the plan. Look at the plan as it is now.", status=409)

    def who_is_here(self, person: Person) -> tuple[RotaView, ...]:
        """The rota of each centre where the person may be on shift."""
        library = self.editions.current()
        reader = self._reader(person, library.digest)
        own = [one for one in person.centres if access.roles_that_may(library, person, one, "shift.own")]
        return who_is_here(reader, own)

    def note_unheld(self, limit: int = 50) -> int:
        """The worker's: notes in the trail, once each, open duties that nobody awake holds; how many."""
        now = clock.now()
        kinds = self.store.owed_unnoted()
        rows = self.store.rota(sorted({kind.centre for kind in kinds}), now - CHANGE_OF_SHIFT, now)
        awake = {(row.turn.centre, row.turn.role) for row in rows}
        noted = 0
        for kind in kinds:
            roles = chain(self._flows_of(kind.edition).library, kind.rule, kind.holder)
            if noted < limit and not any((kind.centre, role) in awake for role in roles):
                noted += self.store.note_unheld(kind, now, SYSTEM.id, limit - noted)
        return noted

    def _shifts(self, person: Person) -> list[Turn]:
        """What the person is on shift in now."""
        now = clock.now()
        running = (row.turn for row in self.store.rota(person.centres, now, now))
        return [turn for turn in running if turn.kind == "shift" and turn.person == person.id]

    def _leave(self, person: Person, turns: Sequence[Turn], *, everywhere: bool) -> int:
        now = clock.now()
        noted = []
        for centre in sorted({turn.centre for turn in turns}):
            here = [turn for turn in turns if turn.centre == centre]
            roles = ", ".join(sorted(turn.role for turn in here))
            noted.append(entry("shift.ended", now, person.id, centre, who=here[0].person, role=roles))
        return self.store.end_turns(turns, now, noted, self._held_by(turns, everywhere=everywhere)) if turns else 0

    def _held_by(self, turns: Sequence[Turn], *, everywhere: bool) -> list[tuple[Task, Entry]]:
        """What they who leave hold where these turns end, or `everywhere`, each task with the entry that it is given
        back."""
        left = {(turn.person, turn.centre) for turn in turns}
        held = self.store.held_tasks(MOST_HELD, {turn.person for turn in turns})
        return given_back(row for row in held if everywhere or (row.task.claimed_by, row.centre) in left)


def _told(turn: Turn) -> dict[str, str]:
    times = {"from": turn.starts_at.isoformat(), "until": turn.ends_at.isoformat()}
    return {"who": turn.person, "role": turn.role, **times}


def _new_id() -> str:
    return uuid.uuid4().hex
