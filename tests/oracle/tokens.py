"""How the tokens of a process move: the meaning of each kind of step (docs/content.md 2).

Whatever goes on by itself does, one step at a time, the first in the file before the others, until everything waits;
then one event fires: of those that could the one that is due longest, else again the first in the file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.language import Act, Condition
from tests.oracle.reading import Content, Flow, Step

PASSES = 450


class Stuck(Exception):
    """The case cannot go on: a fault of soundness, which says nothing about duties."""


@dataclass(eq=False)
class Token:
    """`mode`: go (moves on by itself), open (a person's task), wait (an event), inside (an inner level runs) or join.
    Tokens of one `link` are a step and its boundary events."""

    step: Step
    mode: str
    link: int = 0
    arrived: frozenset[str] = frozenset()
    inner: list[Token] = field(default_factory=list)


class Mover(ABC):
    """Moves tokens; what it asks of the case, and tells it, is left to the case. `due` are the timers that fire, with
    how many seconds ago they should have."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.due: dict[Token, float] = {}
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
            going = self._in_order(tokens, lambda token: token.mode == "go")
            if not going:
                break
            self._move(*going[0])
            for token, _ in all_tokens(tokens):
                if token.mode == "inside" and not token.inner:
                    token.mode = "go"
        else:
            raise Stuck(f"{key} runs in circles")
        if tokens and all(token.mode in ("join", "inside") for token, _ in all_tokens(tokens)):
            raise Stuck(f"nothing in {key} can happen next")

    def overdue(self, tokens: list[Token]) -> float | None:
        """For how many seconds an event of these could have fired; None when none could."""
        return max((self.due.get(token, 0) for token, _ in all_tokens(tokens) if self._could_fire(token)), default=None)

    def fire(self, tokens: list[Token]) -> None:
        """Lets the event that is due longest go on."""
        longest = self.overdue(tokens)
        could = self._in_order(tokens, lambda token: self._could_fire(token) and self.due.get(token, 0) == longest)
        could[0][1].mode = "go"
        self.due.pop(could[0][1], None)

    def _in_order(self, tokens: list[Token], wanted: Callable[[Token], bool]) -> list[tuple[list[Token], Token]]:
        """The wanted tokens with their levels, as they stand in the file; what is within a step, where that does."""

        def places(level: list[Token], around: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], list[Token], Token]]:
            for token in level:
                place = (*around, self.content.places[token.step.id])
                yield place, level, token
                yield from places(token.inner, place)

        found = [one for one in places(tokens, ()) if wanted(one[2])]
        return [(level, token) for _, level, token in sorted(found, key=lambda one: one[0])]

    def _could_fire(self, token: Token) -> bool:
        return token.mode == "wait" and (
            token in self.due or (not token.step.timer and self.holds(token.step.condition))
        )

    def _move(self, level: list[Token], token: Token) -> None:
        step = token.step
        if step.kind == "terminate":
            level.clear()
        elif step.is_end:
            level.remove(token)
        elif step.kind == "boundaryEvent" and not step.interrupting:
            self.leave(level, token, step.out)
        elif step.kind == "exclusiveGateway":
            self.leave(level, token, [self._chosen(step)])
        else:
            if step.kind == "businessRuleTask":
                self.decide(step.table)
            self.finish(level, token)
        self.perform(step.acts)

    def finish(self, level: list[Token], token: Token) -> None:
        """A step is done, or an event interrupts it: of the step and its boundary events nothing is left."""
        level[:] = [one for one in level if one is token or not token.link or one.link != token.link]
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
                entered += self._entered(target)
        at = next(index for index, one in enumerate(level) if one is token)
        level[at : at + 1] = entered

    def _entered(self, step: Step) -> list[Token]:
        """A step that begins, together with its boundary events."""
        parts = [self._begun(one) for one in (step, *step.boundaries)]
        if step.boundaries:
            self._links += 1
            for part in parts:
                part.link = self._links
        return parts

    def _begun(self, step: Step) -> Token:
        if step.kind == "userTask":
            return Token(step, "open")
        if step.inner:
            return Token(step, "inside", inner=[Token(self.content.steps[self.content.first[step.inner]], "go")])
        return Token(step, "wait" if step.timer or step.condition is not None else "go")

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


def all_tokens(level: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Every token with the level that it stands on; what runs within a step comes before the step's neighbours."""
    for token in list(level):
        yield token, level
        yield from all_tokens(token.inner)


def placed(place: tuple[Any, ...], level: list[Token]) -> Iterator[tuple[tuple[Any, ...], Token]]:
    for index, token in enumerate(level):
        yield (*place, index), token
        yield from placed((*place, index), token.inner)


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
