"""Sets of valuations: what is known, not known and possible of the facts that a proof looks at (prove.md 3.5).

A set is ONE Python integer, a bit a combination of classes. Where processes stand and which acts were done is not in
it but in the Control beside it; what a table says is read from what it looks at. Whatever else an expression reads is
*hidden*: it may be answered either way, so that what is proved holds for every value of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.checks.analysis.situations import row_condition
from engine.checks.analysis.space import Space
from engine.expressions import And, Expression, ExpressionTypeError, Literal_, Not, Or, evaluate, names
from engine.library import Library, Table
from engine.model import Value
from engine.prove.classes import Partition, settled
from engine.prove.standing import RUNNING, Control
from engine.rules.duties import MonitorState

MANY_RUNNING = "case.processes_running"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Where an expression may be true, false, unknown; the three overlap where it reads what is hidden."""

    true: int
    false: int
    unknown: int

    @property
    def not_true(self) -> int:
        return self.false | self.unknown

    def of(self, outcome: bool | None) -> int:
        if outcome is None:
            return self.unknown
        return self.true if outcome else self.false


Reads = Callable[[Control], Value]
"""Something that is read from where a case stands."""


@dataclass(slots=True)
class _Plain:
    """An expression (kept, so that its identity is its own), what it reads from where a case stands, what it reads that
    is hidden, and its outcomes by where the case stands."""

    expression: Expression
    reads: tuple[Reads, ...]
    hidden: frozenset[str]
    outcomes: dict[tuple[Value, ...], Outcomes] = field(default_factory=dict)


