"""The closed expression language of diagrams, tables and duties: text -> AST -> true, false or unknown.

There is no other way to compute anything in content, and nothing here runs Python: the language has
names, constants, comparisons and and/or/not, no calls, no arithmetic, no attributes (docs/expressions.md).
The same AST is evaluated by the engine and read symbolically by the prover.

Reading is three-valued (Kleene): a comparison with a fact that is not set is *unknown* (None), neither
true nor false. Only `is unset` / `is not unset` ask whether a fact is set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.model import Value

MAX_LENGTH = 1000
MAX_DEPTH = 30

Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Constant = str | int | float | bool


class ExpressionError(ValueError):
    """The text is not in the language; `column` is 1-based."""

    def __init__(self, message: str, text: str, column: int) -> None:
        super().__init__(f"{message} (column {column} of: {text})")
        self.problem = message
        self.text = text
        self.column = column


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, parameter or derived fact (`wants_police`), or a dotted one (`act.police.notified`)."""

    id: str


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801
    """A constant: 'text', number, true or false."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Compare:
    left: Name | Literal_
    op: Comparator
    right: Name | Literal_


@dataclass(frozen=True, slots=True)
class In:
    name: Name
    values: tuple[Constant, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Has:
    """`care_accepted has 'photographs'`: one of several choices was made."""

    name: Name
    value: Constant


@dataclass(frozen=True, slots=True)
class Unset:
    name: Name
    negated: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A bare yes/no name."""

    name: Name


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]


Expression = Compare | In | Has | Unset | Truth | Literal_ | Not | And | Or
Lookup = Callable[[str], Value | None]
"""name -> its value, or None when it is not set. May raise KeyError for a name that cannot exist."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'[^'\\\n]*')
    | (?P<number>-?[0-9]{1,12}(?:\.[0-9]{1,3})?(?![\w.]))
    | (?P<op>==|!=|<=|>=|<|>)
    | (?P<mark>[(),])
    | (?P<word>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*(?:-[a-z][a-z0-9_]*)*)*)(?![\w.-])
    )""",
    re.VERBOSE,
)
SPACES = frozenset({"act", "case", "clock", "duty", "now", "process"})
"""What a dotted name may begin with (docs/content.md 3, "Names that expressions may read")."""
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "has", "unset", "true", "false"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise ExpressionError(f"Unexpected {text[column - 1]!r}", text, column)
        kind = str(match.lastgroup)
        yield _Token(kind, match.group(kind), match.start(kind) + 1)
        at = match.end()
    yield _Token("end", "", end + 1)


class _Parser:
    """Recursive descent over the token list; one method a line of the grammar in docs/expressions.md."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def fail(self, message: str, token: _Token | None = None) -> ExpressionError:
        return ExpressionError(message, self.text, (token or self.peek).column)

    @property
    def peek(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *words: str) -> bool:
        if self.peek.kind in ("word", "op", "mark") and self.peek.text in words:
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.fail(f"Expected {word!r}, but found {self.peek.text or 'the end'!r}")

    def whole(self) -> Expression:
        result = self.disjunction()
        if self.peek.kind != "end":
            raise self.fail(f"Expected the end, but found {self.peek.text!r}")
        return result

    def disjunction(self) -> Expression:
        items = [self.conjunction()]
        while self.take("or"):
            items.append(self.conjunction())
        return items[0] if len(items) == 1 else Or(tuple(items))

    def conjunction(self) -> Expression:
        items = [self.negation()]
        while self.take("and"):
            items.append(self.negation())
        return items[0] if len(items) == 1 else And(tuple(items))

    def negation(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"Nested deeper than {MAX_DEPTH}")
        try:
            if self.take("not"):
                return Not(self.negation())
            if self.take("("):
                inner = self.disjunction()
                self.expect(")")
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Expression:
        start = self.peek
        left = self.operand()
        if self.peek.kind == "op":
            op = self.peek.text
            self.at += 1
            right = self.operand()
            if isinstance(left, Literal_) and isinstance(right, Literal_):
                raise self.fail("Expected a name on one side", start)
            return Compare(left, op, right)  # type: ignore[arg-type]  # the token pattern allows only comparators
        if isinstance(left, Literal_):
            if isinstance(left.value, bool):
                return left
            raise self.fail("Expected a comparison", start)
        if self.take("is"):
            negated = self.take("not")
            self.expect("unset")
            return Unset(left, negated)
        if self.take("has"):
            return Has(left, self.constant())
        negated = self.take("not")
        if negated or self.peek.text == "in":
            self.expect("in")
            return In(left, self.constants(), negated)
        return Truth(left)

    def operand(self) -> Name | Literal_:
        token = self.peek
        if token.kind == "word" and token.text not in KEYWORDS:
            space, dot, _ = token.text.partition(".")
            if dot and space not in SPACES:
                raise self.fail(f"Expected {', '.join(sorted(SPACES))} before the dot, but found {space!r}")
            self.at += 1
            return Name(token.text)
        return Literal_(self.constant())

    def constants(self) -> tuple[Constant, ...]:
        self.expect("(")
        values = [self.constant()]
        while self.take(","):
            values.append(self.constant())
        self.expect(")")
        return tuple(values)

    def constant(self) -> Constant:
        token = self.peek
        self.at += 1
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "word" and token.text in ("true", "false"):
            return token.text == "true"
        self.at -= 1
        raise self.fail(f"Expected a name, 'text', a number, true or false, but found {token.text or 'the end'!r}")


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """The AST of `text`; raises ExpressionError naming the column."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"Longer than {MAX_LENGTH} characters", text[:40] + "...", MAX_LENGTH)
    return _Parser(text).whole()


