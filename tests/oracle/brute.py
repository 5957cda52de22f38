"""The answer of brute force: every state that a case can reach, one by one, and for each duty a shortest way to break
it, or that there is none.

What can happen: a case is opened by each door with each combination of answers; each open task is done with each, if
what it requires holds before its answers are known; forms of any time are filled; any fact that a form asks and that
is set is corrected to any other value; any timer that waits fires, whatever its length and whichever others wait. Each
command runs to rest before the next. Nothing blocks: drawn preconditions count, duties do not. A case is over once it
is closed, unless `after_closing` says that news may open it again.

When a duty is broken: an act that must never be done was done while the duty applies and nothing allows it; the limit
was reached while the act was owed, or still to follow; what must always hold was known not to hold at a moment at
which duties hear. They hear each step that does acts, and each round in which rules and processes take turns.

What cases do does not depend on most duties, so all states are found once, with what each duty heard on the way from
one to the next; each duty is then followed over them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.oracle.duties import Duty, Heard, Mark
from tests.oracle.reading import Content
from tests.oracle.running import Case, Command, NotPossible, State
from tests.oracle.tokens import Stuck

Way = tuple[Command, ...]


class TooMany(Exception):
    """The pathway has more states than we are ready to look at."""


@dataclass
class Edge:
    """A command, where it leads, and what the duties heard on the way."""

    command: Command
    target: State
    heard: list[tuple[Heard, ...]]


@dataclass
class Answer:
    """`ways` holds for each duty a shortest way to break it, or None: it holds. `arises` says of each whether any case
    comes to what it is about, `stays` whether something leads to the act wherever it is owed. `unsound`: why a case
    got stuck."""

    states: int
    ways: dict[str, Way | None] = field(default_factory=dict)
    arises: dict[str, bool] = field(default_factory=dict)
    stays: dict[str, bool] = field(default_factory=dict)
    unsound: str = ""


class Brute:
    """All that can happen in an edition. With `after_closing`, closed cases go on: news may open them again."""

    def __init__(self, files: Mapping[str, bytes], budget: int = 4000, after_closing: bool = False) -> None:
        self.content = Content(files)
        self.budget = budget
        self.after_closing = after_closing
        self.marked = after_closing or any(
            name.startswith("duty.") or name == "case.duties_owed" for name in self.content.read_names
        )

    def answer(self) -> Answer:
        """Raises TooMany beyond the budget."""
        try:
            edges = self.edges()
        except Stuck as why:
            return Answer(0, unsound=str(why))
        answer = Answer(len(edges) - 1)
        for number, duty in enumerate(self.content.duties):
            answer.ways[duty.id] = _broken(duty, number, edges)
            heard = (one[number] for ways in edges.values() for edge in ways for one in edge.heard)
            answer.arises[duty.id] = duty.is_about(heard)
            answer.stays[duty.id] = _stays(duty, number, edges)
        return answer

    def edges(self) -> dict[State | None, list[Edge]]:
        """Every state that can be reached (None: before the case is opened), with the ways out of it."""
        found: dict[State | None, list[Edge]] = {None: []}
        queue: deque[State | None] = deque([None])
        while queue:
            state = queue.popleft()
            for command in self.commands(state):
                try:
                    case = self.after(state, command)
                except NotPossible:
                    continue
                target = case.state()
                found[state].append(Edge(command, target, case.heard))
                if target not in found:
                    if len(found) > self.budget:
                        raise TooMany(f"more than {self.budget} states")
                    found[target] = []
                    queue.append(target)
        return found

    def after(self, state: State | None, command: Command) -> Case:
        """The case after a command. Raises NotPossible or Stuck."""
        case = Case(self.content, state, self.marked)
        case.run(command)
        return case

    def commands(self, state: State | None) -> Iterator[Command]:
        """Everything that somebody, or time, could do now."""
        content = self.content
        if state is None:
            for door, desk in content.doors.items():
                yield from (Command("open", door, answers) for answers in desk.answers)
            return
        if state.closed and not self.after_closing:
            return
        case = Case(content, state, self.marked)
        for place, token in case.open_tokens():
            if token.mode == "open":
                for answers in content.forms[token.step.form]:
                    yield Command("do", token.step.id, answers, (place,))
            elif token.mode == "wait" and token.step.timer:
                yield Command("time", token.step.id, (), (place,))
        yield from self._news(case)

    def _news(self, case: Case) -> Iterator[Command]:
        """Forms of any time, and corrections of one fact."""
        for form, desk in self.content.anytime.items():
            yield from (Command("tell", form, answers) for answers in desk.answers)
        for name, value in case.facts.items():
            if name in self.content.asked and value is not None:
                others = [other for other in self.content.facts[name] if other != value]
                yield from (Command("correct", name, ((name, other),)) for other in others)


def _broken(duty: Duty, number: int, edges: Mapping[State | None, list[Edge]]) -> Way | None:
    """A shortest way to break the duty, breadth first over where the case stands and where the duty does."""
    began: tuple[State | None, Mark] = (None, Mark())
    came: dict[tuple[State | None, Mark], tuple[tuple[State | None, Mark], Command] | None] = {began: None}
    queue = deque([began])
    while queue:
        here = queue.popleft()
        for edge in edges[here[0]]:
            mark, broke = follow(duty, here[1], [heard[number] for heard in edge.heard])
            if broke:
                return _unwound(came, here, edge.command)
            there = (edge.target, mark)
            if there not in came:
                came[there] = (here, edge.command)
                queue.append(there)
    return None


def _stays(duty: Duty, number: int, edges: Mapping[State | None, list[Edge]]) -> bool:
    """Whether wherever the duty is owed something leads to where it is met."""
    began: tuple[State | None, Mark] = (None, Mark())
    came: dict[tuple[State | None, Mark], set[tuple[State | None, Mark]]] = {began: set()}
    queue = deque([began])
    while queue:
        here = queue.popleft()
        for edge in edges[here[0]]:
            mark, broke = follow(duty, here[1], [heard[number] for heard in edge.heard])
            there = (edge.target, mark)
            if not broke and there not in came:
                came[there] = set()
                queue.append(there)
            if not broke:
                came[there].add(here)
    leads = {place for place in came if place[1].status == "met"}
    todo = list(leads)
    while todo:
        new = came[todo.pop()] - leads
        leads |= new
        todo += new
    return all(place in leads for place in came if place[1].status == "owed")


def follow(duty: Duty, mark: Mark, heard: list[Heard]) -> tuple[Mark, bool]:
    """The mark after hearing all of it; stops where the duty breaks."""
    for one in heard:
        mark, broke = duty.step(mark, one)
        if broke:
            return mark, True
    return mark, False


def _unwound(
    came: Mapping[tuple[State | None, Mark], tuple[tuple[State | None, Mark], Command] | None],
    here: tuple[State | None, Mark],
    last: Command,
) -> Way:
    way = [last]
    step = came[here]
    while step is not None:
        here, command = step
        way.append(command)
        step = came[here]
    return tuple(reversed(way))