class Valuations:
    """The valuations of the names followed, how expressions read in them, and how they change."""

    def __init__(
        self,
        library: Library,
        followed: Mapping[str, Partition],
        tables: Iterable[Table],
        processes: tuple[str, ...],
        alone: tuple[str, ...],
        acts: frozenset[str],
        duty: str,
    ) -> None:
        """`followed` are names with their values cut into classes, `tables` those that are read from their inputs,
        `alone` the processes of which no others run beside the one that is followed. Raises TooLarge."""
        self.library = library
        self.partitions = dict(followed)
        self.space = Space({name: part.representatives for name, part in followed.items()})
        self.names = frozenset(followed)
        self.tables = {f"now.{table.output}": table for table in tables}
        self.rows = {
            name: tuple((settled(library, row_condition(row)), row.then) for row in table.rows)
            for name, table in self.tables.items()
        }
        self.processes = processes
        self.alone = alone
        self.acts = acts
        self.duty = f"duty.{duty}" if alone == processes else ""
        """How the duty stands, if that is known. The monitor of a visit that is followed is deaf to what other visits
        do to keep it, so that there it may stand otherwise."""
        ways = {library.pathway.main, library.pathway.reopened}
        self.beside = tuple(index for index, key in enumerate(processes) if key not in ways)
        self._plain: dict[int, _Plain] = {}
        self._reads: dict[str, Reads] = {}
        self._asked: dict[int, tuple[Expression, _Plain]] = {}
        self._conditions: dict[str, tuple[tuple[Expression, str | None], ...]] = {}
        self.hidden: set[str] = set()
        """Names that were read, since this was emptied last, and could not be answered; what a finer focus would
        follow."""
        self._kept: dict[frozenset[str], frozenset[str]] = {}
        self._where: dict[tuple[str, Value | None], int] = {}
        self._strides: dict[str, int] = {}
        stride = 1
        for name, classes in self.space.classes.items():
            self._strides[name] = stride
            stride *= len(classes)

    # --- reading ---

    def outcomes(self, expression: Expression, control: Control) -> Outcomes:
        """How an expression may read where a case stands."""
        plain = self._ask(expression)
        self.hidden |= plain.hidden
        return self._look(plain, control)

    @contextmanager
    def reading(self) -> Iterator[set[str]]:
        """What is read meanwhile that is hidden, to be kept with what came of it."""
        before, self.hidden = self.hidden, set()
        try:
            yield self.hidden
        finally:
            before |= self.hidden
            self.hidden = before

    def kept(self, hidden: set[str]) -> frozenset[str]:
        """Names that were hidden, the same object for the same names: it is kept with many things."""
        names_ = frozenset(hidden)
        return self._kept.setdefault(names_, names_)

    def _ask(self, expression: Expression) -> _Plain:
        asked = self._asked.get(id(expression))
        if asked is None:
            plain = self._plainly(settled(self.library, expression))
            asked = self._asked[id(expression)] = expression, plain
        return asked[1]

    def asked(self) -> Iterator[Expression]:
        """Every expression that was read."""
        return (expression for expression, _ in self._asked.values())

    def row_conditions(self, table: Table) -> tuple[tuple[Expression, str | None], ...]:
        """When each row of a table fires, and what it says then."""
        found = self._conditions.get(table.id)
        if found is None:
            found = self._conditions[table.id] = tuple((row_condition(row), row.then) for row in table.rows)
        return found

    def reads(self, expressions: Iterable[Expression]) -> tuple[Reads, ...]:
        """What these read from where a case stands, each once."""
        return tuple(dict.fromkeys(read for item in expressions for read in self._ask(item).reads))

    def hides(self, expressions: Iterable[Expression]) -> frozenset[str]:
        """What these read that is hidden."""
        return frozenset().union(*(self._ask(item).hidden for item in expressions))

    def _plainly(self, expression: Expression) -> _Plain:
        plain = self._plain.get(id(expression))
        if plain is None:
            explicit, hidden = self._read_by(expression, frozenset())
            reads = tuple(self._reading(name) for name in sorted(explicit))
            plain = self._plain[id(expression)] = _Plain(expression, reads, hidden)
        return plain

    def _look(self, plain: _Plain, control: Control) -> Outcomes:
        key = tuple([read(control) for read in plain.reads])
        found = plain.outcomes.get(key)
        if found is None:
            found = plain.outcomes[key] = self._read(plain.expression, control)
        return found

    def _read_by(self, expression: Expression, seen: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The names that an expression reads, directly or through tables: those that stand with the case, and those
        that are hidden."""
        explicit: frozenset[str] = frozenset()
        hidden: frozenset[str] = frozenset()
        for read in map(names, _atoms(expression)):
            if len(read) > 1:
                hidden |= read - self.names
            for name in read - seen:
                if name in self.rows:
                    for condition, _ in self.rows[name]:
                        inner = self._read_by(condition, seen | {name})
                        explicit, hidden = explicit | inner[0], hidden | inner[1]
                elif self.is_explicit(name):
                    explicit |= {name}
                elif name not in self.names:
                    hidden |= {name}
        return explicit, hidden

    def is_explicit(self, name: str) -> bool:
        prefix, _, rest = name.partition(".")
        return (
            (prefix == "process" and rest in self.alone)
            or (prefix == "act" and rest in self.acts)
            or name in (self.duty, MANY_RUNNING)
        )

    def answers(self, name: str) -> bool:
        """Whether something is known of a name here, so that a question about it is not left open."""
        return name in self.names or name in self.rows or self.is_explicit(name)

    def _reading(self, name: str) -> Reads:
        """How a name is read that stands with the case, the same for the same name."""
        found = self._reads.get(name)
        if found is None:
            found = self._reads[name] = self._read_from(name)
        return found

    def _read_from(self, name: str) -> Reads:
        prefix, _, rest = name.partition(".")
        if prefix == "process":
            index = self.processes.index(rest)
            return lambda control: control.statuses[index]
        if prefix == "act":
            return lambda control: rest in control.acts
        if prefix == "duty":
            return lambda control: _status(control.monitor)
        return lambda control: sum(control.statuses[index] == RUNNING for index in self.beside)

    def _read(self, expression: Expression, control: Control) -> Outcomes:
        every = self.space.all
        match expression:
            case Not(item):
                inner = self._look(self._plainly(item), control)
                return Outcomes(inner.false, inner.true, inner.unknown)
            case And(items):
                true, false, unknown, either = every, 0, 0, every
                for part in (self._look(self._plainly(item), control) for item in items):
                    true, false = true & part.true, false | part.false
                    unknown, either = unknown | part.unknown, either & (part.true | part.unknown)
                return Outcomes(true, false, unknown & either)
            case Or(items):
                true, false, unknown, either = 0, every, 0, every
                for part in (self._look(self._plainly(item), control) for item in items):
                    true, false = true | part.true, false & part.false
                    unknown, either = unknown | part.unknown, either & (part.false | part.unknown)
                return Outcomes(true, false, unknown & either)
            case Literal_(value):
                return Outcomes(every, 0, 0) if value else Outcomes(0, every, 0)
        return self._atom(expression, control)

    def _atom(self, atom: Expression, control: Control) -> Outcomes:
        every = self.space.all
        read = names(atom)
        if len(read) == 1:
            (name,) = read
            if name == MANY_RUNNING:
                return self._at_least(atom, self._reading(name)(control))
            if name in self.rows:
                return self._table_says(atom, name, control)
            if self.is_explicit(name):
                return self._constant(evaluate(atom, {name: self._reading(name)(control)}.__getitem__))
        if not read <= self.names or not all(self.partitions[name].tells(atom) for name in read):
            return Outcomes(every, every, every)
        reading = self.space.reading(atom)
        return Outcomes(reading.true, reading.false, self.space.unknown(atom))

    def _constant(self, outcome: bool | None) -> Outcomes:
        found = {True: 0, False: 0, None: 0} | {outcome: self.space.all}
        return Outcomes(found[True], found[False], found[None])

    def _at_least(self, atom: Expression, least: Value) -> Outcomes:
        """Processes that are not followed may run besides: how many run is not known, only that these do."""
        every = self.space.all
        told = {evaluate(atom, {MANY_RUNNING: int(least) + more}.__getitem__) for more in range(4)}  # type: ignore[arg-type]
        return Outcomes(every if True in told else 0, every if False in told else 0, 0)

    def _table_says(self, atom: Expression, name: str, control: Control) -> Outcomes:
        """What a table says at this moment, row by row; where no row surely fires nothing is said."""
        found = {True: 0, False: 0, None: 0}
        silent = self.space.all
        for condition, then in self.rows[name]:
            outcomes = self._look(self._plainly(condition), control)
            try:
                found[evaluate(atom, {name: then}.__getitem__)] |= outcomes.true
            except ExpressionTypeError:
                found[None] |= outcomes.true
            silent &= outcomes.not_true
        if silent:
            found[evaluate(atom, {name: None}.__getitem__)] |= silent
        return Outcomes(found[True], found[False], found[None])

    def index_of(self, name: str, value: Value | None) -> int | None:
        """The class that a value belongs to; None when it has none here."""
        return self.partitions[name].index(value)

    def where(self, name: str, value: Value | None) -> int:
        """The valuations in which a name has a value (None: is not set)."""
        key = name, value
        found = self._where.get(key)
        if found is None:
            index = self.index_of(name, value)
            found = self._where[key] = 0 if index is None else self.column(name, index)
        return found

    def column(self, name: str, index: int) -> int:
        """The valuations in which a name is of its index-th class."""
        return self.space.column(name, index)

    def columns(self, name: str, indexes: Iterable[int]) -> int:
        """The valuations in which a name is of any of these classes."""
        found = 0
        for index in indexes:
            found |= self.column(name, index)
        return found

    def known(self, name: str) -> tuple[int, ...]:
        """The classes in which a name is set."""
        return tuple(index for index, value in enumerate(self.space.classes[name]) if value is not None)

    # --- changing ---

    def spread(self, valuations: int, name: str, to: Iterable[int] | None = None) -> int:
        """The name takes any of the classes (all, if none are named), whatever it was."""
        stride, count = self._strides[name], len(self.space.classes[name])
        bottom = 0
        for index in range(count):
            bottom |= (valuations & self.column(name, index)) >> (stride * index)
        changed = 0
        for index in range(count) if to is None else to:
            changed |= bottom << (stride * index)
        return changed

    def grown(self, valuations: int, name: str) -> int:
        """A number stays or becomes larger, as time passes; what is not set stays so."""
        stride, classes = self._strides[name], self.space.classes[name]
        order = sorted(self.known(name), key=lambda index: classes[index])  # type: ignore[arg-type,return-value]
        changed, moving, last = valuations, 0, 0
        for index in order:
            shift = stride * (index - last)
            moving = moving << shift if shift >= 0 else moving >> -shift
            moving |= valuations & self.column(name, index)
            changed |= moving
            last = index
        return changed

    def moved(self, valuations: int, name: str, to: Sequence[Sequence[int]]) -> int:
        """The name goes from each of its classes to any of those in `to` for it."""
        stride, changed = self._strides[name], 0
        for index, classes in enumerate(to):
            here = valuations & self.column(name, index)
            if here:
                bottom = here >> (stride * index)
                for other in classes:
                    changed |= bottom << (stride * other)
        return changed

    def put(self, valuations: int, name: str, value: Value | None) -> int:
        """The name has this value now."""
        index = self.index_of(name, value)
        if index is None:
            raise ValueError(f"{name} has no such value here")
        return self.spread(valuations, name, (index,))


def _atoms(expression: Expression) -> Iterator[Expression]:
    """The parts of an expression that are not joined of others."""
    match expression:
        case Not(item):
            yield from _atoms(item)
        case And(items) | Or(items):
            for item in items:
                yield from _atoms(item)
        case _:
            yield expression


def _status(monitor: MonitorState) -> str:
    return "none" if monitor.status == "idle" else "owed" if monitor.owed else monitor.status
