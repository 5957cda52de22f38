"""The current values of one case, by key: the ground that expressions are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.library import Pathway
from engine.model import Case, CaseFile, Clock, Duty, Fact, FactKey, Process, Stuck, Task, Timer, Value


class Facts(MutableMapping[FactKey, Fact]):
    """The facts of a case file, which is left as it is, and those accepted since. A file may open a fact only when it
    is read, so whoever goes through all of them pays for all of them."""

    def __init__(self, before: Mapping[FactKey, Fact], since: Mapping[FactKey, Fact] | None = None) -> None:
        self._before = before
        self._since = dict(since or {})

    def __getitem__(self, key: FactKey) -> Fact:
        found = self._since.get(key)
        return self._before[key] if found is None else found

    def __setitem__(self, key: FactKey, fact: Fact) -> None:
        self._since[key] = fact

    def __delitem__(self, key: FactKey) -> None:
        raise TypeError("Facts are append-only")

    def __iter__(self) -> Iterator[FactKey]:
        yield from self._before
        yield from (key for key in self._since if key not in self._before)

    def __len__(self) -> int:
        return len(set(self))

    def copy(self) -> Facts:
        return Facts(self._before, self._since)


@dataclass
class State:
    """A case file opened up by key. `ways` are the processes that carry a case to its end: the main one, and the
    one that a case goes on with when it opens again."""

    case: Case
    ways: frozenset[str]
    facts: Facts
    processes: dict[str, Process]
    tasks: dict[str, Task]
    timers: dict[str, Timer]
    duties: dict[str, Duty]
    clocks: dict[str, Clock]
    acts: dict[FactKey, datetime]
    stuck: dict[str, Stuck]
    freed: dict[str, Stuck] = field(default_factory=dict)

    @classmethod
    def of(cls, file: CaseFile, pathway: Pathway) -> State:
        return cls(
            case=file.case,
            ways=frozenset(filter(None, (pathway.main, pathway.reopened))),
            facts=Facts(file.facts),
            processes={process.id: process for process in file.processes},
            tasks={task.id: task for task in file.tasks},
            timers={timer.id: timer for timer in file.timers},
            duties={duty.rule: duty for duty in file.duties},
            clocks={clock.rule: clock for clock in file.clocks},
            acts=dict(file.acts),
            stuck={one.id: one for one in file.stuck},
        )

    def fact(self, name: str, scope: str) -> Value | None:
        found = self.facts.get((name, scope))
        return None if found is None else found.value

    def act_at(self, act: str, scope: str) -> datetime | None:
        return self.acts.get((act, scope))

    def process_of(self, key: str, scope: str) -> Process | None:
        """The newest instance of a process on a scope: the running one, if any."""
        ones = [p for p in self.processes.values() if p.key == key and p.scope == scope]
        return max(ones, key=lambda p: (p.status == "running", p.started_at), default=None)

    def process_status(self, key: str, scope: str) -> str:
        found = self.process_of(key, scope)
        return "none" if found is None else found.status

    def duty_status(self, rule: str) -> str:
        found = self.duties.get(rule)
        if found is None or found.status == "idle":
            return "none"
        return "owed" if found.open else found.status

    @property
    def duties_owed(self) -> int:
        return sum(duty.open for duty in self.duties.values())

    @property
    def processes_running(self) -> int:
        return sum(p.status == "running" and p.key not in self.ways for p in self.processes.values())
