"""Text -> expression: a recursive descent over a closed list of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.expressions.tree import (
    And,
    Compare,
    Constant,
    Expression,
    ExpressionError,
    Has,
    In,
    Literal_,
    Name,
    Not,
    Or,
    Truth,
    Unset,
)

MAX_LENGTH = 1000
MAX_DEPTH = 30

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
