"""Which values a name of the expression language may have, cut into classes that no expression tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations

from engine.checks.analysis.once import once
from engine.checks.analysis.space import Classes
from engine.expressions import And, Compare, Constant, Expression, Has, In, Literal_, Name, Not, Or, Truth, Unset
from engine.library import FactType, Library
from engine.model import Value

PROCESS_STATES = ("none", "running", "done", "cancelled")
DUTY_STATES = ("none", "owed", "met", "broken", "cancelled")
CLOCK_STATES = ("unknown", "open", "closed")
CASE_NUMBERS = ("duties_owed", "processes_running")
"""The states and numbers that expressions may read (docs/content.md, 'Names that expressions may read')."""

PREFIXES = ("now", "act", "process", "duty", "clock", "case")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of value a name has. `values` is a closed domain; `may_be_unset` is false for what always has
    a value (parameters, acts, states)."""

    type: FactType
    values: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    may_be_unset: bool = True


def kind_of(library: Library, name: str) -> Kind | None:
    """The kind of a name; None when no such name exists."""
    known = _kinds(library)
    if name not in known:
        known[name] = _kind_of(library, name)
    return known[name]


@once
def _kinds(library: Library) -> dict[str, Kind | None]:
    """The kinds that were asked for: every check asks for the same."""
    return {}


def _kind_of(library: Library, name: str) -> Kind | None:
    prefix, _, rest = name.partition(".")
    if rest:
        return _dotted(library, prefix, rest)
    if name in library.parameters:
        values = tuple(dict.fromkeys(dated.value for dated in library.parameters[name].values))
        return Kind(_type_of(values), values=values, may_be_unset=False)
    if name in library.facts:
        fact = library.facts[name]
        return Kind(fact.type, values=_recorded(library, name), minimum=fact.minimum, maximum=fact.maximum)
    if name in library.derived:
        derived = library.derived[name]
        return Kind(derived.type, minimum=0 if derived.kind == "completed_years" else None)
    return None


def _dotted(library: Library, prefix: str, rest: str) -> Kind | None:
    if prefix == "now":
        table = library.table_of(rest)
        if table is None:
            return None
        said = tuple(dict.fromkeys(row.then for row in table.rows if row.then is not None))
        return Kind("choice", values=said, may_be_unset=any(row.then is None for row in table.rows))
    if prefix == "act" and rest in library.acts:
        return Kind("boolean", may_be_unset=False)
    if prefix == "process" and rest in library.pathway.diagrams:
        return Kind("choice", values=PROCESS_STATES, may_be_unset=False)
    if prefix == "duty" and rest in library.duties:
        return Kind("choice", values=DUTY_STATES, may_be_unset=False)
    if prefix == "clock" and rest in library.clocks:
        return Kind("choice", values=CLOCK_STATES, may_be_unset=False)
    if prefix == "case" and rest in CASE_NUMBERS:
        return Kind("integer", minimum=0, may_be_unset=False)
    return None


def _recorded(library: Library, fact: str) -> tuple[str, ...]:
    """The values a choice may hold: what its table gives when no form asks for it, else all declared ones."""
    table = library.table_of(fact)
    if table is None or any(fact in form.properties for form in library.forms.values()):
        return library.facts[fact].values
    return tuple(dict.fromkeys(row.then for row in table.rows if row.then is not None))


def _type_of(values: tuple[Value, ...]) -> FactType:
    return "text" if any(isinstance(value, str) for value in values) else "number"


def atoms(expression: Expression) -> Iterator[Expression]:
    """The comparisons that an expression is made of."""
    match expression:
        case Not(item):
            yield from atoms(item)
        case And(items) | Or(items):
            for item in items:
                yield from atoms(item)
        case Literal_():
            return
        case _:
            yield expression


