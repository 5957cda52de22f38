"""Conditions in words: what is asked of answers, decisions, acts, services, duties and times."""

from __future__ import annotations

from datetime import date
from functools import singledispatchmethod

from engine.expressions import (
    And,
    Compare,
    Constant,
    Expression,
    Has,
    In,
    Literal_,
    Name,
    Not,
    Or,
    Truth,
    Unset,
    names,
)
from engine.library import Library, Parameter
from engine.saying.phrases import Speech
from engine.saying.titles import title_of

_ALWAYS_KNOWN = ("act.", "process.", "duty.", "clock.", "case.")
"""What conditions read that is never unset."""
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_LETTERS = ("abcdefghijklmnopqrstuvwxyz", ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"))
"""What marks the items of a list, and of a list within it."""


class Conditions:
    """Says conditions over the names of one library, in one language, with the values of one day."""

    def __init__(self, library: Library, speech: Speech, today: date) -> None:
        self.library = library
        self.speech = speech
        self.today = today
        self._depth = 0

    def say(self, expression: Expression) -> str:
        """The condition in words; what is joined within what is joined otherwise is listed by letters."""
        return self._say(_without_not(expression))

    def is_listed(self, expression: Expression) -> bool:
        """Whether the condition is said as a list."""
        plain = _without_not(expression)
        parts = plain.items if isinstance(plain, And | Or) else ()
        return any(isinstance(item, And | Or) for item in parts)

    def may_be_unknown(self, expression: Expression) -> bool:
        """Whether there are cases of which it cannot be said whether the condition is true."""
        plain = _without_not(expression)
        if isinstance(plain, Unset | Literal_):
            return False
        if not isinstance(plain, And | Or):
            return any(self._may_be_unset(name) for name in names(plain))
        asked = {
            item.name.id for item in plain.items if isinstance(item, Unset) and item.negated is isinstance(plain, And)
        }
        return any(self.may_be_unknown(item) and not names(item) <= asked for item in plain.items)

    def _may_be_unset(self, name: str) -> bool:
        return not name.startswith(_ALWAYS_KNOWN) and name not in self.library.parameters

    def length(self, parameter: str) -> str:
        """The value of a parameter on this day, with its unit."""
        known = self.library.parameters[parameter]
        in_force = [dated.value for dated in known.values if dated.valid_from <= self.today]
        return self._amount(known, in_force[-1]) if in_force else self.speech.of(known.title)

    def _amount(self, parameter: Parameter, value: object) -> str:
        number = f"{value:g}" if isinstance(value, float) else str(value)
        key = f"{parameter.unit}.1" if number == "1" and parameter.unit not in ("count", "text") else parameter.unit
        return self.speech(key, n=number)

    @singledispatchmethod
    def _say(self, expression: Expression) -> str:
        raise AssertionError(expression)

    @_say.register
    def _(self, expression: And) -> str:
        read = {item.name.id for item in expression.items if isinstance(item, In)} | {
            side.id
            for item in expression.items
            if isinstance(item, Compare)
            for side in (item.left, item.right)
            if isinstance(side, Name)
        }
        items = [
            item
            for item in expression.items
            if not (isinstance(item, Unset) and item.negated and item.name.id in read)  # said by the comparison
        ]
        return self._joined(tuple(items), "and", "all")

    @_say.register
    def _(self, expression: Or) -> str:
        return self._or_not_yet(expression) or self._joined(expression.items, "or", "any")

    def _or_not_yet(self, expression: Or) -> str:
        """`x is unset or x == 'yes'`, said at once; '' for any other."""
        if len(expression.items) != 2:
            return ""
        unset, said = sorted(expression.items, key=lambda item: not isinstance(item, Unset))
        if not isinstance(unset, Unset) or unset.negated or names(said) != {unset.name.id}:
            return ""
        return self.speech(f"{self._sort(unset.name.id)}.or_unset", said=self._say(said))

    def _joined(self, items: tuple[Expression, ...], joint: str, listed: str) -> str:
        if len(items) == 1:
            return self._say(items[0])
        if not any(isinstance(item, And | Or) for item in items):
            return self.speech.listed([self._say(item) for item in items], joint)
        letters = _LETTERS[min(self._depth, 1)]
        self._depth += 1
        said = [f"({letter}) {self._say(item)}" for letter, item in zip(letters, items, strict=False)]
        self._depth -= 1
        return self.speech(listed, items=self.speech("next").join(said))

    @_say.register
    def _(self, expression: Compare) -> str:
        left, op, right = expression.left, expression.op, expression.right
        if isinstance(left, Literal_) or (isinstance(right, Name) and isinstance(left, Name) and self._fixed(left)):
            left, op, right = right, _TURNED.get(op, op), left  # type: ignore[assignment]  # one side is a name
        if not isinstance(left, Name):
            raise AssertionError(expression)
        if op in ("==", "!=") and isinstance(right, Literal_):
            return self._is(left.id, (right.value,), negated=op == "!=")
        if op in ("==", "!=") and not self._fixed(right):
            return self.speech("same" if op == "==" else "same.not", name=self._title(left.id), value=self._side(right))
        key = {"==": "number", "!=": "number.not"}.get(op, op)
        return self.speech(key, name=self._title(left.id), value=self._side(right))

    def _fixed(self, side: Name | Literal_) -> bool:
        return isinstance(side, Name) and side.id in self.library.parameters

    def _side(self, side: Name | Literal_) -> str:
        """A parameter as its value of this day, with what it is for."""
        if isinstance(side, Literal_):
            return str(side.value)
        if side.id in self.library.parameters:
            return f"{self.length(side.id)} ({self._title(side.id)})"
        return self._title(side.id)

    @_say.register
    def _(self, expression: In) -> str:
        return self._is(expression.name.id, expression.values, negated=expression.negated)

    @_say.register
    def _(self, expression: Has) -> str:
        return self._has(expression, "has")

    def _has(self, expression: Has, key: str) -> str:
        name = expression.name.id
        return self.speech(key, name=self._title(name), value=self._value(name, expression.value))

    @_say.register
    def _(self, expression: Unset) -> str:
        name = expression.name.id
        key = f"{self._sort(name)}.{'set' if expression.negated else 'unset'}"
        return self.speech(key, name=self._title(name))

    @_say.register
    def _(self, expression: Truth) -> str:
        name = expression.name.id
        if name.startswith("act."):
            return self.speech("act.true", name=self._title(name))
        return self._is(name, (True,), negated=False)

    @_say.register
    def _(self, expression: Literal_) -> str:
        return self.speech("true" if expression.value else "false")

    @_say.register
    def _(self, expression: Not) -> str:
        """Only what has no opposite of its own: an act, a yes, one of several choices."""
        item = expression.item
        if isinstance(item, Truth) and item.name.id.startswith("act."):
            return self.speech("act.false", name=self._title(item.name.id))
        if isinstance(item, Truth):
            return self._is(item.name.id, (True,), negated=True)
        if isinstance(item, Has):
            return self._has(item, "has.not")
        return self.speech("otherwise", items=self._say(item))

    def _is(self, name: str, values: tuple[Constant, ...], *, negated: bool) -> str:
        prefix, _, rest = name.partition(".")
        if rest and prefix in ("process", "duty", "clock"):
            states = self._other_states(prefix, values) if negated else [str(value) for value in values]
            length = self.length(self.library.clocks[rest].hours) if prefix == "clock" else ""
            said = [self.speech(f"{prefix}.{state}", name=self._title(name), length=length) for state in states]
            return self.speech.listed(said, "or")
        if prefix == "case":
            key = "number.not" if negated else "number"
            return self.speech(key, name=self._title(name), value=self.speech.listed(map(str, values), "value_or"))
        said = [self._value(name, value) for value in values]
        key = f"{self._sort(name)}{'.not' if negated else ''}"
        return self.speech(key, name=self._title(name), value=self.speech.listed(said, "value_or"))

    def _other_states(self, prefix: str, values: tuple[Constant, ...]) -> list[str]:
        known = {
            "process": ("none", "running", "done", "cancelled"),
            "duty": ("none", "owed", "met", "broken", "cancelled"),
            "clock": ("unknown", "open", "closed"),
        }
        return [state for state in known[prefix] if state not in values]

    def _sort(self, name: str) -> str:
        decided = name.startswith("now.") or self.library.table_of(name) is not None
        return "decided" if decided else "answered"

    def _title(self, name: str) -> str:
        title = self.speech.of(title_of(self.library, name))
        return title if name.startswith("case.") else self.speech.quoted(title)

    def _value(self, name: str, value: Constant) -> str:
        """An answer as the form words it, or as the rules do."""
        if isinstance(value, bool):
            return self.speech.quoted(self.speech("true" if value else "false"))
        fact = self.library.facts.get(name.removeprefix("now."))
        if fact is None or not isinstance(value, str):
            return str(value)
        if value in fact.value_titles:
            return self.speech.quoted(self.speech.of(fact.value_titles[value]))
        key = f"{fact.id}.{value}"
        asked = (form for form in self.library.forms.values() if key in form.texts.get("en", {}))
        form = next(asked, None)
        said = {} if form is None else {language: words.get(key, "") for language, words in form.texts.items()}
        return self.speech.quoted(self.speech.of(said) or value)


def _without_not(expression: Expression, *, denied: bool = False) -> Expression:
    """The same condition with `not` only where it stands before what has no opposite of its own."""
    match expression:
        case Not(item):
            return _without_not(item, denied=not denied)
        case And(items) | Or(items):
            parts = tuple(_without_not(item, denied=denied) for item in items)
            return And(parts) if isinstance(expression, And) is not denied else Or(parts)
        case _ if not denied:
            return expression
        case Compare(left, op, right):
            return Compare(left, _OPPOSITE[op], right)  # type: ignore[arg-type]  # one of the six
        case In(name, values, negated):
            return In(name, values, not negated)
        case Unset(name, negated):
            return Unset(name, not negated)
        case Literal_(value):
            return Literal_(not value)
        case _:
            return Not(expression)
