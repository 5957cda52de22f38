"""One case as the oracle runs it: a plain state, and what a command makes of it.

The order in which things happen is that of docs and of engine/moves: answers become facts, the acts of the step are
done, its process moves to rest, and then rules and processes take turns until nothing moves. Within a process the
innermost level goes first, and on one level steps go in the order in which they stand in the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.oracle.duties import Heard, Mark
from tests.oracle.language import Act, Condition
from tests.oracle.reading import Answers, Content, Flow, Step

ROUNDS, PASSES = 50, 450


class NotPossible(Exception):
    """Nobody may do this now: what it requires does not hold."""


class Stuck(Exception):
    """The case cannot go on: a fault of soundness, which says nothing about duties."""


class Command(NamedTuple):
    """`kind` is open, do, tell, correct or time; `what` names the door, step, form or fact; `where` are the places of
    the tokens meant."""

    kind: str
    what: str
    answers: Answers = ()
    where: tuple[tuple[Any, ...], ...] = ()


class State(NamedTuple):
    """Where a case rests, as values only. A level is a tuple of tokens: (step, mode, link, arrived, inner)."""

    facts: tuple[Any, ...]
    decided: frozenset[str]
    acts: frozenset[str]
    processes: tuple[tuple[str, str, Any], ...]
    closed: bool
    marks: tuple[Mark, ...]


@dataclass(eq=False)
class Token:
    """`mode`: go (moves on by itself), split (its boundary events are still to be set), open (a person's task), wait
    (an event), inside (an inner level runs) or join. Tokens of one `link` are a step and its boundary events."""

    step: Step
    mode: str
    link: int = 0
    arrived: frozenset[str] = frozenset()
    inner: list[Token] = field(default_factory=list)


@dataclass(eq=False)
class Process:
    key: str
    status: str
    tokens: list[Token]
    fresh: bool = False
    """Started by this very command."""


class Case:
    """A state opened up while one command changes it. `heard` is all that the duties heard, in order; `said` the facts
    that the command named, `changed` those of them that are other than before, `due` the timers that fire."""

    def __init__(self, content: Content, state: State | None, marked: bool) -> None:
        self.content = content
        self.marked = marked
        self.heard: list[tuple[Heard, ...]] = []
        self.said: set[str] = set()
        self.changed: set[str] = set()
        self.replaced = False
        self.due: set[Token] = set()
        self.links = 1000
        nothing = tuple(None for _ in content.facts)
        self._open(state or State(nothing, frozenset(), frozenset(), (), False, ()))

    # --- state ---

    def _open(self, state: State) -> None:
        self.facts: dict[str, Any] = dict(zip(self.content.facts, state.facts, strict=True))
        self.decided, self.acts, self.closed = set(state.decided), set(state.acts), state.closed
        self.processes = [Process(key, status, self._thawed(level)) for key, status, level in state.processes]
        self.marks = list(state.marks) or [Mark() for _ in self.content.duties]

    def _thawed(self, level: Any) -> list[Token]:
        steps = self.content.steps
        return [Token(steps[id], mode, link, arrived, self._thawed(inner)) for id, mode, link, arrived, inner in level]

    def state(self) -> State:
        over = sorted((p.key, p.status, ()) for p in self.processes if p.status != "running")
        running = [(p.key, p.status, _frozen(p.tokens)) for p in self.processes if p.status == "running"]
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
            return self.decide(next(id for id, table in self.content.tables.items() if table.output == rest))
        if space == "duty":
            return next(m.status for d, m in zip(self.content.duties, self.marks, strict=True) if d.id == rest)
        if name == "case.duties_owed":
            return sum(mark.status == "owed" for mark in self.marks)
        if name == "case.processes_running":
            return sum(p.status == "running" and p.key != self.content.main for p in self.processes)
        raise KeyError(name)

    def holds(self, condition: Condition | None) -> bool:
        return condition is None or condition.holds(self.read) is True

    def decide(self, table: str) -> str | None:
        """What the one row that fires says; None when it says nothing yet."""
        fired = [
            then
            for cells, then in self.content.tables[table].rows
            if all(any(cell.holds(self.read) for cell in column) for column in cells)
        ]
        if len(fired) != 1:
            raise Stuck(f"{len(fired)} rows of {table} fire")
        return fired[0]

    # --- commands ---

    def run(self, command: Command) -> None:
        """Raises NotPossible or Stuck."""
        content = self.content
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
                self.due = {self.token(where) for where in command.where}
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
        if self.replaced:
            for id, table in self.content.tables.items():
                if table.output in self.decided:
                    then = self.decide(id)
                    if then not in (None, self.facts[table.output]):
                        self.take(((table.output, then),))
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

    # --- rules and processes take turns ---

    def settle(self, reopening: bool = False) -> None:
        for _ in range(ROUNDS):
            self.watch()
            if self.closed:
                for process in self.processes:
                    if process.status == "running":
                        process.status, process.tokens = "cancelled", []
                return
            started = self.start_and_cancel(reopening)
            if not (self.advance() or started):
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
                news = self.said if reopening else self.changed
                again = rule.again and not process.fresh and bool(rule.when.names & news)
            if not cancel and again and self.holds(rule.when):
                self.start(rule.process)
                moved = True
        return moved

    def start(self, key: str) -> None:
        self.processes = [process for process in self.processes if process.key != key]
        first = self.content.steps[self.content.first[key]]
        process = Process(key, "running", [Token(first, "go")], fresh=True)
        self.processes.append(process)
        self.flow(process)

    def advance(self) -> bool:
        moved = False
        for process in list(self.processes):
            tokens = [token for token, _ in _all_tokens(process.tokens)]
            fires = any(token in self.due or self._fires(token) for token in tokens)
            if process.status == "running" and fires:
                self.flow(process)
                moved = True
        return moved

    def complete(self, where: tuple[Any, ...], token: Token) -> None:
        process = self.process(where[0])
        if process is None:
            raise LookupError(where)
        level = next(level for one, level in _all_tokens(process.tokens) if one is token)
        self.finish(level, token)
        self._wake(level)
        self.flow(process)

    def open_tokens(self) -> Iterator[tuple[tuple[Any, ...], Token]]:
        """Every token of the processes that run, with its place."""
        for process in self.processes:
            yield from _placed((process.key,), process.tokens)

    # --- tokens ---

    def flow(self, process: Process) -> None:
        """Lets a process move until everything in it waits."""
        for _ in range(PASSES):
            for level in list(_levels(process.tokens)):
                self._wake(level)
            if not self._round(process):
                break
        else:
            raise Stuck(f"{process.key} runs in circles")
        if not process.tokens:
            process.status = "done"
        elif all(token.mode in ("join", "inside") for token, _ in _all_tokens(process.tokens)):
            raise Stuck(f"nothing in {process.key} can happen next")

    def _round(self, process: Process) -> bool:
        """The inner levels, the deepest first, then the level of the process itself."""
        moved = False
        inner = [token for token, _ in _all_tokens(process.tokens) if token.mode == "inside"]
        for token in sorted(inner, key=lambda token: -_depth(process.tokens, token)):
            while token.inner and self._pass(token.inner):
                moved = True
                if not token.inner:
                    token.mode = "go"
        return self._pass(process.tokens) or moved

    def _pass(self, level: list[Token]) -> bool:
        """Moves each token of a level, and of those within, that is ready now."""
        ready = [(token, within) for token, within in _all_tokens(level) if token.mode in ("go", "split")]
        for token, within in ready:
            if any(token is one for one, _ in _all_tokens(level)):
                (self._split if token.mode == "split" else self._move)(within, token)
                for host, _ in _all_tokens(level):
                    if host.mode == "inside" and not host.inner:
                        host.mode = "go"
        return bool(ready)

    def _split(self, level: list[Token], token: Token) -> None:
        """Begins a step together with its boundary events."""
        self.links += 1
        parts = [self._entered(token.step), *(self._entered(boundary) for boundary in token.step.boundaries)]
        for part in parts:
            part.link = self.links
        _replace(level, token, parts)
        self._wake(level)

    def _move(self, level: list[Token], token: Token) -> None:
        step = token.step
        if step.kind == "terminate":
            level.clear()
        elif step.is_end:
            level.remove(token)
        elif step.kind == "boundaryEvent" and not step.interrupting:
            self.leave(level, token, step.out)
        elif step.kind == "boundaryEvent":
            level[:] = [one for one in level if one is token or one.link != token.link or _beside(one)]
            self.leave(level, token, step.out)
        elif step.kind == "exclusiveGateway":
            self.leave(level, token, [self._chosen(step)])
        else:
            if step.kind == "businessRuleTask":
                then = self.decide(step.table)
                if then is None:
                    raise Stuck(f"{step.id} cannot decide yet")
                output = self.content.tables[step.table].output
                self.decided.add(output)
                self.take(((output, then),))
            self.finish(level, token)
        self._wake(level)
        self.perform(step.acts)

    def finish(self, level: list[Token], token: Token) -> None:
        """A step is done: its boundary events wait no more. One that interrupts at this very moment goes first."""
        if token.link:
            linked = [one for one in level if one.link == token.link and one is not token]
            interrupted = any(one.mode == "go" and one.step.interrupting for one in linked)
            level[:] = [one for one in level if one not in linked or one.mode == "go"]
            if interrupted:
                level.remove(token)
                return
        self.leave(level, token, token.step.out)

    def leave(self, level: list[Token], token: Token, flows: list[Flow]) -> None:
        """Puts what comes next where the token stood."""
        entered = []
        for flow in flows:
            target = self.content.steps[flow.target]
            if target.kind == "parallelGateway" and len(target.sources) > 1:
                others = [one for one in level if one.step is target and one.mode == "join"]
                arrived = frozenset({token.step.id}).union(*(one.arrived for one in others))
                level[:] = [one for one in level if one not in others]
                whole = arrived == frozenset(target.sources)
                entered.append(Token(target, "go" if whole else "join", 0, frozenset() if whole else arrived))
            else:
                entered.append(Token(target, "split") if target.boundaries else self._entered(target))
        _replace(level, token, entered)

    def _entered(self, step: Step) -> Token:
        if step.kind == "userTask":
            return Token(step, "open")
        if step.inner:
            return Token(step, "inside", inner=[Token(self.content.steps[self.content.first[step.inner]], "go")])
        if step.timer or (step.condition is not None and not self.holds(step.condition)):
            return Token(step, "wait")
        return Token(step, "go")

    def _chosen(self, gateway: Step) -> Flow:
        if len(gateway.out) == 1:
            return gateway.out[0]
        answers = [(flow, flow.guard.holds(self.read)) for flow in gateway.out if flow.guard is not None]
        true = [flow for flow, answer in answers if answer]
        if len(true) > 1 or (not true and None in [answer for _, answer in answers]):
            raise Stuck(f"the way out of {gateway.id} is not clear")
        default = [flow for flow in gateway.out if flow.default]
        if not true and not default:
            raise Stuck(f"no way out of {gateway.id} is open")
        return (true or default)[0]

    def _fires(self, token: Token) -> bool:
        condition = token.step.condition
        return token.mode == "wait" and condition is not None and self.holds(condition)

    def _wake(self, level: list[Token]) -> None:
        """Events whose condition is true, and timers that are due, go on."""
        for token in level:
            if self._fires(token) or (token.mode == "wait" and token in self.due):
                token.mode = "go"
                self.due.discard(token)


def _beside(token: Token) -> bool:
    """Whether a boundary event that does not interrupt has fired already: it goes on beside."""
    return token.step.kind == "boundaryEvent" and token.mode == "go" and not token.step.interrupting


def _replace(level: list[Token], token: Token, parts: list[Token]) -> None:
    at = next(index for index, one in enumerate(level) if one is token)
    level[at : at + 1] = parts


def _all_tokens(level: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Every token with the level that it stands on; what runs within a step comes before the step's neighbours."""
    for token in list(level):
        yield token, level
        yield from _all_tokens(token.inner)


def _levels(level: list[Token]) -> Iterator[list[Token]]:
    yield level
    for token in level:
        if token.mode == "inside":
            yield from _levels(token.inner)


def _placed(place: tuple[Any, ...], level: list[Token]) -> Iterator[tuple[tuple[Any, ...], Token]]:
    for index, token in enumerate(level):
        yield (*place, index), token
        yield from _placed((*place, index), token.inner)


def _depth(level: list[Token], wanted: Token) -> int:
    return next(len(place) for place, token in _placed((), level) if token is wanted)


def _frozen(level: list[Token]) -> tuple[Any, ...]:
    """The level as values, with links numbered from 1."""
    numbers: dict[int, int] = {0: 0}
    return tuple(
        (t.step.id, t.mode, numbers.setdefault(t.link, len(numbers)), t.arrived, _frozen(t.inner)) for t in level
    )