class Splits:
    """What a set of expressions tells apart: the constants each name is compared with, and which names are
    compared with each other."""

    def __init__(self, library: Library, expressions: Iterable[Expression]) -> None:
        self.library = library
        self.constants: dict[str, set[Value]] = {}
        self.others: dict[str, set[str]] = {}
        self.add(expressions)

    def add(self, expressions: Iterable[Expression]) -> None:
        for expression in expressions:
            for atom in atoms(expression):
                self._note(atom)

    def __or__(self, other: Splits) -> Splits:
        """What either tells apart."""
        both = Splits(self.library, ())
        for splits in (self, other):
            for name, values in splits.constants.items():
                both.constants.setdefault(name, set()).update(values)
            for name, others in splits.others.items():
                both.others.setdefault(name, set()).update(others)
        return both

    def _note(self, atom: Expression) -> None:
        match atom:
            case Compare(Name(left), _, Name(right)):
                self.others.setdefault(left, set()).add(right)
                self.others.setdefault(right, set()).add(left)
            case Compare(Name(name), _, Literal_(value)) | Compare(Literal_(value), _, Name(name)):
                self._constant(name, value)
            case In(Name(name), values):
                for value in values:
                    self._constant(name, value)
            case Has(Name(name), value):
                self._constant(name, value)
            case Unset(Name(name)) | Truth(Name(name)):
                self.constants.setdefault(name, set())

    def _constant(self, name: str, value: Constant) -> None:
        self.constants.setdefault(name, set()).add(value)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.constants) | frozenset(self.others)

    def linked(self, name: str) -> frozenset[str]:
        """The names that it is compared with, directly or through others, itself included."""
        if name not in self.others:
            return frozenset({name})
        found, queue = {name}, [name]
        while queue:
            for other in self.others.get(queue.pop(), ()):
                if other not in found:
                    found.add(other)
                    queue.append(other)
        return frozenset(found)

    def classes(self, name: str, surely_set: bool) -> Classes:
        """One value a class; not set comes last. An unknown name has the single class 'not set'."""
        kind = kind_of(self.library, name)
        if kind is None:
            return (None,)
        values = tuple(self._values(name, kind))
        return values if surely_set or not kind.may_be_unset else (*values, None)

    def _values(self, name: str, kind: Kind) -> Iterable[Value]:
        if name in self.library.parameters:
            return kind.values
        if kind.type == "boolean":
            return (True, False)
        linked = self.linked(name)
        named: set[Value] = set().union(*(self.constants.get(other, set()) for other in linked))
        closed = (kind_of(self.library, other) for other in linked - {name})
        named.update(value for other in closed if other is not None for value in other.values)
        if kind.type == "choice":
            return _merged(kind.values, named)
        if kind.type == "choices":
            return _subsets([value for value in kind.values if value in named])
        if kind.type in ("integer", "number"):
            return _numbers(kind, [value for value in named if isinstance(value, int | float)], len(linked))
        if kind.type == "date":
            return [date(2000, 1, 1) + timedelta(days=index) for index in range(len(linked))]
        if kind.type == "datetime":
            return [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=index) for index in range(len(linked))]
        return [*sorted(str(value) for value in named), "any other text"]


def _merged(values: tuple[Value, ...], named: set[Value]) -> Iterable[Value]:
    """Values that no expression names are one class, stood for by the first of them."""
    rest = [value for value in values if value not in named]
    return [value for value in values if value in named] + rest[:1]


def _subsets(named: list[Value]) -> Iterable[Value]:
    every = chain.from_iterable(combinations(named, count) for count in range(len(named) + 1))
    return [tuple(str(value) for value in chosen) for chosen in every]


def _numbers(kind: Kind, cuts: list[int | float], each: int) -> Iterable[Value]:
    """Each cut, and `each` numbers from every gap between cuts, so that names compared with one another can be
    below, equal or above within a gap."""
    points = sorted({*cuts, *(edge for edge in (kind.minimum, kind.maximum) if edge is not None)})
    found: list[int | float] = list(points)
    if not points:
        points = [0]
    for below, above in zip([None, *points], [*points, None], strict=True):
        found += _between(kind, below, above, each)
    fitting = {
        number
        for number in found
        if (kind.minimum is None or number >= kind.minimum) and (kind.maximum is None or number <= kind.maximum)
    }
    whole = kind.type == "integer"
    return sorted(int(number) if whole else number for number in fitting if not whole or number == int(number))


def _between(kind: Kind, below: float | None, above: float | None, each: int) -> list[int | float]:
    if below is None or above is None:
        edge, sign = (above, -1) if below is None else (below, 1)
        return [] if edge is None else [edge + sign * (index + 1) for index in range(each)]
    if kind.type == "integer":
        return [number for number in range(int(below) + 1, int(below) + 1 + each) if below < number < above]
    return [below + (above - below) * (index + 1) / (each + 1) for index in range(each)]
