"""Walks one case through the engine and the oracle at once, command by command, and tells where they part."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.model import Refusal
from tests.oracle.brute import Brute
from tests.oracle.running import Case, Command, NotPossible, State
from tests.oracle.tokens import Stuck
from tests.unit.keeping import Story

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class Parted(Exception):
    """The engine and the oracle do not agree."""


class Both:
    """One case in the engine and in the oracle. `told` is every command so far."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.brute = Brute(files, after_closing=True)
        self.state: State | None = None
        self.story: Story | None = None
        self.told: list[Command] = []

    def possible(self) -> list[Command]:
        """What may be done next; time goes first when a timer is due."""
        commands = list(self.brute.commands(self.state))
        others = [command for command in commands if command.kind != "time"]
        if self.story is None or not self.story.file.timers:
            return others
        next_due = min(timer.due_at for timer in self.story.file.timers)
        time = self._time(self.story, next_due + SECOND)
        return [time] if next_due <= self.story.now + MINUTE else [*others, time]

    def late(self, command: Command, dice: random.Random) -> Command:
        """The same, but nobody let timers fire since the first of them, or the first few, were due."""
        if self.story is None or not self.story.file.timers:
            return command
        until = dice.choice([timer.due_at for timer in self.story.file.timers])
        if command.kind == "time":
            return self._time(self.story, until + SECOND)
        time = self._time(self.story, until)
        return command._replace(late=time.where, overdue=time.overdue, at=time.at)

    def _time(self, story: Story, until: datetime) -> Command:
        """Everything fires that is due then, or is due already."""
        at = max(story.now, until)
        due = {timer.element: timer.due_at for timer in story.file.timers if timer.due_at <= at}
        waits = [one for one in self.brute.commands(self.state) if one.kind == "time" and one.what in due]
        places = tuple(place for one in waits for place in one.where)
        overdue = tuple((at - due[one.what]).total_seconds() for one in waits)
        return Command("time", ", ".join(sorted(due)), (), places, (), overdue, at)

    def say(self, command: Command) -> bool:
        """Whether both took the command; raises Parted when they differ in that, or in what came of it."""
        self.told.append(command)
        expected, case = self._oracle(command)
        given = self._engine(command)
        if given != expected:
            raise Parted(f"the oracle says {expected}, the engine {given}")
        if case is None or self.story is None:
            return False
        self.state = case.state()
        for what, ours, theirs in self._compared(case, self.story):
            if ours != theirs:
                raise Parted(f"{what}: the oracle says {ours}, the engine {theirs}")
        return True

    def _oracle(self, command: Command) -> tuple[str, Case | None]:
        try:
            return "done", self.brute.after(self.state, command)
        except NotPossible:
            return "refused", None
        except Stuck:
            return "stuck", None

    def _engine(self, command: Command) -> str:
        answers = dict(command.answers)
        if self.story is None:
            self.story = Story(self.files, command.what, **answers)
            return "stuck" if self.story.file.stuck else "done"
        story = self.story
        story.now = command.at or story.now + MINUTE
        try:
            match command.kind:
                case "do":
                    story.complete(command.what, **answers)
                case "tell":
                    story.tell(command.what, **answers)
                case "correct":
                    story.correct(command.what, answers[command.what])
                case "time":
                    story.wake()
        except Refusal as refusal:
            return f"refused {refusal.duties}" if refusal.duties else "refused"
        return "stuck" if story.file.stuck else "done"

    def _compared(self, case: Case, story: Story) -> Iterator[tuple[str, Any, Any]]:
        """(what, as the oracle has it, as the engine has it)."""
        tokens = [token for _, token in case.open_tokens()]
        yield "open tasks", sorted(t.step.id for t in tokens if t.mode == "open"), story.open
        timers = sorted(token.step.id for token in tokens if token.mode == "wait" and token.step.timer)
        yield "timers", timers, sorted(timer.element for timer in story.file.timers)
        newest: dict[str, str] = {}
        for process in sorted(story.file.processes, key=lambda p: (p.status == "running", p.started_at)):
            newest[process.key] = process.status
        yield "processes", {process.key: process.status for process in case.processes}, newest
        facts = {name: value for name, value in case.facts.items() if value is not None}
        yield "facts", facts, {name: fact.value for (name, _), fact in story.file.facts.items() if name in case.facts}
        duties = {rule.id: mark.status for rule, mark in zip(case.content.duties, case.marks, strict=True)}
        known = {duty.rule: duty.status for duty in story.file.duties}
        words = {"idle": "none", "late": "owed"}
        engines = {id: words.get(known.get(id, "idle"), known.get(id, "idle")) for id in duties}
        yield "duties", duties, engines
        yield "closed", case.closed, story.file.case.status == "closed"


def walk(files: Mapping[str, bytes], seed: int, steps: int = 25) -> Both:
    """One random walk; raises Parted with all that was said. Ends early when nothing is possible or a step stands
    open twice, for then a command does not say which is meant."""
    dice = random.Random(seed)
    both = Both(files)
    for _ in range(steps):
        waiting = {(command.what, command.where) for command in both.brute.commands(both.state) if command.where}
        commands = both.possible()
        if not commands or len(waiting) != len({what for what, _ in waiting}):
            break
        work = [command for command in commands if command.kind in ("do", "open")]
        command = dice.choice(work if work and dice.random() < 0.6 else commands)
        command = both.late(command, dice) if dice.random() < 0.3 else command
        try:
            if not both.say(command) and both.story is not None and both.story.file.stuck:
                break
        except Parted as parted:
            raise Parted(f"{parted} after {[tuple(one)[:3] for one in both.told]}") from parted
    return both
