"""What one proof looks at: a duty, the processes whose tokens it follows, and the names it tells apart.

Everything else is left open: a process that is not followed may do any of its steps at any time, a name that is not
followed may have any value. So a focus allows every course that a case can take, and more; what is proved of it is
proved of the case (prove.md 3.3: the reduction is sought for each duty).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from engine.checks.analysis.once import once
from engine.checks.analysis.situations import row_condition
from engine.expressions import ActText, Expression, Name, Unset, names
from engine.library import DutyRule, Element, Library, Table
from engine.prove.classes import partition, settled
from engine.prove.net import Net
from engine.prove.valuations import Valuations

CASE_END = "case.end"
NOW = "@now"
"""What a name is computed from when it changes as time passes."""


@dataclass(frozen=True, slots=True)
class Focus:
    """`follows[base]` are the names computed from another; `acts` are those that the duty or a name speaks of. With
    `holding`, a token rests also where only what is not followed may hold it: it is asked what can still be done."""

    duty: DutyRule
    processes: tuple[str, ...]
    valuations: Valuations
    acts: frozenset[str]
    follows: Mapping[str, tuple[str, ...]]
    holding: bool = False

    @property
    def names(self) -> frozenset[str]:
        return self.valuations.names


def focus(
    library: Library, net: Net, duty: DutyRule, processes: Iterable[str], chosen: frozenset[str] = frozenset()
) -> Focus:
    """The focus on some processes and on the names `chosen` besides those of the duty's own conditions. A table is
    read from its inputs once all of them are chosen. Raises TooLarge when the names have too many combinations."""
    followed_processes = tuple(processes)
    chosen |= _names(conditions_of(duty))
    acts = acts_of(duty) | {name.removeprefix("act.") for name in chosen if name.startswith("act.")}
    read = [settled(library, item) for item in conditions_of(duty)]
    read += _reading(library, net, followed_processes, acts)
    tables = _tables(library, read, chosen)
    alone = tuple(key for key in followed_processes if key in net.single)
    stands = {f"process.{key}" for key in alone} | {f"act.{act}" for act in acts}
    own = net.own_facts(library, followed_processes)
    names_ = frozenset(
        name
        for name in chosen & _names(read)
        if name in own or (can_follow(library, name) and unsteady(library, name) <= stands)
    )
    return _focus(library, duty, (followed_processes, alone), acts, read, tables, names_)


def inside(library: Library, looked: Focus, name: str) -> Focus:
    """A focus on nothing but what a name is computed from, as finely as the name is looked at. Raises TooLarge."""
    chosen = {name} | inputs_of(library, name)
    read: list[Expression] = [*looked.valuations.partitions[name].asked, Unset(Name(name), negated=False)]
    tables = _tables(library, read, chosen)
    processes = looked.processes, looked.valuations.alone
    return _focus(library, looked.duty, processes, looked.acts, read, tables, frozenset(chosen))


def _tables(library: Library, read: list[Expression], chosen: AbstractSet[str]) -> list[Table]:
    """The tables whose inputs are all chosen, so that they are read from these; adds their rows to what is read."""
    tables: list[Table] = []
    growing = True
    while growing:
        growing = False
        for name in sorted(name for name in _names(read) if name.startswith("now.")):
            table = table_said(library, name)
            if table is None or table in tables:
                continue
            rows = _rows(library)[table.id]
            if rows.followed <= chosen:
                tables.append(table)
                read += rows.conditions
                growing = True
    return tables


class _Rows(NamedTuple):
    """When the rows of a table fire, and all that they read that can be followed."""

    conditions: tuple[Expression, ...]
    followed: frozenset[str]


@once
def _rows(library: Library) -> dict[str, _Rows]:
    found: dict[str, _Rows] = {}
    for table in library.tables.values():
        conditions = tuple(settled(library, row_condition(row)) for row in table.rows)
        read = frozenset(name for name in _names(conditions) if can_follow(library, name))
        found[table.id] = _Rows(conditions, read)
    return found


@once
def _known_readings(library: Library) -> dict[tuple[tuple[str, ...], frozenset[str]], tuple[Expression, ...]]:
    """Filled as it is asked."""
    return {}


def _reading(library: Library, net: Net, processes: tuple[str, ...], acts: frozenset[str]) -> tuple[Expression, ...]:
    """All that is read within some processes, whichever names are told apart there."""
    known, within = _known_readings(library), (processes, acts)
    if within not in known:
        said = _expressions(library, net, processes, acts)
        known[within] = tuple(dict.fromkeys(settled(library, item) for item in said))
    return known[within]


def _focus(
    library: Library,
    duty: DutyRule,
    followed: tuple[tuple[str, ...], tuple[str, ...]],
    acts: frozenset[str],
    read: list[Expression],
    tables: list[Table],
    chosen: frozenset[str],
) -> Focus:
    names_ = sorted(chosen - {f"now.{table.output}" for table in tables})
    parts = partition(library, read, names_)
    processes, alone = followed
    valuations = Valuations(library, parts, tables, processes, alone, acts, duty.id)
    bases = {name: base_of(library, name) for name in names_}
    follows = {
        base: tuple(sorted(name for name, found in bases.items() if base in found and base != name))
        for base in frozenset().union(*bases.values())
    }
    return Focus(duty, processes, valuations, acts, follows)


def unsteady(library: Library, name: str) -> frozenset[str]:
    """What a name is computed from that is no fact of the case: unless that is followed, it may change unseen."""
    bases = base_of(library, name) - {NOW, name}
    return frozenset(base for base in bases if not can_follow(library, base))


def _names(expressions: Iterable[Expression]) -> frozenset[str]:
    return frozenset().union(*map(names, expressions))


def table_said(library: Library, name: str) -> Table | None:
    """The table that `now.<output>` asks."""
    return library.table_of(name.removeprefix("now.")) if name.startswith("now.") else None


def inputs_of(library: Library, name: str) -> frozenset[str]:
    """What a name is computed from, directly or through others, as far as it can be followed."""
    found: frozenset[str] = frozenset()
    queue = [name]
    while queue:
        new = direct_inputs(library, queue.pop()) - found
        found |= new
        queue += new
    return found


def direct_inputs(library: Library, name: str) -> frozenset[str]:
    """What a name is computed from, directly, as far as it can be followed."""
    table = table_said(library, name)
    derived = library.derived.get(name)
    clock = library.clocks.get(name.removeprefix("clock.")) if name.startswith("clock.") else None
    found: set[str] = set(table.inputs) if table is not None else set()
    if derived is not None:
        found = {*derived.of, *([derived.otherwise] if derived.otherwise else [])}
    if clock is not None:
        found = {clock.latest}
    return frozenset(item for item in found if item != "now" and can_follow(library, item))


def can_follow(library: Library, name: str) -> bool:
    """Whether a name can be followed in valuations: facts of the case, and what is computed from them. A parameter
    with several dated values is left open, and so is a clock that runs as long as one says: it may open again."""
    prefix, _, rest = name.partition(".")
    if prefix == "clock" and rest in library.clocks:
        hours = library.parameters.get(library.clocks[rest].hours)
        return hours is not None and len({dated.value for dated in hours.values}) == 1
    if rest:
        return prefix in ("now", "clock")
    fact = library.facts.get(name)
    return name in library.derived or (fact is not None and fact.scope == "case")


def acts_of(duty: DutyRule) -> frozenset[str]:
    """The acts that a duty speaks of."""
    said = {duty.act, duty.after, *duty.without, *duty.revoked_by, duty.before if duty.form == "must" else None}
    return frozenset(act for act in said if act is not None)


def conditions_of(duty: DutyRule) -> tuple[Expression, ...]:
    """The conditions that a duty's monitor reads."""
    said = (duty.when, duty.always, duty.unless, *(exception.when for exception in duty.exceptions))
    return tuple(item for item in said if item is not None)


