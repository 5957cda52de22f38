"""A case in memory, as the store would give it back after each move: moves are tested without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.content import from_files
from engine.library import Library
from engine.model import Move, Override, Task, Value
from engine.moves.complete_task import complete_task
from engine.moves.correct_fact import correct_fact
from engine.moves.fire_timer import fire_timer, watch
from engine.moves.free_stuck import free_stuck
from engine.moves.open_case import open_case
from engine.moves.record_facts import record_facts
from engine.prove.shadow import ShadowedFlows
from engine.witness.memory import after

ZONE = "Africa/Kigali"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Story:
    """One case told step by step, with a clock that the test moves."""

    def __init__(self, files: Mapping[str, bytes], door: str = "reception", **answers: Value) -> None:
        self.library: Library = from_files(files, "rwanda")
        self.flows = ShadowedFlows(self.library)
        self.now = START
        self.moves: list[Move] = []
        move = open_case(
            self.library, self.flows, self.library.pathway.doors[door], answers,
            centre="kigali", zone=ZONE, code="ABC-DEF", person="ana", now=self.now,
        )  # fmt: skip
        self.file = after(None, move, ZONE)
        self.moves.append(move)

    def _keep(self, move: Move) -> Move:
        assert move.expected_version == self.file.case.version
        self.file = after(self.file, move, ZONE)
        self.moves.append(move)
        return move

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.file.tasks)

    @property
    def told(self) -> list[str]:
        """The kinds of entries of the last move."""
        return [entry.kind for entry in self.moves[-1].entries]

    def status(self, duty: str) -> str:
        return next((d.status for d in self.file.duties if d.rule == duty), "idle")

    def running(self, scope: str = "case") -> list[str]:
        return sorted(p.key for p in self.file.processes if p.status == "running" and p.scope == scope)

    def value(self, name: str, scope: str = "case") -> Any:
        return self.file.facts[(name, scope)].value

    def task(self, element: str) -> Task:
        return next(task for task in self.file.tasks if task.element == element)

    def complete(self, element: str, override: Override | None = None, **answers: Value) -> Move:
        task, given = self.task(element), {"person": "ana", "now": self.now, "override": override}
        return self._keep(complete_task(self.library, self.flows, self.file, task, answers, **given))  # type: ignore[arg-type]

    def tell(
        self, anytime: str, happened_at: datetime | None = None, override: Override | None = None, **answers: Value
    ) -> Move:
        form = self.library.pathway.anytime[anytime]
        return self._keep(
            record_facts(
                self.library,
                self.flows,
                self.file,
                form,
                answers,
                person="ana",
                now=self.now,
                happened_at=happened_at,
                override=override,
            )
        )

    def correct(self, name: str, value: Value, reason: str = "a mistake") -> Move:
        return self._keep(
            correct_fact(
                self.library, self.flows, self.file, name, "case", {name: value}, reason, person="ana", now=self.now
            )
        )

    def free(self, how: str = "retry") -> Move:
        stuck = self.file.stuck[0]
        return self._keep(free_stuck(self.library, self.flows, self.file, stuck.id, how, person="lea", now=self.now))

    def wake(self) -> None:
        """The worker is back after an outage: all that is due fires now."""
        while due := next((timer for timer in self.file.timers if timer.due_at <= self.now), None):
            if (move := fire_timer(self.library, self.flows, self.file, due.id, now=self.now)) is None:
                break
            self._keep(move)

    def wait(self, **length: float) -> None:
        """Time passes; due timers fire at their moments, as the worker would, and late duties are noted."""
        until = self.now + timedelta(**length)
        while due := sorted((t for t in self.file.timers if t.due_at < until), key=lambda t: t.due_at):
            self.now = max(self.now, due[0].due_at + timedelta(seconds=1))
            move = fire_timer(self.library, self.flows, self.file, due[0].id, now=self.now)
            if move is None:
                break
            self._keep(move)
        self.now = max(until, self.now)
        if move := watch(self.library, self.flows, self.file, now=self.now):
            self._keep(move)
