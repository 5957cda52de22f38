"""How the tokens of a process move: the meaning of each kind of step (docs/content.md 2).

The innermost level goes first, and on one level steps go in the order in which they stand in the drawing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.language import Act, Condition
from tests.oracle.reading import Content, Flow, Step

PASSES = 450


class Stuck(Exception):
    """The case cannot go on: a fault of soundness, which says nothing about duties."""


@dataclass(eq=False)
class Token:
    """`mode`: go (moves on by itself), split (its boundary events are still to be set), open (a person's task), wait
    (an event), inside (an inner level runs) or join. Tokens of one `link` are a step and its boundary events."""

    step: Step
    mode: str
    link: int = 0
    arrived: frozenset[str] = frozenset()
    inner: list[Token] = field(default_factory=list)


class Mover(ABC):
    """Moves tokens; what it asks of the case, and tells it, is left to the case. `due` are the timers that fire."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.due: set[Token] = set()
        self._links = 1000

    @abstractmethod
    def read(self, name: str) -> Any:
        """The value of a name in an expression."""

    @abstractmethod
    def holds(self, condition: Condition | None) -> bool:
        """Whether a condition is known to be true."""

    @abstractmethod
    def decide(self, table: str) -> None:
        """Decides by a table and records what it says."""

    @abstractmethod
    def perform(self, acts: tuple[Act, ...]) -> None:
        """Does the acts of a step whose conditions hold."""

    def to_rest(self, key: str, tokens: list[Token]) -> None:
        """Moves the tokens of a process until everything waits. Raises Stuck."""
        for _ in range(PASSES):
            for level in list(_levels(tokens)):
                self.wake(level)
            if not self._round(tokens):
                break
        else:
            raise Stuck(f"{key} runs in circles")
        if tokens and all(token.mode in ("join", "inside") for token, _ in all_tokens(tokens)):
            raise Stuck(f"nothing in {key} can happen next")

    def _round(self, tokens: list[Token]) -> bool:
        """The inner levels, the deepest first, then the level of the process itself."""
        moved = False
        inner = [token for token, _ in all_tokens(tokens) if token.mode == "inside"]
        for token in sorted(inner, key=lambda token: -_depth(tokens, token)):
            while token.inner and self._pass(token.inner):
                moved = True
                if not token.inner:
                    token.mode = "go"
        return self._pass(tokens) or moved

    def _pass(self, level: list[Token]) -> bool:
        """Moves each token of a level, and of those within, that is ready now."""
        ready = [(token, within) for token, within in all_tokens(level) if token.mode in ("go", "split")]
        for token, within in ready:
            if any(token is one for one, _ in all_tokens(level)):
                (self._split if token.mode == "split" else self._move)(within, token)
                for host, _ in all_tokens(level):
                    if host.mode == "inside" and not host.inner:
                        host.mode = "go"
        return bool(ready)

    def _split(self, level: list[Token], token: Token) -> None:
        """Begins a step together with its boundary events."""
        self._links += 1
        parts = [self._entered(token.step), *(self._entered(boundary) for boundary in token.step.boundaries)]
        for part in parts:
            part.link = self._links
        _replace(level, token, parts)
        self.wake(level)

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
                self.decide(step.table)
            self.finish(level, token)
        self.wake(level)
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

    def fires(self, token: Token) -> bool:
        condition = token.step.condition
        return token.mode == "wait" and condition is not None and self.holds(condition)

    def wake(self, level: list[Token]) -> None:
        """Events whose condition is true, and timers that are due, go on."""
        for token in level:
            if self.fires(token) or (token.mode == "wait" and token in self.due):
                token.mode = "go"
                self.due.discard(token)


def _beside(token: Token) -> bool:
    """Whether a boundary event that does not interrupt has fired already: it goes on beside."""
    return token.step.kind == "boundaryEvent" and token.mode == "go" and not token.step.interrupting


def _replace(level: list[Token], token: Token, parts: list[Token]) -> None:
    at = next(index for index, one in enumerate(level) if one is token)
    level[at : at + 1] = parts


def all_tokens(level: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Every token with the level that it stands on; what runs within a step comes before the step's neighbours."""
    for token in list(level):
        yield token, level
        yield from all_tokens(token.inner)


def _levels(level: list[Token]) -> Iterator[list[Token]]:
    yield level
    for token in level:
        if token.mode == "inside":
            yield from _levels(token.inner)


def placed(place: tuple[Any, ...], level: list[Token]) -> Iterator[tuple[tuple[Any, ...], Token]]:
    for index, token in enumerate(level):
        yield (*place, index), token
        yield from placed((*place, index), token.inner)


def _depth(level: list[Token], wanted: Token) -> int:
    return next(len(place) for place, token in placed((), level) if token is wanted)


def frozen(level: list[Token]) -> tuple[Any, ...]:
    """The level as values, with links numbered from 1."""
    numbers: dict[int, int] = {0: 0}
    return tuple(
        (t.step.id, t.mode, numbers.setdefault(t.link, len(numbers)), t.arrived, frozen(t.inner)) for t in level
    )


def thawed(content: Content, level: tuple[Any, ...]) -> list[Token]:
    """The tokens of a level that was frozen."""
    return [
        Token(content.steps[id], mode, link, arrived, thawed(content, inner))
        for id, mode, link, arrived, inner in level
    ]