def names(expression: Expression) -> frozenset[str]:
    """Every name that the expression reads."""
    match expression:
        case Compare(left, _, right):
            return frozenset(side.id for side in (left, right) if isinstance(side, Name))
        case In(name=name) | Has(name=name) | Unset(name=name) | Truth(name=name):
            return frozenset({name.id})
        case Not(item):
            return names(item)
        case And(items) | Or(items):
            return frozenset().union(*(names(item) for item in items))
    return frozenset()


def evaluate(expression: Expression, lookup: Lookup) -> bool | None:  # noqa: C901  # one case a node of the grammar
    """True, False, or None for unknown. Raises ExpressionTypeError when two values cannot be compared."""
    match expression:
        case Compare(left, op, right):
            return _compare(_value(left, lookup), op, _value(right, lookup))
        case In(name, values, negated):
            value = lookup(name.id)
            return None if value is None else (value in values) != negated
        case Has(name, constant):
            value = lookup(name.id)
            if value is None:
                return None
            return constant in value if isinstance(value, tuple) else value == constant
        case Unset(name, negated):
            return (lookup(name.id) is None) != negated
        case Truth(name):
            value = lookup(name.id)
            if value is None or isinstance(value, bool):
                return value
            raise ExpressionTypeError(f"Expected {name.id} to be true or false")
        case Literal_(value):
            return bool(value)
        case Not(item):
            inner = evaluate(item, lookup)
            return None if inner is None else not inner
        case And(items):
            unknown = False
            for item in items:
                inner = evaluate(item, lookup)
                if inner is False:
                    return False
                unknown = unknown or inner is None
            return None if unknown else True
        case Or(items):
            unknown = False
            for item in items:
                inner = evaluate(item, lookup)
                if inner is True:
                    return True
                unknown = unknown or inner is None
            return None if unknown else False
    raise AssertionError(expression)


class ExpressionTypeError(ValueError):
    """Two values of kinds that have no order: the content is wrong, and the case becomes stuck."""


def _value(side: Name | Literal_, lookup: Lookup) -> Value | None:
    return lookup(side.id) if isinstance(side, Name) else side.value


def _compare(left: Value | None, op: Comparator, right: Value | None) -> bool | None:
    if left is None or right is None:
        return None
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    try:
        if op == "<":
            return left < right  # type: ignore[operator]
        if op == "<=":
            return left <= right  # type: ignore[operator]
        if op == ">":
            return left > right  # type: ignore[operator]
        return left >= right  # type: ignore[operator]
    except TypeError as error:
        raise ExpressionTypeError(f"Cannot order {type(left).__name__} and {type(right).__name__}") from error


def write(expression: Expression) -> str:
    """The canonical text: `parse(write(e)) == e`."""
    match expression:
        case Compare(left, op, right):
            return f"{_write_side(left)} {op} {_write_side(right)}"
        case In(name, values, negated):
            listed = ", ".join(_write_constant(value) for value in values)
            return f"{name.id} {'not in' if negated else 'in'} ({listed})"
        case Has(name, value):
            return f"{name.id} has {_write_constant(value)}"
        case Unset(name, negated):
            return f"{name.id} is {'not ' if negated else ''}unset"
        case Truth(name):
            return name.id
        case Literal_(value):
            return _write_constant(value)
        case Not(item):
            return f"not ({write(item)})" if isinstance(item, And | Or) else f"not {write(item)}"
        case And(items):
            return " and ".join(f"({write(i)})" if isinstance(i, And | Or) else write(i) for i in items)
        case Or(items):
            return " or ".join(f"({write(i)})" if isinstance(i, Or) else write(i) for i in items)
    raise AssertionError(expression)


def _write_side(side: Name | Literal_) -> str:
    return side.id if isinstance(side, Name) else _write_constant(side.value)


def _write_constant(value: Constant) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = f"{value:.3f}".rstrip("0")  # never with an exponent, which is not in the language
        return f"{written}0" if written.endswith(".") else written
    return f"'{value}'" if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class ActText:
    """One act of a step: `police.notified`, or `consent.police[police_consent == 'yes']`."""

    act: str
    when: Expression | None


_ACT = re.compile(r"\s*(?P<act>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\s*(?:\[(?P<when>[^\[\]]*)\])?\s*")


@lru_cache(maxsize=4096)
def parse_acts(text: str) -> tuple[ActText, ...]:
    """The acts of a step, separated by `;`. Raises ExpressionError."""
    acts: list[ActText] = []
    at = 0
    for part in text.split(";"):
        start, at = at, at + len(part) + 1
        if not part.strip():
            continue
        match = _ACT.fullmatch(part)
        if match is None:
            column = start + len(part) - len(part.lstrip()) + 1
            raise ExpressionError(
                "Expected an act such as police.notified or consent.police[answer == 'yes']", text, column
            )
        when = match.group("when")
        acts.append(
            ActText(match.group("act"), _guard(when, text, start + match.start("when")) if when is not None else None)
        )
    return tuple(acts)


def _guard(when: str, text: str, start: int) -> Expression:
    """The condition of an act, with columns counted in the whole text."""
    try:
        return parse(when)
    except ExpressionError as error:
        raise ExpressionError(error.problem, text, start + error.column) from error