def base_of(library: Library, name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """What a name is computed from: facts, acts, states, and NOW; a fact only from itself."""
    if name in seen:
        return frozenset()
    seen |= {name}
    table = table_said(library, name)
    if table is not None:
        read = {*_names(row_condition(row) for row in table.rows), *table.inputs}
        return frozenset().union(*(base_of(library, item, seen) for item in read))
    if name.startswith("clock."):
        clock = library.clocks.get(name.removeprefix("clock."))
        return frozenset({NOW}) | (base_of(library, clock.latest, seen) if clock else frozenset())
    derived = library.derived.get(name)
    if derived is not None:
        read = {*derived.of, *([derived.otherwise] if derived.otherwise else [])}
        timed = frozenset({NOW} if "now" in read else ())
        return timed.union(*(base_of(library, item, seen) for item in read - {"now"}))
    return frozenset() if name in library.parameters else frozenset({name})


def _expressions(library: Library, net: Net, processes: tuple[str, ...], acts: frozenset[str]) -> Iterator[Expression]:
    inside = frozenset().union(*(net.steps(process) for process in processes))
    for element in net.elements.values():
        own = element.id in inside
        if element.requires is not None and (own or element.form or any(act.act in acts for act in element.acts)):
            yield element.requires
        yield from _act_conditions(element.acts, acts)
        if own:
            yield from _guards(library, net, element)
    for door in library.pathway.doors.values():
        yield from _act_conditions(door.acts, acts)
    for anytime in library.pathway.anytime.values():
        yield from _act_conditions(anytime.acts, acts)
        if anytime.when is not None:
            yield anytime.when
    for process in processes:
        yield from conditions_taking_back(library, process)
        yield from _conditions_of_rules(library, process)


def _conditions_of_rules(library: Library, process: str) -> Iterator[Expression]:
    for start in library.starts:
        if start.process == process:
            yield start.when
            if start.cancel_when is not None:
                yield start.cancel_when


def conditions_taking_back(library: Library, process: str) -> Iterator[Expression]:
    """When a visit is taken back though it has opened."""
    for schedule in library.schedules.values():
        if schedule.process == process and schedule.cancel_when is not None:
            yield schedule.cancel_when


def _act_conditions(done: Iterable[ActText], acts: frozenset[str]) -> Iterator[Expression]:
    yield from (act.when for act in done if act.when is not None and act.act in acts)


def _guards(library: Library, net: Net, element: Element) -> Iterator[Expression]:
    if element.condition is not None:
        yield element.condition
    yield from (flow.condition for flow in net.outgoing[element.id] if flow.condition is not None)
    table = library.tables.get(str(element.table)) if element.kind == "rule" else None
    if table is not None:
        yield from (row_condition(row) for row in table.rows)
