"""One case as the oracle runs it: a plain state, and what a command makes of it.

The order in which things happen is that of docs/content.md 6: answers become facts, the acts of the step are done, its
process moves to rest, and then rules and events take turns until nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from tests.oracle.duties import Heard, Mark
from tests.oracle.language import Act, Condition
from tests.oracle.reading import Answers, Content
from tests.oracle.tokens import Mover, Stuck, Token, all_tokens, frozen, placed, thawed

ROUNDS = 200


class NotPossible(Exception):
    """Nobody may do this now: what it requires does not hold."""


class Command(NamedTuple):
    """`kind` is open, do, tell, correct or time; `what` names the door, step, form or fact; `where` are the places of
    the tokens meant, `late` those of the timers that are due and have not fired yet. `overdue` says for how many
    seconds each of these timers is due, in their order; nothing stands for: all since now. `at` is the moment, in a
    walk."""

    kind: str
    what: str
    answers: Answers = ()
    where: tuple[tuple[Any, ...], ...] = ()
    late: tuple[tuple[Any, ...], ...] = ()
    overdue: tuple[float, ...] = ()
    at: datetime | None = None


class State(NamedTuple):
    """Where a case rests, as values only. A level is a tuple of tokens: (step, mode, link, arrived, inner)."""

    facts: tuple[Any, ...]
    decided: frozenset[str]
    acts: frozenset[str]
    processes: tuple[tuple[str, str, Any], ...]
    closed: bool
    marks: tuple[Mark, ...]


@dataclass(eq=False)
class Process:
    key: str
    status: str
    tokens: list[Token]
    fresh: bool = False
    """Started by this very command."""


class Case(Mover):
    """A state opened up while one command changes it. `heard` is all that the duties heard, in order; `said` the facts
    that the command named, `changed` those of them that are other than before, `due` the timers that fire."""

    def __init__(self, content: Content, state: State | None, marked: bool) -> None:
        super().__init__(content)
        self.marked = marked
        self.heard: list[tuple[Heard, ...]] = []
        self.said: set[str] = set()
        self.changed: set[str] = set()
        self.replaced = False
        nothing = tuple(None for _ in content.facts)
        self._open(state or State(nothing, frozenset(), frozenset(), (), False, ()))

    # --- state ---

    def _open(self, state: State) -> None:
        self.facts: dict[str, Any] = dict(zip(self.content.facts, state.facts, strict=True))
        self.decided, self.acts, self.closed = set(state.decided), set(state.acts), state.closed
        self.processes = [Process(key, status, thawed(self.content, level)) for key, status, level in state.processes]
        self.marks = list(state.marks) or [Mark() for _ in self.content.duties]

    def state(self) -> State:
        over = sorted((p.key, p.status, ()) for p in self.processes if p.status != "running")
        running = [(p.key, p.status, frozen(p.tokens)) for p in self.processes if p.status == "running"]
        marks = tuple(self.marks) if self.marked else ()
        values = tuple(self.facts.values())
        return State(values, frozenset(self.decided), frozenset(self.acts), (*over, *running), self.closed, marks)

    def token(self, where: tuple[Any, ...]) -> Token:
        """The token at a place: the process, then the index on each level."""
        process = self.process(where[0])
        tokens = process.tokens if process else []
        for index in where[1:-1]:
            tokens = tokens[index].inner
        token: Token = tokens[where[-1]]
        return token

    def process(self, key: str) -> Process | None:
        return next((process for process in self.processes if process.key == key), None)

    # --- what expressions read ---

    def read(self, name: str) -> Any:
        space, dot, rest = name.partition(".")
        if not dot:
            return self.facts[name]
        if space == "act":
            return rest in self.acts
        if space == "process":
            process = self.process(rest)
            return process.status if process else "none"
        if space == "now":
            return self.told_by(next(id for id, table in self.content.tables.items() if table.output == rest))
        if space == "duty":
            return next(m.status for d, m in zip(self.content.duties, self.marks, strict=True) if d.id == rest)
        if name == "case.duties_owed":
            return sum(mark.status == "owed" for mark in self.marks)
        if name == "case.processes_running":
            return sum(p.status == "running" and p.key != self.content.main for p in self.processes)
        raise KeyError(name)

    def holds(self, condition: Condition | None) -> bool:
        return condition is None or condition.holds(self.read) is True

    def told_by(self, table: str) -> str | None:
        """What the one row that fires says; None when it says nothing yet."""
        fired = [
            then
            for cells, then in self.content.tables[table].rows
            if all(any(cell.holds(self.read) for cell in column) for column in cells)
        ]
        if len(fired) != 1:
            raise Stuck(f"{len(fired)} rows of {table} fire")
        return fired[0]

    def decide(self, table: str) -> None:
        then, output = self.told_by(table), self.content.tables[table].output
        if then is None:
            raise Stuck(f"{table} cannot decide yet")
        self.decided.add(output)
        self.take(((output, then),))

    # --- commands ---

    def run(self, command: Command) -> None:
        """Raises NotPossible or Stuck."""
        content = self.content
        timers = command.where if command.kind == "time" else command.late
        overdue = command.overdue or (0,) * len(timers)
        self.due = {self.token(where): since for where, since in zip(timers, overdue, strict=True)}
        self.at_any_time = command.kind == "tell"
        match command.kind:
            case "open":
                self.facts["door"] = command.what
                self.take(command.answers)
                self.perform(content.doors[command.what].acts)
                self.start(content.main)
                self.settle()
            case "do":
                token = self.token(command.where[0])
                if not self.holds(token.step.requires):
                    raise NotPossible(token.step.id)
                self.take(command.answers)
                self.perform(token.step.acts)
                self.complete(command.where[0], token)
                self.settle()
            case "tell":
                desk = content.anytime[command.what]
                if not self.holds(desk.when):
                    raise NotPossible(command.what)
                self.take(command.answers)
                self.perform(desk.acts)
                self.take_up_news()
            case "correct":
                self.take(command.answers)
                self.take_up_news()
            case "time":
                self.settle()

    def take(self, answers: Answers) -> None:
        for name, value in answers:
            self.said.add(name)
            if self.facts[name] != value:
                self.changed.add(name)
                self.replaced = self.replaced or self.facts[name] is not None
            self.facts[name] = value

    def take_up_news(self) -> None:
        """Decides again what an answer now contradicts. A closed case opens again only if something comes of it."""
        while self.replaced and any([self._decided_anew(id) for id in self.content.tables]):
            continue
        if not self.closed:
            self.settle()
            return
        before = self.state()
        self.closed = False
        self.settle(reopening=True)
        running = any(p.status == "running" and p.key != self.content.main for p in self.processes)
        if not running and not any(mark.status == "owed" for mark in self.marks) and not any(self.open_tokens()):
            self._open(before)
            self.watch()

    def _decided_anew(self, table: str) -> bool:
        output = self.content.tables[table].output
        then = self.told_by(table) if output in self.decided else None
        if then in (None, self.facts[output]):
            return False
        self.take(((output, then),))
        return True

    # --- acts and duties ---

    def perform(self, acts: tuple[Act, ...]) -> None:
        done = frozenset(act.name for act in acts if self.holds(act.when))
        if done:
            self.acts |= done & self.content.acts_read
            self.watch(done)
            self.closed = self.closed or "case.end" in done

    def watch(self, acts: frozenset[str] = frozenset()) -> None:
        """Every duty hears what was done, and what is known now."""
        heard = None if self.marked else self.content.heard.get(known := self._known(acts))
        if heard is None:
            heard = tuple(duty.hear(acts, self.read) for duty in self.content.duties)
            if not self.marked:
                self.content.heard[known] = heard
        self.heard.append(heard)
        if self.marked:
            pairs = zip(self.content.duties, self.marks, heard, strict=True)
            self.marks = [duty.step(mark, one)[0] for duty, mark, one in pairs]

    def _known(self, acts: frozenset[str]) -> tuple[Any, ...]:
        """All that conditions can read, but for duties."""
        running = tuple((process.key, process.status) for process in self.processes)
        return acts, tuple(self.facts.values()), frozenset(self.acts), running

    # --- rules and events take turns ---

    def settle(self, reopening: bool = False) -> None:
        for _ in range(ROUNDS):
            self.watch()
            if self.closed:
                for process in self.processes:
                    if process.status == "running":
                        process.status, process.tokens = "cancelled", []
                return
            if not (self.start_and_cancel(reopening) or self.let_one_fire()):
                return
        raise Stuck("rules and processes never come to rest")

    def start_and_cancel(self, reopening: bool) -> bool:
        moved = False
        for rule in self.content.starts:
            process = self.process(rule.process)
            cancel = rule.cancel_when is not None and self.holds(rule.cancel_when)
            if process is not None and process.status == "running":
                if cancel:
                    process.status, process.tokens, moved = "cancelled", [], True
                continue
            again = process is None or process.status == "cancelled"
            if process is not None and not again:
                either = reopening or rule.again == "said" or (rule.again == "at_any_time" and self.at_any_time)
                news = self.said if either else self.changed
                again = bool(rule.again) and not process.fresh and bool(rule.when.names & news)
            if not cancel and again and self.holds(rule.when):
                self.start(rule.process)
                moved = True
        return moved

    def start(self, key: str) -> None:
        self.processes = [process for process in self.processes if process.key != key]
        first = self.content.steps[self.content.first[key]]
        process = Process(key, "running", [Token(first, "go")], fresh=True)
        self.processes.append(process)
        self.processes.sort(key=lambda one: self.content.processes.index(one.key) if one.fresh else -1)
        self.flow(process)

    def let_one_fire(self) -> bool:
        """The event that is due longest; of several processes, the one that runs longest, then as the manifest has
        them."""
        since = {process: self.overdue(process.tokens) for process in self.processes if process.status == "running"}
        could = {process: seconds for process, seconds in since.items() if seconds is not None}
        if not could:
            return False
        process = max(could, key=lambda one: could[one])
        self.fire(process.tokens)
        self.flow(process)
        return True

    def complete(self, where: tuple[Any, ...], token: Token) -> None:
        process = self.process(where[0])
        if process is None:
            raise LookupError(where)
        level = next(level for one, level in all_tokens(process.tokens) if one is token)
        self.finish(level, token)
        self.flow(process)

    def open_tokens(self) -> Iterator[tuple[tuple[Any, ...], Token]]:
        """Every token of the processes that run, with its place."""
        for process in self.processes:
            yield from placed((process.key,), process.tokens)

    def flow(self, process: Process) -> None:
        """Lets a process move until everything in it waits."""
        self.to_rest(process.key, process.tokens)
        if not process.tokens:
            process.status = "done"
